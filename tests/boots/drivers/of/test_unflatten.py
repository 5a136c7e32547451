"""The size of the unflattened tree, and of its aliases."""

from __future__ import annotations

from bootstep.boots.drivers.of.unflatten import unflatten_device_tree
from device_tree_kernel import GIB, kernel_with_tree, log


def allocations(nodes: str) -> list[int]:
    k = kernel_with_tree(nodes, memory=((GIB, GIB),))
    k.memblock.debug = True
    unflatten_device_tree(k)
    return [int(line.split()[1]) for line in log(k) if line.startswith("memblock_alloc_try_nid")]


def test_a_tree_is_a_root_its_name_and_what_marks_the_end() -> None:
    # The root has 208 bytes and an empty name; two properties and a made-up "name" have 96 each.
    end = 208 + 1
    for length in (96, 96, 96 + 1):
        end = (end + 7) // 8 * 8 + length
    assert allocations("") == [(end + 3) // 4 * 4 + 4]


def test_an_alias_with_a_number_that_names_a_node_gets_an_entry() -> None:
    tree = 'uart { }; aliases { serial0 = "/uart"; serial = "/uart"; i2c1 = "/none"; };'
    assert allocations(tree)[1:] == [40 + len("serial") + 1]


def test_a_node_may_bring_its_own_name() -> None:
    (own,) = allocations('n { name = "n"; };')
    (made_up,) = allocations("n { };")
    # Both have one property; the made-up one also holds its two bytes of text.
    assert made_up - own in (0, 4)

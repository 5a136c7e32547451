"""Memory and CPUs divided among nodes, as QEMU does it.  Covers memory_shares.py."""

from __future__ import annotations

import pytest
from bootstep.boots.core.board import Span
from bootstep.boots.init.main import boot
from bootstep.boots.loader.board.memory_shares import parse_nodes, shares
from bootstep.boots.loader.board.numa_nodes import with_numa_nodes
from bootstep.boots.loader.load import device_tree
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.firmware.devicetree.tree import DeviceTree

MIB, GIB = 1 << 20, 1 << 30


def nodes(fdt: DeviceTree) -> list[tuple[str, int, int, int]]:
    """The memory nodes in the order of the tree: name, base, size, node."""
    found = [node for node in fdt.root.children if node.string("device_type") == "memory"]
    regs = [(node, node.cells("reg"), node.cells("numa-node-id")) for node in found]
    return [(node.name, reg[1] + (reg[0] << 32), reg[3] + (reg[2] << 32), nid) for node, reg, (nid,) in regs]


def cpus(fdt: DeviceTree) -> list[tuple[int, ...]]:
    above = fdt.find("/cpus")
    assert above is not None
    return [node.cells("numa-node-id") for node in above.children if node.string("device_type") == "cpu"]


def test_two_nodes_are_those_of_qemus_own_machine_with_two() -> None:
    """``virt-2g-numa2`` is what QEMU wrote; but for distances, which it was given, both are the same."""
    theirs = device_tree(read_machine("virt-2g-numa2"))
    mine = with_numa_nodes(theirs, 2)
    assert nodes(mine) == nodes(theirs)
    assert cpus(mine) == cpus(theirs) == [(0,), (1,)]
    assert mine.find("/distance-map") is None


def test_every_node_but_the_last_has_whole_8_mib() -> None:
    fdt = with_numa_nodes(device_tree(read_machine("virt-1g")), 3)
    share = GIB // 3 // (8 * MIB) * 8 * MIB
    assert nodes(fdt) == [
        (f"memory@{GIB + 2 * share:x}", GIB + 2 * share, GIB - 2 * share, 2),
        (f"memory@{GIB + share:x}", GIB + share, share, 1),
        ("memory@40000000", GIB, share, 0),
    ]
    assert cpus(fdt) == [(0,), (1,)]


def test_the_rest_of_the_tree_is_as_it_was() -> None:
    before = device_tree(read_machine("virt-1g"))
    after = with_numa_nodes(before, 2)
    others = [node.path for node in before.nodes() if "memory@" not in node.path]
    assert [node.path for node in after.nodes() if "memory@" not in node.path] == others
    assert after.totalsize == before.totalsize


def test_the_kernel_finds_them() -> None:
    kernel = load_what_if(read_machine("virt-1g"), Variation(ram=8 * GIB, numa=2))
    boot(kernel)
    regions = [(region.base, region.end, region.nid) for region in kernel.memblock.memory.regions]
    assert regions == [(GIB, 5 * GIB, 0), (5 * GIB, 9 * GIB, 1)]
    assert sorted(kernel.zones.nodes) == [0, 1]


@pytest.mark.parametrize(
    ("machine", "variation", "sentence"),
    [
        ("pc-2g", Variation(ram=64 * MIB, numa=9), "9 nodes: each has at least 8.0 MiB"),
        ("virt-1g", Variation(ram=64 * MIB, numa=9), "9 nodes: each has at least 8.0 MiB"),
    ],
)
def test_what_cannot_be_divided_is_said(machine: str, variation: Variation, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load_what_if(read_machine(machine), variation)


def test_a_board_with_two_banks_has_a_node_with_memory_in_both() -> None:
    fdt = with_numa_nodes(device_tree(read_machine("raspberry-2g")), 2)
    banks = [node for node in fdt.root.children if node.string("device_type") == "memory"]
    told = {node.name: node.cells("numa-node-id") for node in banks}
    assert list(told.items()) == [("memory@42400000", (1,)), ("memory@40000000", (0,)), ("memory@0", (0,))]
    kernel = load_what_if(read_machine("raspberry-2g"), Variation(numa=2))
    boot(kernel)
    by_node = {0: 0, 1: 0}
    for region in kernel.memblock.memory.regions:
        by_node[region.nid] += region.size
    assert by_node[1] == 0x42400000 - 0x4800000  # half of 1.93 GiB, in whole 8 MiB, and the rest
    assert sorted(kernel.zones.nodes) == [0, 1]


def test_shares_go_on_in_the_next_bank() -> None:
    banks = [Span(0, 24 * MIB), Span(GIB, GIB + 40 * MIB)]
    assert shares(banks, 2, "a board") == [
        [Span(0, 24 * MIB), Span(GIB, GIB + 8 * MIB)],
        [Span(GIB + 8 * MIB, GIB + 40 * MIB)],
    ]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("/ { };", "the device tree does not tell where memory is"),
        ('/ { memory { device_type = "memory"; reg = <0 0>; }; };', "does not tell where memory is"),
        (
            '/ { memory { device_type = "memory"; reg = <0 0x40000000>; '
            "linux,usable-memory = <0 0x20000000>; }; };",
            "linux,usable-memory says which memory is used",
        ),
    ],
)
def test_a_tree_whose_memory_cannot_be_divided_is_told_so(source: str, sentence: str) -> None:
    tree = compile_dts(
        f"/dts-v1/; {source.replace('/ {', '/ { #address-cells = <1>; #size-cells = <1>;', 1)}", "t.dts"
    )
    with pytest.raises(InputError, match=sentence):
        with_numa_nodes(tree, 2)


@pytest.mark.parametrize("text", ["0", "-1", "129", "two", "", "1.5", "9" * 5000, "\uff12"])
def test_the_number_of_nodes_is_one(text: str) -> None:
    with pytest.raises(InputError, match="expected how many nodes, from 1 to 128"):
        parse_nodes(text)


def test_variations_tell_it_in_words() -> None:
    assert Variation(ram=8 * GIB, numa=2).words() == "8.0 GiB RAM, 2 nodes"
    assert Variation(numa=1).words() == "one node"

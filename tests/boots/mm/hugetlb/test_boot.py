"""Gigantic pages of the command line.  What is expected is what a 6.1 kernel said in QEMU."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.mm.hugetlb.boot import default_hugepagesz_setup, hugepages_setup, hugepagesz_setup
from bootstep.model.memory.memblock import memblock_set_node
from bootstep.model.memory.zones import Node
from device_tree_kernel import GIB, MIB, kernel_with_tree, log, regions
from hypothesis import given, settings
from hypothesis import strategies as st

HANDLERS = {
    "hugepages": hugepages_setup,
    "hugepagesz": hugepagesz_setup,
    "default_hugepagesz": default_hugepagesz_setup,
}


def given_nodes(sizes: tuple[int, ...]) -> Kernel:
    """A kernel with nodes of these sizes (bytes), one after the other."""
    starts = [GIB + sum(sizes[:nid]) for nid in range(len(sizes))]
    k = kernel_with_tree("", memory=tuple(zip(starts, sizes, strict=True)))
    k.numa.node_online_map = tuple(range(len(sizes)))
    for nid, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        memblock_set_node(k.memblock, start, size, "memory", nid)
        k.zones.nodes[nid] = Node(nid, 0, present=size >> k.layout.page_shift)
    return k


def parsed(words: str, *sizes: int) -> Kernel:
    """A kernel that has parsed these words."""
    k = given_nodes(sizes or (2 * GIB,))
    for word in words.split():
        name, _, value = word.partition("=")
        HANDLERS[name](k, value)
    return k


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("hugepagesz=32M hugepages=8", []),
        ("hugepagesz=32M hugepages=5,3", []),
        ("hugepagesz=32M hugepages=0:3,x", ["HugeTLB: Invalid hugepages parameter x"]),
        ("hugepagesz=32M hugepages=7:1", ["HugeTLB: Invalid hugepages parameter 7:1"]),
        (
            "hugepagesz=3M hugepages=2",
            [
                "HugeTLB: unsupported hugepagesz=3M",
                "HugeTLB: hugepages=2 does not follow a valid hugepagesz, ignoring",
            ],
        ),
        (
            "hugepagesz=32M hugepages=5 default_hugepagesz=32M hugepages=3 hugepagesz=32M hugepages=3",
            [
                "HugeTLB: hugepages= specified twice without interleaving hugepagesz=, ignoring hugepages=3",
                "HugeTLB: hugepagesz=32M specified twice, ignoring",
                "HugeTLB: hugepages=3 does not follow a valid hugepagesz, ignoring",
            ],
        ),
        (
            "hugepages=2 default_hugepagesz=1G hugepagesz=1G hugepages=1",
            [
                "HugeTLB: hugepagesz=1G specified twice, ignoring",
                "HugeTLB: hugepages=1 does not follow a valid hugepagesz, ignoring",
            ],
        ),
        (
            "hugepagesz=1G hugepages=3",
            ["HugeTLB: allocating 3 of page size 1.00 GiB failed.  Only allocated 2 hugepages."],
        ),
        (
            "hugepagesz=32M hugepages=0:65",
            ["HugeTLB: allocating 65 of page size 32.0 MiB failed node0.  Only allocated 64 hugepages."],
        ),
        ("default_hugepagesz=4K", ["HugeTLB: unsupported default_hugepagesz=4K"]),
        (
            "default_hugepagesz=2M default_hugepagesz=1G",
            ["HugeTLB: default_hugepagesz previously specified, ignoring 1G"],
        ),
    ],
)
def test_what_is_said_of_it(words: str, lines: list[str]) -> None:
    assert log(parsed(words)) == lines


def test_pages_come_from_the_top_one_below_the_other() -> None:
    k = parsed("hugepagesz=32M hugepages=3 hugepagesz=1G hugepages=1")
    assert regions(k, "reserved") == [(GIB, GIB), (3 * GIB - 96 * MIB, 96 * MIB)]


def test_pages_the_buddy_allocator_can_give_are_left_to_it() -> None:
    assert regions(parsed("hugepagesz=2M hugepages=10 hugepages=3"), "reserved") == []


def test_nodes_take_turns() -> None:
    k = parsed("hugepagesz=32M hugepages=3", GIB, GIB)
    assert regions(k, "reserved") == [(2 * GIB - 64 * MIB, 64 * MIB), (3 * GIB - 32 * MIB, 32 * MIB)]


def test_nodes_give_what_was_asked_of_them() -> None:
    k = parsed("hugepagesz=32M hugepages=0:1,1:2", GIB, GIB)
    assert regions(k, "reserved") == [(2 * GIB - 32 * MIB, 32 * MIB), (3 * GIB - 64 * MIB, 64 * MIB)]


def test_pages_asked_for_before_their_size_wait_for_it() -> None:
    k = parsed("hugepages=2 default_hugepagesz=32M")
    assert regions(k, "reserved") == [(3 * GIB - 64 * MIB, 64 * MIB)]


def test_with_areas_for_gigantic_pages_none_are_allocated() -> None:
    k = given_nodes((2 * GIB,))
    k.hugetlb_cma_size = GIB
    for _ in range(2):
        hugepagesz_setup(k, "1G")
        hugepages_setup(k, "1")
    assert log(k)[0] == "HugeTLB: hugetlb_cma is enabled, skip boot time allocation"
    assert regions(k, "reserved") == []


WORDS = st.builds(
    "{}={}".format,
    st.sampled_from(sorted(HANDLERS)),
    st.text("0123456789:,xkMG-", max_size=6) | st.sampled_from(("1G", "32M", "2M", "64K", "2")),
)


@settings(max_examples=25)
@given(st.lists(WORDS, max_size=6))
def test_any_words_reserve_whole_pages(words: list[str]) -> None:
    k = parsed(" ".join(words), 128 * MIB, 128 * MIB)
    assert all(size % (32 * MIB) == 0 for _, size in regions(k, "reserved"))

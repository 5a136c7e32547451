"""Two boots side by side: what differs is told, what does not is not.

Covers lockstep.py.
"""

from __future__ import annotations

import functools

import pytest
from bootstep.boots.loader.what_if import Variation
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.debugger.compare import (
    CHANGED,
    LEFT,
    RIGHT,
    SAME,
    Differences,
    difference_lines,
    differences,
    region_rows,
    region_text,
    regions_of,
)
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.lockstep import Pair
from bootstep.model.memory.memblock import MemblockConfig, Region, memblock_add, memblock_add_node
from captured import at_the_end, booted, what_if
from small_boot import SmallKernel


@functools.cache
def limited() -> Differences:
    return differences(at_the_end(booted("m1g")), at_the_end(booted("m1g-mem600")))


def test_a_boot_does_not_differ_from_itself() -> None:
    debugger = at_the_end(booted("m1g"))
    found = differences(debugger, at_the_end(booted("m1g")))
    assert not found
    assert list(difference_lines(debugger, debugger, found)) == []
    assert {row.mark for row in found.log} == {SAME}


def test_both_logs_are_there_whole_and_in_order() -> None:
    left, right = at_the_end(booted("m1g")), at_the_end(booted("m1g-mem600"))
    found = limited()
    assert [row.left for row in found.log if row.left is not None] == list(left.trace.logs)
    assert [row.right for row in found.log if row.right is not None] == list(right.trace.logs)
    for row in found.log:
        if row.mark == SAME:
            assert row.left is not None
            assert row.right is not None
            assert left.trace.log_text(row.left) == right.trace.log_text(row.right)


def test_what_mem_changes() -> None:
    left, right = at_the_end(booted("m1g")), at_the_end(booted("m1g-mem600"))
    found = limited()
    assert found
    lines = list(difference_lines(left, right, found))
    assert "  > Memory limited to 600MB" in lines
    assert "  high_memory: 0xffff000040000000 → 0xffff000025800000" in lines
    assert "  page structs: 16.0 MiB → 10.0 MiB (-6.0 MiB)" in lines
    owners = {row.name: row for row in found.owners}
    assert (owners["all RAM"].left, owners["all RAM"].right) == (1 << 30, 600 << 20)
    assert owners["CMA area 'reserved'"].mark == SAME
    assert [row.mark for row in found.memory] == [CHANGED]
    (dma,) = [row for row in found.zones if row.name == "DMA"]
    assert dma.left is not None
    assert dma.right is not None
    assert (dma.left.present, dma.right.present) == (1 << 18, (600 << 20) >> 12)


def test_they_are_compared_where_each_stands() -> None:
    left, right = debugger_of(booted("m1g")), debugger_of(booted("m1g-mem600"))
    assert not differences(left, right), "before the first step there is nothing to differ"
    left.goto_name("setup_machine_fdt:return")
    right.goto_name("setup_machine_fdt:return")
    found = differences(left, right)
    assert [row.name for row in found.variables] == ["boot_command_line"]
    assert all(row.mark == SAME for row in found.memory), "the limit is not yet enforced"


def test_regions_face_each_other_where_they_begin_or_end_alike() -> None:
    def region(base: int, size: int, flags: int = 0) -> Region:
        return Region(base, size, flags, 0)

    one = [region(0x1000, 0x1000), region(0x4000, 0x2000), region(0x9000, 0x1000)]
    other = [region(0x1000, 0x1000), region(0x5000, 0x1000), region(0x7000, 0x100), region(0x9000, 0x1000, 4)]
    rows = list(region_rows(one, other))
    assert [row.mark for row in rows] == [SAME, CHANGED, RIGHT, CHANGED]
    assert [row.mark for row in region_rows(one, [])] == [LEFT] * 3


def test_memory_on_no_node_is_the_same_whatever_a_kernel_counts_its_nodes_to() -> None:
    def memory_of(nodes: int) -> list[Region]:
        kernel = SmallKernel()
        memblock = kernel.state.memblock
        memblock.configure(MemblockConfig(max_numnodes=nodes), kernel.trace)
        assert regions_of(memblock, "memory") == [], "the empty region of an empty array is none"
        memblock_add_node(memblock, 0x4000_0000, 0x1000_0000, 0, 0)
        memblock_add(memblock, 0x6000_0000, 0x1000_0000)
        return regions_of(memblock, "memory")

    one, other = memory_of(16), memory_of(1)
    assert [row.mark for row in region_rows(one, other)] == [SAME, SAME]
    assert [region_text(region).partition("MiB")[2] for region in one] == [" node 0", ""]


class TestPair:
    def pair(self) -> Pair:
        return Pair(debugger_of(booted("m1g")), debugger_of(booted("m1g-mem600")))

    def test_the_follower_stands_at_the_same_named_position(self) -> None:
        pair = self.pair()
        for move in (
            lambda debugger: debugger.until("paging_init"),
            Debugger.step,
            Debugger.next,
            Debugger.finish,
            Debugger.reverse_step,
        ):
            stop = pair.move(move)
            assert stop.note == ""
            assert pair.leader.position_name() == pair.follower.position_name()

    def test_where_it_cannot_follow_it_goes_as_near_as_it_can_and_says_so(self) -> None:
        pair = self.pair()
        stop = pair.move(lambda debugger: debugger.goto_name("map_mem > early_pgtable_alloc #514"))
        assert stop.note == "map_mem calls early_pgtable_alloc only 302 times"
        assert pair.follower.position_name() == "paging_init › map_mem › early_pgtable_alloc #302"

    def test_either_can_lead(self) -> None:
        pair = self.pair()
        pair.swap()
        stop = pair.move(lambda debugger: debugger.until("memblock_mem_limit_remove_map"))
        assert stop.note.startswith("this boot never calls memblock_mem_limit_remove_map")
        assert pair.follower.position == 0
        pair.move(Debugger.end)
        assert pair.follower.position_name() == "end"
        assert pair.differences()


@pytest.mark.parametrize("variation", [Variation(more="quiet"), Variation(ram=2 << 30)])
def test_a_what_if_differs_from_what_is(variation: Variation) -> None:
    assert differences(what_if(Variation()), what_if(variation))

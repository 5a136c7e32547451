"""Names of positions: they come back to where they were taken, and hold from machine to machine.

Covers expressions/scope.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.arch.arm64.entry_format import ENTRIES
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.position_names import PositionNameError, PositionNames
from bootstep.model.index.calls import CallIndex
from bootstep.model.text.events import describe
from bootstep.model.trace.events import Trace
from captured import booted
from hypothesis import given, settings
from hypothesis import strategies as st
from small_boot import SmallKernel, arm64_memblock_init, recorded
from sweeps import sweep

SMALL = PositionNames(CallIndex(recorded(), ARM64))


def names(case: str) -> PositionNames:
    return debugger_of(booted(case)).position_names


def test_every_position_of_a_small_boot_has_a_name_of_its_own() -> None:
    positions = range(len(SMALL.trace) + 1)
    found = [SMALL.name(position) for position in positions]
    assert len(set(found)) == len(found)
    assert [SMALL.find(name) for name in found] == list(positions)


@settings(max_examples=60)
@given(st.floats(0, 1))
def test_the_name_of_a_position_leads_back_to_it(share: float) -> None:
    taken = names("m1g")
    position = int(share * len(taken.trace))
    assert taken.find(taken.name(position)) == position


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("paging_init", "paging_init()"),
        ("paging_init > map_mem", 'map_mem pgdir="swapper_pg_dir"'),
        ("paging_init › map_mem › early_pgtable_alloc #87", "early_pgtable_alloc shift=12"),
        ("free_area_init_nodes", "free_area_init"),
        ("setup_arch > paging_init:return", "paging_init returned"),
        ("early_pgtable_alloc", "early_pgtable_alloc shift=30"),
        ("paging_init:entry", "paging_init()"),
    ],
)
def test_a_name_can_be_written_by_hand(name: str, event: str) -> None:
    found = names("m1g")
    assert describe(found.trace, found.find(name) - 1, ENTRIES).startswith(event)


def test_a_name_is_short_and_says_where() -> None:
    found = names("m1g")
    call = found.find("paging_init > map_mem > early_pgtable_alloc #87")
    assert found.name(call) == "paging_init › map_mem › early_pgtable_alloc #87"
    assert found.name(found.find("setup_arch > paging_init")) == "paging_init"
    assert found.name(0) == "start"
    assert found.name(len(found.trace)) == "end"
    after = found.find("paging_init:return")
    assert found.name(after) == "paging_init:return"
    assert SMALL.name(SMALL.find("parse_early_param +2")) == "parse_early_param +2"


def test_what_a_function_does_itself_is_counted() -> None:
    trace = SMALL.trace
    assert describe(trace, SMALL.find("parse_early_param +1") - 1, ENTRIES) == "Memory limited to 600MB"
    assert describe(trace, SMALL.find("parse_early_param +2") - 1, ENTRIES).startswith("memory_limit = ")
    with pytest.raises(PositionNameError, match="parse_early_param does only 2 things of its own"):
        SMALL.find("parse_early_param +3")


@pytest.mark.parametrize("other", sweep(("m1g-mem600", "m4g", "kaslr", "rodata-full"), "kaslr"))
@pytest.mark.parametrize(
    "name",
    [
        "paging_init › map_mem › early_pgtable_alloc #3",
        "bootmem_init › sparse_init:return",
        "dma_contiguous_reserve › memblock_reserve",
        "mem_init › memblock_free_all",
    ],
)
def test_a_name_leads_to_the_same_place_on_another_machine(other: str, name: str) -> None:
    mine, its = names("m1g"), names(other)
    one, two = mine.find(name), its.find(name)
    kinds = (mine.trace.kind(one - 1), its.trace.kind(two - 1))
    assert kinds[0] == kinds[1]
    assert mine.trace.function(one - 1) == its.trace.function(two - 1)


def test_the_nearest_place_is_found_where_there_is_none_of_that_name() -> None:
    found = names("m1g")
    beyond = found.nearest("paging_init > map_mem > early_pgtable_alloc #9999")
    assert beyond.note == "map_mem calls early_pgtable_alloc only 514 times"
    assert beyond.position == found.find("paging_init > map_mem > early_pgtable_alloc #514")
    inside = found.nearest("paging_init > reserve_crashkernel")
    assert inside.position == found.find("paging_init")
    assert inside.note == "paging_init never calls reserve_crashkernel"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "'' is no position"),
        ("paging_init #0", "'paging_init #0' is no position"),
        ("paging_init #2", "this boot calls paging_init only once"),
        ("pagin_init", "this boot never calls pagin_init; did you mean paging_init"),
        ("paging_init:return +3", "a function does nothing more after its :return"),
        ("paging_init › ", "is no position"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_in_a_sentence(name: str, sentence: str) -> None:
    with pytest.raises(PositionNameError) as refused:
        SMALL.find(name)
    assert sentence in str(refused.value)


def test_names_hold_while_the_boot_is_recorded() -> None:
    k = SmallKernel()
    found = PositionNames(CallIndex(k.trace, ARM64))
    arm64_memblock_init(k)
    name = found.name(4)
    arm64_memblock_init(k)
    assert found.find(name) == 4


def test_goto_takes_a_name_and_says_what_gave_way() -> None:
    debugger = Debugger(recorded())
    debugger.goto_name("paging_init")
    assert debugger.position_name() == "paging_init"
    stop = debugger.goto_name("paging_init > alloc_init_cont_pte #9")
    assert stop.text.startswith("paging_init calls alloc_init_cont_pte only 6 times; ")
    assert debugger.last.stop == stop


def test_a_trace_without_an_event_has_a_start() -> None:
    empty = PositionNames(CallIndex(Trace(), ARM64))
    assert (empty.name(0), empty.find("start")) == ("start", 0)

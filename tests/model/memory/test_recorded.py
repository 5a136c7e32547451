"""Parts of the state tell the trace themselves what is put into them, and where that was done."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.memory.buddy import Exchange, FreeRun
from bootstep.model.memory.sparsemem import MemSection
from bootstep.model.memory.state import State
from bootstep.model.memory.zones import Node, Zone
from bootstep.model.trace.changes import Assign, Splice
from bootstep.model.trace.events import Kind
from bootstep.model.trace.recorder import BootTrace


def recording() -> tuple[State, BootTrace]:
    state, trace = State(), BootTrace()
    state.record_into(trace)
    trace.start()
    return state, trace


def test_a_change_is_one_event_with_old_and_new() -> None:
    state, trace = recording()
    state.sections.set(8, MemSection(1))
    state.sections.set(8, MemSection(3))
    state.sections.set(8, None)
    assert [trace.payload(event) for event in trace.of_kind(Kind.SECTION)] == [
        (Assign("sections.sections", 8, None, MemSection(1)),),
        (Assign("sections.sections", 8, MemSection(1), MemSection(3)),),
        (Assign("sections.sections", 8, MemSection(3), None),),
    ]
    assert state.sections.sections == {}


def test_what_is_equal_is_no_change() -> None:
    state, trace = recording()
    state.zones.set_limit("max_zone_pfns", (1, 2))
    state.zones.set_limit("max_zone_pfns", (1, 2))
    state.sections.set_fields(mem_map=0)
    state.zones.free.replace(0, 0, ())
    assert len(trace) == 1


def test_what_changes_together_is_one_event() -> None:
    state, trace = recording()
    state.sections.set_fields(mem_map=0x1000, mem_map_pages=4, node_mem_map=0)
    state.zones.set_node(Node(0, 0x2000, zones=(Zone("DMA", nr_free=(0,)),)))
    before, run = state.zones.nodes[0], FreeRun(0, 1, 0, 0)
    after = before.with_zone(0, Zone("DMA", nr_free=(1,)))
    state.zones.exchange_pages(Exchange(0, (), (run,)), after)
    assert trace.payload(0) == (
        Assign("sections", "mem_map", 0, 0x1000),
        Assign("sections", "mem_map_pages", 0, 4),
    )
    assert trace.payload(2) == (Splice("zones.free", 0, (), (run,)), Assign("zones.nodes", 0, before, after))
    assert (state.zones.free, state.zones.nodes[0]) == ([run], after)


def test_the_place_of_an_event_is_the_line_that_asked_for_the_change() -> None:
    state, trace = recording()
    state.sections.set_root(0, 0x1000)
    state.zones.set_node(Node(0, 0x2000))
    state.variables.put("max_pfn", 1)
    state.zones.free.replace(0, 0, [FreeRun(0, 1, 0, 0)])
    lines = Path(__file__).read_text().splitlines()
    places = [trace.site(event) for event in range(4)]
    assert {site.filename for site in places} == {__file__}
    assert [lines[site.line - 1].strip().split("(")[0] for site in places] == [
        "state.sections.set_root",
        "state.zones.set_node",
        "state.variables.put",
        "state.zones.free.replace",
    ]


def test_sections_have_no_other_fields_than_the_kernels() -> None:
    state, _ = recording()
    with pytest.raises(AssertionError):
        state.sections.set_fields(mem_section=1)

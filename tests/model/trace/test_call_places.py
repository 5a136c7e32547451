"""Places of calls, as return addresses tell them."""

from __future__ import annotations

import pytest
from bootstep.model.language.words import choose
from bootstep.model.memory.sound import contents_of
from bootstep.model.memory.state import State
from bootstep.model.trace.call_places import CallPlace, call_place
from bootstep.model.trace.encoding.read import decode
from bootstep.model.trace.encoding.write import encode
from bootstep.model.trace.events import Trace
from bootstep.model.trace.functions import NOWHERE, Site
from bootstep.model.trace.writer import TraceWriter

BARE = CallPlace("memblock_alloc_range_nid", 0x98)
TOLD = BARE._replace(file="mm/memblock.c", line=1512)


@pytest.mark.parametrize("place", [BARE, TOLD, CallPlace("cloned.constprop.0", 0)])
def test_a_place_of_an_event_is_read_again(place: CallPlace) -> None:
    assert call_place(place.site) == place


@pytest.mark.parametrize(
    "function",
    ["", "memblock_add", "+0x10", "memblock_add+16", "logged after a gap", "inferred: 1+0x1", "a+0x"],
)
def test_other_places_are_none(function: str) -> None:
    assert call_place(Site("mm/memblock.c", 12, function)) is None


@pytest.mark.parametrize(("file", "line"), [("mm/\x1b[2Jmemblock.c", 7), ("mm/a.c\n", 7), ("mm/a.c", 0)])
def test_what_is_no_name_of_a_file_is_not_told(file: str, line: int) -> None:
    assert call_place(BARE.site._replace(filename=file, line=line)) == BARE


def test_words() -> None:
    assert BARE.words() == "memblock_alloc_range_nid+0x98"
    assert TOLD.words() == "mm/memblock.c:1512, in memblock_alloc_range_nid"
    assert CallPlace("cloned.constprop.0", 4, "mm/a.c", 7).words() == "mm/a.c:7, in cloned"
    choose("zh")
    assert TOLD.words() != "mm/memblock.c:1512, in memblock_alloc_range_nid"
    assert "mm/memblock.c:1512" in TOLD.words()


def test_a_recorded_trace_has_them_and_names_callers_by_them() -> None:
    state, trace = State(), Trace()
    for name, target in state.items():
        trace.add_target(name, target)
    trace.start()
    writer = TraceWriter(trace)
    outer, inner = (trace.functions.add(name).number for name in ("paging_init", "memblock_reserve"))
    writer.enter(outer)
    writer.enter(inner, (), TOLD.site)
    trace.finish()
    other = State()
    read = decode(encode(trace), other, contents_of(other.parts))
    assert [call_place(read.site(event)) for event in range(2)] == [None, TOLD]
    assert read.site(0) == NOWHERE
    assert read.callers(1) == trace.callers(1) == "memblock_alloc_range_nid"

"""A kernel that is watched through a stub: its calls, what they change and what ends the recording.

A model's boot is played as the kernel, so that what was recorded can be held against what was done.

Covers seen.py, watch.py, calls.py.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from typing import Any

import pytest
from bootstep.boots.live.arm64.registers import CALLING
from bootstep.boots.live.locals.moments import Moments
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.live.patience import Patience
from bootstep.boots.live.reading.log import LogReader
from bootstep.boots.live.reading.own import OwnState
from bootstep.boots.live.reading.state import StateReader
from bootstep.boots.live.recorder.call_places import CallPlaces
from bootstep.boots.live.recorder.recorder import Recorder
from bootstep.boots.live.recorder.seen import Seen
from bootstep.boots.live.recorder.watch import Watch
from bootstep.boots.live.report import Ending
from bootstep.boots.remote.target import RemoteError
from bootstep.model.memory.state import Replica, State
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.writer import TraceWriter

from ....support.captured import booted
from ....support.fake_memory import NO_SIZES
from ....support.in_blocks import IN_BLOCKS
from ....support.played_kernel import PlayedKernel

CASE = "cma0"
NAMES = (
    "memblock_add",
    "memblock_reserve",
    "memblock_remove",
    "memblock_phys_alloc_range",
    "memblock_alloc_range_nid",
    "arm64_memblock_init",
    "paging_init",
    "memblock_free_all",
)


@functools.cache
def played() -> Trace:
    return booted(CASE, IN_BLOCKS).trace


class Recorded:
    """A recording of the played boot."""

    def __init__(
        self,
        kernel: PlayedKernel,
        until: str = "memblock_free_all",
        patience: Patience | None = None,
        moments: Moments | None = None,
        **how: Any,
    ) -> None:
        self.kernel = kernel
        self.moments = moments
        self.trace = Trace()
        writer = TraceWriter(self.trace)
        symbols = {**kernel.writer.symbols, "node_data": 1}
        memory = KernelMemory(kernel, symbols, 0, NO_SIZES)
        self.state = State()
        self.state.memblock.configure(booted(CASE, IN_BLOCKS).memblock.config)
        reader = StateReader(memory, OwnState(), 0)
        self.seen = Seen(kernel, self.state, writer, reader, LogReader(memory))
        watch = Watch(kernel.watched(self.trace), CALLING, until)
        callers = {f"calls_{name}": kernel.return_address(name) - 4 for name in kernel.names}
        places = CallPlaces(callers, 0)
        patience = patience or Patience(lambda: False, None)
        self.recorder = Recorder(watch, self.seen, writer, places, patience, moments=moments, **how)

    async def run(self) -> Recorded:
        await self.seen.look()
        self.seen.begin()
        try:
            await self.recorder.run()
        finally:
            self.trace.finish()
        return self


def calls(trace: Trace, names: tuple[str, ...] = NAMES) -> Iterator[tuple[str, str, object, int]]:
    """Every event of a call of these functions, with how deep it is among them."""
    depth = 0
    for event in range(len(trace)):
        kind = Kind(trace.kind(event))
        if kind in (Kind.ENTER, Kind.LEAVE) and trace.function(event).name in names:
            depth -= kind == Kind.LEAVE
            payload = trace.payload(event) if kind == Kind.ENTER else None
            yield kind.name, trace.function(event).name, payload, depth
            depth += kind == Kind.ENTER


@pytest.fixture(scope="module")
def whole() -> Recorded:
    """A recording of the whole boot, with all that can be kept; it is only read."""
    return asyncio.run(Recorded(PlayedKernel(played(), NAMES), moments=Moments(CALLING)).run())


def test_calls_are_recorded_as_they_were_made(whole: Recorded) -> None:
    assert whole.recorder.ending is Ending.HANDOVER
    assert list(calls(whole.trace)) == list(calls(played()))
    assert len(list(calls(whole.trace))) > 100


def test_each_call_has_its_place_and_returns_there(whole: Recorded) -> None:
    trace = whole.trace
    places = {
        (trace.function(event).name, trace.site(event).function)
        for event in range(len(trace))
        if trace.kind(event) in (Kind.ENTER, Kind.LEAVE)
    }
    assert places == {(name, f"calls_{name}+0x4") for name in NAMES}
    assert len(whole.recorder.places.returns) == len(NAMES)


def test_memblock_is_the_same_at_every_return(whole: Recorded) -> None:
    mine, its = Replica(whole.trace), Replica(played())
    returns = [
        [
            event
            for event in range(len(trace))
            if trace.kind(event) == Kind.LEAVE and trace.function(event).name in NAMES
        ]
        for trace in (whole.trace, played())
    ]
    assert len(returns[0]) == len(returns[1]) > 50
    for one, other in zip(*returns, strict=True):
        mine.move(one)
        its.move(other)
        for name in ("memory", "reserved"):
            assert mine.state.memblock.type(name).regions == its.state.memblock.type(name).regions


def test_changes_belong_to_the_call_that_makes_them(whole: Recorded) -> None:
    trace = whole.trace
    changes = list(trace.of_kind(Kind.MEMBLOCK))
    assert changes
    for event in changes:
        assert trace.function(trace.parent(event)).name.startswith(("memblock_", "arm64_", "paging_"))


@pytest.mark.parametrize("room", [2, 3, 5])
async def test_few_breakpoints_take_turns_and_nothing_is_out_of_order(room: int) -> None:
    found = await Recorded(PlayedKernel(played(), NAMES, breakpoints=room)).run()
    assert found.recorder.breakpoints.in_turns
    seen, all_of_them = list(calls(found.trace)), [each[:3] for each in calls(played())]
    assert seen
    rest = iter(all_of_them)
    assert all(each[:3] in rest for each in seen)  # in the same order, with gaps


async def test_a_connection_that_is_lost_keeps_what_was_recorded() -> None:
    found = Recorded(PlayedKernel(played(), NAMES, lost_after=20))
    with pytest.raises(RemoteError):
        await found.run()
    assert found.trace.finished
    assert list(calls(found.trace)) == list(calls(played()))[: len(list(calls(found.trace)))]
    assert len(list(calls(found.trace))) == 20


async def test_a_target_that_ends_ends_the_recording() -> None:
    found = await Recorded(PlayedKernel(played(), NAMES), until="no_such_function").run()
    assert found.recorder.ending is Ending.TARGET_GONE
    assert found.recorder.ending_words == "exited with status 0"
    assert list(calls(found.trace)) == list(calls(played()))


async def test_an_event_limit_is_kept() -> None:
    found = await Recorded(PlayedKernel(played(), NAMES), event_limit=40).run()
    assert found.recorder.ending is Ending.EVENT_LIMIT
    assert 40 <= len(found.trace) < 60


async def test_whoever_waits_may_stop_it() -> None:
    kernel = PlayedKernel(played(), NAMES)
    found = await Recorded(kernel, patience=Patience(lambda: kernel.place.event > 200, None)).run()
    assert found.recorder.ending is Ending.STOPPED
    assert 0 < len(list(calls(found.trace))) < len(list(calls(played())))


async def test_it_ends_where_a_function_returns() -> None:
    found = await Recorded(PlayedKernel(played(), NAMES), until="paging_init").run()
    assert found.recorder.ending is Ending.HANDOVER
    assert list(calls(found.trace))[-1][:2] == ("LEAVE", "paging_init")


async def test_a_machine_that_starts_again_ends_the_recording() -> None:
    again = PlayedKernel(played(), ("start_kernel", *NAMES), starts_again=True)
    found = await Recorded(again, until="no_such_function").run()
    assert found.recorder.ending is Ending.TARGET_GONE
    assert found.recorder.ending_words == "the machine has started again"
    assert list(calls(found.trace)) == list(calls(played()))


def test_what_local_variables_are_found_by_is_kept_at_each_stop(whole: Recorded) -> None:
    moments = whole.moments
    assert moments is not None
    assert len(moments) == whole.recorder.stops
    assert list(moments.positions()) == sorted(set(moments.positions()))
    entered = {event: moments.of_entry(event) for event in whole.trace.of_kind(Kind.ENTER)}
    assert entered
    for event, moment in entered.items():
        assert moment is not None
        assert (moment.pc, moment.enter) == (whole.kernel.address(whole.trace.function(event).name), event)
        assert moments.at(event + 1) == moment

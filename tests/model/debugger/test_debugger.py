"""The debugger: record once, go anywhere.

Covers frames.py, opened.py, model/memory/state.py, model/trace/changes.py, model/trace/events.py,
model/trace/functions.py, model/trace/keyframes.py, model/trace/recorder.py, model/trace/stepping.py,
standing.py, stop.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from bootstep.model.debugger.debugger import Debugger, Stop
from bootstep.model.memory.state import Replica, State
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.recorder import traced
from hypothesis import given
from hypothesis import strategies as st
from small_boot import SmallKernel, recorded, setup_arch, start_kernel

TRACE = recorded()


def snapshot(state: State) -> dict[str, Any]:
    return {name: target.snapshot() for name, target in state.items()}


def state_at(position: int) -> dict[str, Any]:
    replica = Replica(TRACE)
    replica.move(position)
    return snapshot(replica.state)


def standing_at_first_line_of(name: str) -> Debugger:
    debugger = Debugger(TRACE)
    debugger.until(name)
    return debugger


def first_line_of(function: Callable[..., Any]) -> int:
    return inspect.unwrap(function).__code__.co_firstlineno


def innermost(debugger: Debugger) -> str:
    frames = debugger.where().frames
    return frames[-1].function.name if frames else ""


def next_call(debugger: Debugger) -> str:
    event = debugger.where().next_event
    return TRACE.function(event).name if event is not None and TRACE.kind(event) == Kind.ENTER else ""


class TestForwards:
    def test_a_step_stands_at_the_first_line_of_the_function_called(self) -> None:
        debugger = Debugger(TRACE)
        stop = debugger.step()
        assert innermost(debugger) == "start_kernel"
        assert (stop.reason, stop.position) == ("step", 1)

    def test_a_step_never_rests_on_a_return(self) -> None:
        debugger = Debugger(TRACE)
        while debugger.step().reason == "step":
            assert TRACE.kind(debugger.position - 1) != Kind.LEAVE

    def test_next_executes_calls_whole(self) -> None:
        debugger = standing_at_first_line_of("arm64_memblock_init")
        debugger.next()
        assert innermost(debugger) == "arm64_memblock_init"
        assert debugger.state.memblock.memory.total_size == 1 << 30

    def test_next_at_the_end_of_a_function_lands_in_the_caller_before_its_next_call(self) -> None:
        debugger = standing_at_first_line_of("parse_early_param")
        debugger.next(3)
        assert innermost(debugger) == "setup_arch"
        assert next_call(debugger) == "arm64_memblock_init"

    def test_finish_returns_from_the_current_function(self) -> None:
        debugger = standing_at_first_line_of("dma_contiguous_reserve")
        stop = debugger.finish()
        assert innermost(debugger) == "arm64_memblock_init"
        assert stop.text == "dma_contiguous_reserve returned 0x7c000000"

    def test_continue_without_breakpoints_runs_to_the_end(self) -> None:
        debugger = Debugger(TRACE)
        stop = debugger.cont()
        assert (stop.reason, stop.position) == ("end", len(TRACE))
        assert stop.text == "end of the trace: start_kernel returned"

    @pytest.mark.parametrize("move", ["step", "next", "finish", "cont", "event", "end"])
    def test_no_move_goes_past_the_end(self, move: str) -> None:
        debugger = Debugger(TRACE)
        debugger.end()
        stop = getattr(debugger, move)()
        assert (stop.reason, debugger.position) == ("end", len(TRACE))

    def test_a_count_repeats_a_move(self) -> None:
        one_by_one, at_once = Debugger(TRACE), Debugger(TRACE)
        for _ in range(7):
            one_by_one.step()
        at_once.step(7)
        assert at_once.position == one_by_one.position


class TestBackwards:
    def test_reverse_step_retraces_every_step(self) -> None:
        debugger = Debugger(TRACE)
        positions = [debugger.position]
        while debugger.step().reason == "step":
            positions.append(debugger.position)
        debugger.goto(positions[-1])
        while debugger.position:
            assert debugger.position == positions.pop()
            debugger.reverse_step()

    def test_reverse_next_undoes_a_call_whole(self) -> None:
        debugger = standing_at_first_line_of("arm64_memblock_init")
        debugger.next(2)
        position = debugger.position
        debugger.next()
        debugger.reverse_next()
        assert debugger.position == position

    def test_reverse_next_at_the_first_line_stands_before_the_call(self) -> None:
        debugger = standing_at_first_line_of("paging_init")
        debugger.reverse_next()
        assert innermost(debugger) == "setup_arch"
        assert next_call(debugger) == "paging_init"

    def test_reverse_finish_goes_back_to_the_call(self) -> None:
        debugger = standing_at_first_line_of("dma_contiguous_reserve")
        debugger.next()
        stop = debugger.reverse_finish()
        assert stop.text == "back before dma_contiguous_reserve limit=0x80000000"
        assert innermost(debugger) == "arm64_memblock_init"
        assert debugger.state.memblock.reserved.total_size == 0x150_0000

    @pytest.mark.parametrize(
        "move", ["reverse_step", "reverse_next", "reverse_finish", "reverse_cont", "start"]
    )
    def test_no_move_goes_before_the_start(self, move: str) -> None:
        debugger = Debugger(TRACE)
        stop = getattr(debugger, move)()
        assert (stop.reason, stop.text, stop.position) == ("start", "start of the boot", 0)


class TestAnywhere:
    def test_goto_beyond_the_end_is_the_end(self) -> None:
        assert Debugger(TRACE).goto(10**9).reason == "end"

    def test_goto_before_the_start_is_the_start(self) -> None:
        assert Debugger(TRACE).goto(-5).reason == "start"

    def test_single_events_stop_at_returns_too(self) -> None:
        debugger = standing_at_first_line_of("mem_init")
        debugger.event(2)
        assert debugger.last.stop.text == "mem_init returned 0"
        debugger.event(-2)
        assert innermost(debugger) == "mem_init"

    def test_until_a_return(self) -> None:
        debugger = Debugger(TRACE)
        debugger.until("paging_init:return")
        assert debugger.last.stop.text == "paging_init returned"
        assert debugger.state.page_tables.runs[0].va_end == 0xFFFF_0000_0000_0000 + 6 * (2 << 20)

    def test_until_something_that_is_over_stays_and_says_so(self) -> None:
        debugger = standing_at_first_line_of("mem_init")
        stop = debugger.until("paging_init")
        assert stop.reason == "nowhere"
        assert stop.text == "paging_init does not happen again after this point (once before it)"
        assert innermost(debugger) == "mem_init"

    def test_phases_lead_through_the_boot_and_back(self) -> None:
        debugger = Debugger(TRACE)
        names = []
        while debugger.phase(1).reason == "phase":
            names.append(debugger.where().phase)
        assert names == [
            "early parameters",
            "memblock",
            "CMA and reservations",
            "page tables",
            "handover to the buddy allocator",
        ]
        debugger.phase(-1)
        assert innermost(debugger) == "mem_init"
        debugger.phase(-1)
        assert innermost(debugger) == "paging_init"


class TestHere:
    def test_before_the_first_event_no_function_is_open(self) -> None:
        here = Debugger(TRACE).where()
        assert here.frames == ()
        assert here.next_event == 0

    def test_frames_are_outermost_first_with_their_arguments(self) -> None:
        debugger = standing_at_first_line_of("dma_contiguous_reserve")
        frames = debugger.where().frames
        assert [frame.function.name for frame in frames] == [
            "start_kernel",
            "setup_arch",
            "arm64_memblock_init",
            "dma_contiguous_reserve",
        ]
        assert frames[-1].arguments == (("limit", 0x8000_0000),)

    def test_a_frame_stands_at_the_line_of_what_it_does_next(self) -> None:
        debugger = standing_at_first_line_of("setup_arch")
        lines = []
        for _ in range(3):
            lines.append(
                debugger.where().frames[-1].site.line - setup_arch.__wrapped__.__code__.co_firstlineno
            )
            debugger.next()
        assert lines == [2, 3, 4]

    def test_outer_frames_stand_at_their_calls(self) -> None:
        outer = standing_at_first_line_of("mem_init").where().frames[0]
        assert outer.site.line - first_line_of(start_kernel) == 4


class TestBefore:
    def test_it_is_the_state_before_the_last_move(self) -> None:
        debugger = standing_at_first_line_of("mem_init")
        debugger.next()
        assert debugger.before.state.variables["totalram_pages"] == 0
        assert debugger.state.variables["totalram_pages"] == 0x40000

    def test_it_names_what_the_move_changed(self) -> None:
        debugger = standing_at_first_line_of("mem_init")
        debugger.next()
        assert debugger.before.changed == {"variables"}
        debugger.reverse_next()
        assert debugger.before.changed == {"variables"}
        debugger.next()
        debugger.next()
        assert debugger.before.changed == frozenset()


class TestGrowing:
    def test_a_move_that_needs_more_than_is_recorded_says_so_and_can_be_repeated(self) -> None:
        k = SmallKernel()
        debugger = Debugger(k.trace)
        assert debugger.cont().reason == "recording"
        start_kernel(k)
        assert debugger.until("mem_init").reason == "until"
        assert debugger.finish().reason == "finish"
        assert debugger.cont().reason == "recording"
        k.trace.finish()
        assert debugger.cont().reason == "end"

    def test_a_panic_ends_every_run_with_the_kernels_words(self) -> None:
        debugger = Debugger(panicked())
        stop = debugger.cont()
        assert (stop.reason, stop.text) == (
            "panic",
            "the kernel panicked: Failed to allocate page table page",
        )
        assert innermost(debugger) == "paging_init_fails"
        debugger.reverse_finish()
        assert debugger.finish().reason == "panic"


@traced
def paging_init_fails(k: SmallKernel) -> None:
    k.trace.printk("Kernel panic - not syncing: Failed to allocate page table page", level="emerg")
    k.trace.panic("Failed to allocate page table page")
    raise RuntimeError


def panicked() -> Trace:
    k = SmallKernel()
    with pytest.raises(RuntimeError):
        paging_init_fails(k)
    k.trace.finish()
    return k.trace


MOVES = st.one_of(
    st.tuples(st.sampled_from(["step", "next", "reverse_step", "reverse_next", "event"]), st.integers(1, 9)),
    st.tuples(st.just("event"), st.integers(-9, -1)),
    st.tuples(st.just("goto"), st.integers(0, len(TRACE))),
    st.tuples(st.sampled_from(["finish", "reverse_finish", "cont", "reverse_cont", "start", "end"])),
    st.tuples(st.just("phase"), st.integers(-2, 2)),
    st.tuples(
        st.just("until"), st.sampled_from(["memblock_reserve", "alloc_init_cont_pte:return", "mem_init"])
    ),
)


@given(st.lists(MOVES, max_size=12), st.booleans())
def test_after_any_moves_the_state_is_that_of_the_position(moves: list[tuple[Any, ...]], stops: bool) -> None:
    debugger = Debugger(TRACE)
    if stops:
        debugger.breakpoints.add("memblock_reserve")
    for name, *arguments in moves:
        start = debugger.position
        stop = getattr(debugger, name)(*arguments)
        assert stop.position == debugger.position == debugger.last.end
        assert debugger.last.start == start
        assert snapshot(debugger.before.state) == state_at(start)
    assert snapshot(debugger.state) == state_at(debugger.position)


def test_a_move_is_held_where_somebody_holds_it() -> None:
    debugger = standing_at_first_line_of("setup_arch")
    start = debugger.position
    asked: list[tuple[int, int]] = []

    def hold(position: int, target: int) -> Stop | None:
        asked.append((position, target))
        return Stop(start + 2, "question", "wait") if position < start + 2 < target else None

    debugger.held = hold
    stop = debugger.cont()
    assert (debugger.position, stop.reason) == (start + 2, "question")
    assert debugger.cont().reason == "end"
    assert asked == [(start, len(debugger.trace)), (start + 2, len(debugger.trace))]


def test_a_breakpoint_before_the_place_where_a_move_is_held_comes_first() -> None:
    debugger = standing_at_first_line_of("start_kernel")
    debugger.breakpoints.add("setup_arch")
    end = len(debugger.trace)
    debugger.held = lambda position, target: Stop(end - 1, "question", "wait")
    assert debugger.cont().reason == "breakpoint"

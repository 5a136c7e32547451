"""The debugger over a whole boot: the shipped 1 GiB machine."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.arch.arm64.entry_format import ENTRIES
from bootstep.model.debugger.call_tree import CallTree
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.state import Replica, State
from bootstep.model.text.events import describe
from bootstep.model.trace.events import CHANGES, Trace
from hypothesis import given, settings
from hypothesis import strategies as st


@functools.cache
def trace() -> Trace:
    kernel = load_kernel(read_machine("virt-1g"))
    boot(kernel)
    return kernel.trace


def snapshot(state: State) -> dict[str, Any]:
    return {name: target.snapshot() for name, target in state.items()}


def test_the_boot_gets_to_its_end() -> None:
    assert Debugger(trace()).cont().text == "end of the trace: start_kernel returned"


def test_undoing_any_event_restores_exactly_what_it_changed() -> None:
    replica = Replica(trace())
    targets = replica.state
    before: list[dict[str, Any]] = []
    for event in range(len(trace())):
        changes = trace().payload(event) if trace().kind(event) in CHANGES else ()
        before.append({change.target: targets[change.target].snapshot() for change in changes})
        replica.move(event + 1)
    for event in reversed(range(len(trace()))):
        replica.move(event)
        assert {name: targets[name].snapshot() for name in before[event]} == before[event]


def test_all_the_way_there_and_back_is_the_state_before_the_first_instruction() -> None:
    debugger = Debugger(trace())
    start = snapshot(debugger.state)
    for forwards, backwards in (("step", "reverse_step"), ("next", "reverse_next"), ("cont", "reverse_cont")):
        while debugger.position < len(trace()):
            getattr(debugger, forwards)()
        while debugger.position:
            getattr(debugger, backwards)()
        assert snapshot(debugger.state) == start


POSITIONS = st.floats(0, 1).map(lambda share: int(share * len(trace())))


@settings(max_examples=40)
@given(
    POSITIONS,
    st.lists(
        st.sampled_from(
            [
                "step",
                "next",
                "finish",
                "cont",
                "reverse_step",
                "reverse_next",
                "reverse_finish",
                "reverse_cont",
            ]
        ),
        max_size=6,
    ),
)
def test_after_any_moves_the_state_is_that_of_the_position(start: int, moves: list[str]) -> None:
    debugger = Debugger(trace())
    debugger.breakpoints.add("memblock_reserve", condition="size >= 1M")
    debugger.breakpoints.add("watch:max_pfn")
    debugger.goto(start)
    for move in moves:
        getattr(debugger, move)()
    fresh = Replica(trace())
    fresh.move(debugger.position)
    assert snapshot(debugger.state) == snapshot(fresh.state)


@settings(max_examples=40)
@given(POSITIONS)
def test_everywhere_there_is_a_place_a_tree_and_words(position: int) -> None:
    debugger = Debugger(trace())
    debugger.goto(position)
    here = debugger.where()
    assert here.phase
    assert all(frame.site.line > 0 for frame in here.frames)
    view = CallTree(trace(), ENTRIES).view(position)
    current = view.rows(view.current, view.current + 1)[0]
    assert not here.frames or current.event == here.frames[-1].enter
    if here.next_event is not None:
        assert describe(trace(), here.next_event, ENTRIES)


@pytest.mark.parametrize(
    "function",
    ["setup_machine_fdt", "arm64_memblock_init", "paging_init", "sparse_init", "free_area_init_nodes"],
)
def test_the_five_functions_of_early_memory_are_reached(function: str) -> None:
    debugger = Debugger(trace())
    assert debugger.until(function).reason == "until"
    assert debugger.finish().reason == "finish"
    assert debugger.state.memblock.memory.total_size == 1 << 30


def test_every_event_has_words() -> None:
    assert all(describe(trace(), event, ENTRIES) for event in range(len(trace())))

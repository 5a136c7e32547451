"""The index of a trace, and the phases of a boot that follow from it.

Covers phases.py.
"""

from __future__ import annotations

from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.index.calls import CallIndex, close_matches
from bootstep.model.index.phases import FIRST, Phases
from bootstep.model.trace.events import Kind, Trace
from hypothesis import given
from hypothesis import strategies as st
from small_boot import SmallKernel, recorded, setup_arch, start_kernel

TRACE = recorded()


def test_every_call_and_return_of_every_function_is_found() -> None:
    occurrences = CallIndex(TRACE, ARM64)
    for function in TRACE.functions:
        for kind, found in (
            (Kind.ENTER, occurrences.enters(function.number)),
            (Kind.LEAVE, occurrences.leaves(function.number)),
        ):
            assert list(found) == [
                event
                for event in range(len(TRACE))
                if TRACE.kind(event) == kind and TRACE.function_number(event) == function.number
            ]


def test_a_function_keeps_its_old_name() -> None:
    trace = Trace()
    number = trace.functions.add("free_area_init_nodes").number
    for name in ("free_area_init_nodes", "free_area_init"):
        assert [function.number for function in CallIndex(trace, ARM64).functions_named(name)] == [number]


@given(
    st.integers(0, len(TRACE)),
    st.sampled_from(["memory_limit", "memstart_addr", "totalram_pages", "max_pfn"]),
)
def test_a_variable_has_the_value_it_was_last_given(position: int, name: str) -> None:
    initial = {"memory_limit": (1 << 64) - 1, "memstart_addr": -1, "totalram_pages": 0, "max_pfn": 0}
    given_at = {
        "memory_limit": (5, 600 << 20),
        "memstart_addr": (35, 0x4000_0000),
        "totalram_pages": (59, 0x40000),
    }
    event, value = given_at.get(name, (len(TRACE), 0))
    occurrences = CallIndex(TRACE, ARM64)
    assert occurrences.variable(name, position) == (value if event < position else initial[name])
    assert occurrences.last_change(name, position) == (event if event < position else None)


def test_what_is_recorded_later_is_found_later() -> None:
    k = SmallKernel()
    occurrences = CallIndex(k.trace, ARM64)
    assert occurrences.first("setup_arch") is None
    start_kernel(k)
    assert occurrences.first("setup_arch") == 2
    setup_arch(k)
    calls = [occurrences.enters(function.number) for function in occurrences.functions_named("setup_arch")]
    assert sum(map(len, calls)) == 2


def test_names_nearly_right_are_offered() -> None:
    assert close_matches("paging_innit", ["paging_init", "mem_init"]).startswith("; did you mean paging_init")
    assert close_matches("xyzzy", ["paging_init"]) == ""


def test_phases_cover_the_boot_without_gaps() -> None:
    phases = Phases(CallIndex(TRACE, ARM64)).all()
    assert phases[0].name == FIRST
    assert [phase.start for phase in phases] == [0, *(phase.end for phase in phases[:-1])]
    assert phases[-1].end == len(TRACE)


def test_a_position_is_in_the_phase_of_what_has_just_happened() -> None:
    phases = Phases(CallIndex(TRACE, ARM64))
    (paging,) = [phase for phase in phases.all() if phase.name == "page tables"]
    names = [
        phases.all()[phases.at(position)].name for position in (paging.start, paging.start + 1, paging.end)
    ]
    assert names == ["CMA and reservations", "page tables", "page tables"]


def test_phases_grow_with_the_trace() -> None:
    k = SmallKernel()
    phases = Phases(CallIndex(k.trace, ARM64))
    assert [(phase.name, phase.end) for phase in phases.all()] == [(FIRST, 0)]
    start_kernel(k)
    assert phases.all()[-1].name == "handover to the buddy allocator"

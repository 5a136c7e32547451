"""Why memory was refused, and where it was found: every gap judged as the kernel judges it.

Covers explain_text.py, gaps.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.loader.board.tree_changes import PropertyChange
from bootstep.boots.loader.what_if import Variation
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.explain import SEARCH, ExplainError, Explanation
from bootstep.model.analysis.explain_text import explanation_lines
from bootstep.model.debugger.debugger import Debugger
from captured import booted, what_if

NODE = (
    PropertyChange("/reserved-memory", "ranges", b""),
    PropertyChange.parse("/reserved-memory:#address-cells=<2>"),
    PropertyChange.parse("/reserved-memory:#size-cells=<2>"),
)


def refused(variation: Variation) -> tuple[Debugger, Explanation]:
    debugger = what_if(variation)
    found = debugger.why.last(debugger.position)
    assert found is not None
    return debugger, found


def verdicts(found: Explanation) -> set[str]:
    return {gap.verdict for searched in found.searches for gap in searched.gaps}


@pytest.mark.parametrize("case", ["m1g", "numa2", "hotplug", "resv-nomap", "m6g", "crash128at"])
def test_the_gap_that_is_taken_is_the_one_the_kernel_took(case: str) -> None:
    debugger = debugger_of(booted(case))
    searches = [
        event
        for function in debugger.occurrences.functions_named(SEARCH)
        for event in debugger.occurrences.enters(function.number)
    ]
    for event in searches[:40] + searches[-60:]:
        (searched,) = debugger.why.explain(event).searches
        taken = [gap.at for gap in searched.gaps if gap.verdict == "taken"]
        assert (taken or [0]) == [searched.found]


def test_a_crash_kernel_larger_than_any_gap() -> None:
    debugger, found = refused(Variation(more="crashkernel=2G"))
    assert found.failed
    assert verdicts(found) == {"too small"}
    assert [debugger.trace.log_text(event) for event in found.messages] == [
        "cannot allocate crashkernel (size:0x80000000)"
    ]
    assert found.in_the_way == ()


def test_a_crash_kernel_where_the_device_tree_lies() -> None:
    _, found = refused(Variation(more="crashkernel=64M@0x48000000"))
    assert [piece.value.name for piece in found.in_the_way] == ["device tree blob"]
    (searched,) = found.searches
    assert (searched.start, searched.end) == (0x4800_0000, 0x4C00_0000)
    (gap,) = searched.gaps
    assert (gap.start, gap.end, gap.verdict) == (0x4810_0000, 0x4C00_0000, "outside")
    words = "too little of it (811.0 MiB in all) lies within the limits: 64.0 MiB are needed"
    assert gap.reason == words
    assert searched.outside.number > 1


def test_an_area_of_the_contiguous_allocator_where_memory_is_in_use() -> None:
    debugger, found = refused(Variation(more="cma=64M@0x48000000"))
    assert found.result == -16
    assert found.searches == ()
    assert [piece.value.name for piece in found.in_the_way] == ["device tree blob"]
    assert "cma: Failed to reserve 64 MiB" in [debugger.trace.log_text(event) for event in found.messages]


def test_a_gap_that_is_large_enough_but_for_the_alignment() -> None:
    _, found = refused(
        Variation(
            changes=(
                *NODE,
                PropertyChange.parse("/reserved-memory/dsp:size=<0 0x6400000>"),
                PropertyChange.parse("/reserved-memory/dsp:alignment=<0 0x8000000>"),
                PropertyChange.parse("/reserved-memory/dsp:alloc-ranges=<0 0x40fb0000 0 0x7050000>"),
            )
        )
    )
    (gap,) = [gap for searched in found.searches for gap in searched.gaps if gap.verdict == "alignment"]
    assert gap.reason == "too small once aligned: 100.0 MiB must begin at a multiple of 128.0 MiB"


def test_a_reserved_node_whose_range_is_taken_by_the_kernel() -> None:
    debugger, found = refused(
        Variation(
            changes=(
                *NODE,
                PropertyChange.parse("/reserved-memory/vdec:size=<0 0x4000000>"),
                PropertyChange.parse("/reserved-memory/vdec:alloc-ranges=<0 0x40000000 0 0x4000000>"),
            )
        )
    )
    assert "kernel text" in [piece.value.name for piece in found.in_the_way]
    texts = [debugger.trace.log_text(event) for event in found.messages]
    assert texts == ["OF: reserved mem: failed to allocate memory for node 'vdec': size 64 MiB"]
    assert debugger.why.about(debugger.why.subject("vdec", debugger.position)) == found


def test_a_no_map_node_over_memory_in_use() -> None:
    _, found = refused(
        Variation(
            changes=(
                *NODE,
                PropertyChange.parse("/reserved-memory/fw@48000000:reg=<0 0x48000000 0 0x1000>"),
                PropertyChange("/reserved-memory/fw@48000000", "no-map", b""),
            )
        )
    )
    assert (found.result, found.failed) == (-16, True)
    assert [piece.value.name for piece in found.in_the_way] == ["device tree blob"]


def test_nodes_and_no_map_memory_are_passed_over() -> None:
    debugger = debugger_of(booted("numa2"))
    debugger.end()
    found = debugger.why.explain(debugger.why.subject("setup_node_data", 0))
    (searched,) = found.searches
    assert {gap.verdict for gap in searched.gaps} >= {"node", "taken"}
    debugger = debugger_of(booted("resv-nomap"))
    found = debugger.why.explain(debugger.why.subject("dma_contiguous_reserve", 0))
    assert "no-map" in verdicts(found)


def test_a_request_that_was_granted_otherwise_has_a_remedy() -> None:
    """The area is looked for above 4 GiB first, where its limit leaves nothing."""
    debugger = what_if(Variation(more="cma=1536M"), "virt-6g")
    (failure,) = debugger.why.failures()
    assert failure.remedy is not None
    assert debugger.trace.payload(debugger.trace.partner(failure.remedy)) < 4 << 30
    explained = debugger.why.about(failure.event)
    lines = list(explanation_lines(debugger.trace, explained))
    assert lines[-1] == f"  the caller then asked again (event {failure.remedy}), and got it"


def test_a_second_try_of_memblocks_own_is_no_failure() -> None:
    """With KASLR memstart_addr may lie above all RAM, and the goal that follows from it cannot be met."""
    debugger = debugger_of(booted("kaslr"))
    retried = [
        found
        for function in debugger.occurrences.functions_named("memblock_alloc_internal")
        for event in debugger.occurrences.enters(function.number)
        if len((found := debugger.why.explain(event)).searches) > 1
    ]
    assert retried
    for found in retried:
        assert not found.failed
        assert (found.searches[0].found, found.searches[-1].found != 0) == (0, True)
    assert debugger.why.failures() == []


def test_success_is_explained_too() -> None:
    debugger = debugger_of(booted("crash256"))
    debugger.end()
    found = debugger.why.about(debugger.why.subject("crashkernel", debugger.position))
    assert not found.failed
    lines = list(explanation_lines(debugger.trace, found))
    assert any("taken at 0xa9800000: the first that is large enough" in line for line in lines)
    assert any("not taken: too small, 256.0 MiB are needed" in line for line in lines)


def test_nothing_is_refused_in_a_plain_boot() -> None:
    debugger = debugger_of(booted("m1g"))
    assert debugger.why.last(len(debugger.trace)) is None


def test_what_nobody_knows_cannot_be_explained() -> None:
    why = debugger_of(booted("m1g")).why
    with pytest.raises(
        ExplainError, match="nothing in this boot is called 'crashkernle'; did you mean crashkernel"
    ):
        why.subject("crashkernle", 0)
    with pytest.raises(ExplainError, match="there is no event 99999999"):
        why.subject("99999999", 0)

"""Events of a boot by kind, by the functions they happened in, and by when: in order, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..index.calls import CallIndex, close_matches, within
from ..language.words import tr
from ..trace.events import Kind


class SelectionError(ValueError):
    """Why a choice of events makes no sense, in one sentence."""


class Selection(NamedTuple):
    """Events of these `kinds` that happened in calls of the function `caller` (None: anywhere), from the
    position `start` up to `stop`."""

    kinds: frozenset[Kind]
    caller: str | None
    start: int
    stop: int


def selected(occurrences: CallIndex, chosen: Selection) -> Iterator[int]:
    """The events that are chosen, in order.  Raises `SelectionError` if the boot has no such function."""
    trace = occurrences.trace
    spans = _spans(occurrences, chosen) if chosen.caller is not None else [(chosen.start, chosen.stop)]
    everything = len(chosen.kinds) == len(Kind)
    return (
        event
        for start, stop in spans
        for event in range(start, stop)
        if everything or trace.kind(event) in chosen.kinds
    )


def _spans(occurrences: CallIndex, chosen: Selection) -> list[tuple[int, int]]:
    """The events inside the calls of a function: from behind each ENTER up to its LEAVE, calls inside calls
    once."""
    trace, name = occurrences.trace, chosen.caller or ""
    calls = sorted(
        enter
        for function in occurrences.functions_named(name)
        for enter in within(occurrences.enters(function.number), 0, len(trace))
    )
    if not calls:
        known = (function.name for function in occurrences.called())
        raise SelectionError(
            tr("{name}: this boot never calls it{offer}", name=name, offer=close_matches(name, known))
        )
    spans: list[tuple[int, int]] = []
    for enter in calls:
        if spans and enter < spans[-1][1]:
            continue
        spans.append((enter + 1, trace.partner(enter) or len(trace)))
    cut = ((max(start, chosen.start), min(stop, chosen.stop)) for start, stop in spans)
    return [(start, stop) for start, stop in cut if start < stop]

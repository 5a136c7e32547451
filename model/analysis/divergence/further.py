"""The calls that differ behind the first one: of each function the first, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from ...text.events import call_text
from ...text.results import result_text
from ...trace.events import Trace
from .finding import Finding, What
from .sides import Pair

MOST_FURTHER = 8
"""So many functions are shown whose calls differ behind the first one."""


class Further(Struct, frozen=True):
    """The first call of a function that differs too: what of it, and in words in both boots ("": it is not
    made there), with its ENTER events; and how many calls of that function do, of those that are counted."""

    what: What
    left: str
    right: str
    left_event: int | None
    right_event: int | None
    times: int = 1


def grouped(pair: Pair, findings: Sequence[Finding]) -> tuple[Further, ...]:
    """The first finding of each function and kind, in order."""
    groups: dict[tuple[str, What], list[Finding]] = {}
    for found in findings:
        side, enter = (pair.left, found.left) if found.left is not None else (pair.right, found.right)
        name = side.trace.function(enter).name if enter is not None else ""
        groups.setdefault((name, found.what), []).append(found)
    firsts = islice(groups.values(), MOST_FURTHER)
    return tuple(replace(_further(pair, group[0]), times=len(group)) for group in firsts)


def _further(pair: Pair, found: Finding) -> Further:
    words = [
        call_text(side.trace, enter) if enter is not None else ""
        for side, enter in zip(pair.sides, (found.left, found.right), strict=True)
    ]
    if found.what is What.RESULT:
        words = [
            f"{said} → {_returned(side.trace, enter)}" if enter is not None else ""
            for said, side, enter in zip(words, pair.sides, (found.left, found.right), strict=True)
        ]
    return Further(found.what, words[0], words[1], found.left, found.right)


def _returned(trace: Trace, enter: int) -> str:
    return result_text(trace.function(enter).name, trace.payload(trace.partner(enter)))

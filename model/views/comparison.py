"""What two boots differ in: the first thing they do differently, and all that is different at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from ..debugger.compare import Differences, difference_lines, differences
from ..debugger.debugger import Debugger
from ..language.words import tr
from ..source.provenance import is_from_log
from ..text.events import describe
from ..trace.events import Kind, Trace
from .html import table

if TYPE_CHECKING:
    from ..analysis.divergence.find import Held


class Divergence(Struct, frozen=True):
    """Up to this event both boots did the same: its number in both, and what each does there, in words ("":
    it has ended); `function` is the one they are in ("": none)."""

    event: int
    left: str
    right: str
    function: str

    def __str__(self) -> str:
        where = tr(" in {function}", function=self.function) if self.function else ""
        left, right = self.left or tr("has ended"), self.right or tr("has ended")
        return tr(
            "event {event}{where}: < {left} > {right}", event=self.event, where=where, left=left, right=right
        )


class Comparison:
    """Two boots side by side, where they stood: at the positions `at`; true if they differ there."""

    def __init__(self, left: Debugger, right: Debugger, is_whole: bool) -> None:
        self._left, self._right = left, right
        self.at = left.position, right.position
        self.names = left.facts.name, right.facts.name
        self._is_whole = is_whole and (is_from_log(left.trace) or is_from_log(right.trace))

    @cached_property
    def differences(self) -> Differences:
        """Everything that is different, by parts: log, regions, zones, owners, variables, calls."""
        return differences(self._left, self._right)

    @cached_property
    def first(self) -> Divergence | None:
        """The first event that is not the same in both; None if one boot is like the other from start to
        end."""
        return first_divergence(self._left, self._right)

    @cached_property
    def held(self) -> Held:
        """The whole boots aligned by their calls: ``held.divergence`` is the first call that is not the same,
        with arguments, results and states; None if there is none."""
        from ..analysis.divergence.find import held  # only if somebody asks

        return held(self._left, self._right)

    @cached_property
    def lines(self) -> Sequence[str]:
        """The differences in words, as ``bootstep diff`` prints them; of whole logs what was done
        differently, wherever it was."""
        if self._is_whole:
            return tuple(_told(self._left, self._right, self.names))
        return tuple(difference_lines(self._left, self._right, self.differences))

    def __bool__(self) -> bool:
        return bool(self.lines)

    def __str__(self) -> str:
        return "\n".join(self.lines) or tr("no differences")

    def __repr__(self) -> str:
        first = tr("first at {first}", first=self.first) if self.first else tr("the boots are alike")
        return f"<{self.names[0]} and {self.names[1]}: {len(self.lines)} lines of differences; {first}>"

    def _repr_html_(self) -> str:
        title = tr("{one} (<) and {other} (>)", one=self.names[0], other=self.names[1])
        rows = [(tr("first: {first}", first=self.first),)] if self.first else []
        return table(title, ("difference",), [*rows, *((line,) for line in self.lines)])


def _told(left: Debugger, right: Debugger, names: tuple[str, str]) -> Sequence[str]:
    """What lines of logs tell, where one of the boots is nothing but lines."""
    from ..analysis.deeds.report import LogComparison  # for logs only
    from ..analysis.deeds.told import told_trace

    one, other = (
        told_trace(each.trace, each.facts, name) for each, name in zip((left, right), names, strict=True)
    )
    found = LogComparison.of(one.boot, other.boot, (one.callers, other.callers))
    return list(found.lines()) if found else []


def first_divergence(left: Debugger, right: Debugger) -> Divergence | None:
    """The first event that two boots do not have in common."""
    one, other = left.trace, right.trace
    shorter = min(len(one), len(other))
    event = next((number for number in range(shorter) if not _alike(left, right, number)), shorter)
    if event == len(one) == len(other):
        return None
    in_left, in_right = (
        describe(each.trace, event, each.arch.entries) if event < len(each.trace) else ""
        for each in (left, right)
    )
    trace = one if event < len(one) else other
    return Divergence(event, in_left, in_right, _function(trace, event))


def _function(trace: Trace, event: int) -> str:
    parent = trace.parent(event)
    return trace.function(parent).name if parent >= 0 else ""


def _alike(left: Debugger, right: Debugger, event: int) -> bool:
    """Whether two boots have the same event at a number: objects are alike if they read alike."""
    one, other = left.trace, right.trace
    kind = one.kind(event)
    if kind != other.kind(event):
        return False
    if kind in (Kind.ENTER, Kind.LEAVE) and one.function(event).name != other.function(event).name:
        return False
    if kind == Kind.LOG:
        return one.log_text(event) == other.log_text(event)
    if one.payload(event) == other.payload(event):
        return True
    words = [describe(each.trace, event, each.arch.entries) for each in (left, right)]
    return kind in (Kind.ENTER, Kind.LEAVE) and words[0] == words[1]

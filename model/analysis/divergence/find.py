"""The first divergence of two boots, with all that is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Protocol

from msgspec import Struct

from ...build.kernel_source.found import Place
from ...build.kernel_source.lines import SourceLines
from ...language.words import tr
from ...source.facts import Facts
from ...text.events import call_text
from ...text.results import result_text
from ...text.values import local_text
from ...trace.call_places import CallPlace, call_place
from ...trace.events import Kind, Trace
from .finding import Finding, What
from .further import Further, grouped
from .known import Calls
from .reasons import reasons
from .sides import Pair, Side
from .states import PartDifference, States
from .walk import Walk

MOST_COUNTED = 1000
MOST_CALLERS = 6


class Told(Protocol):
    """A boot: what it did, and what is known beside."""

    @property
    def trace(self) -> Trace: ...
    @property
    def facts(self) -> Facts: ...


class Argument(Struct, frozen=True):
    """An argument in words, and whether it is another one in the other boot."""

    name: str
    text: str
    differs: bool


class DivergentCall(Struct, frozen=True):
    """A call in one of the boots: its ENTER event, the function, its arguments, what it returned ("":
    nothing, or it did not return), who called it (innermost first), where its function and its caller are
    in the kernel's source, where it was made if a return address tells it, and the first line of the log that
    is said in it."""

    event: int
    function: str
    text: str
    arguments: tuple[Argument, ...]
    returned: str
    callers: tuple[str, ...]
    place: Place
    caller_place: Place
    call_place: CallPlace | None
    log: str


class Half(Struct, frozen=True):
    """One of the boots where both part: the position to look from, and the call (None: it makes none there;
    `instead` says what it does).  `ending` says how its kernel stops there, "" if it does not."""

    position: int
    call: DivergentCall | None
    instead: str = ""
    ending: str = ""


class Divergence(Struct, frozen=True):
    """Where two boots part.  `states` are the parts of the state that differ after the call, `given` what
    both were given that is not the same, `further` the next calls that differ, of which there are `count`
    (at most `MOST_COUNTED` are counted)."""

    finding: Finding
    left: Half
    right: Half
    states: tuple[PartDifference, ...]
    given: tuple[str, ...]
    further: tuple[Further, ...]
    count: int

    @property
    def what(self) -> What:
        """What is not the same."""
        return self.finding.what

    @property
    def function(self) -> str:
        """The function that it is about."""
        call = self.left.call or self.right.call
        return call.function if call is not None else ""

    @property
    def positions(self) -> tuple[int, int]:
        """Where to look from, in both boots."""
        return self.left.position, self.right.position


class Held(Struct, frozen=True):
    """Two boots held against each other: the first divergence (None: they did the same), what of the states
    differs at the end, the positions of that end, and whether one breaks off there before the other is over.
    `are_models` says that both were executed by the model, `is_moved` that the kernels ran at different
    virtual addresses; `loaded` is where both images lie, if what is in them was compared by its place."""

    divergence: Divergence | None
    at_the_end: tuple[PartDifference, ...]
    ends: tuple[int, int]
    breaks_off: bool
    are_models: bool
    is_moved: bool
    loaded: tuple[int, int] | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to compare: no call of one is known to the other."""
        return not self.are_models and self.ends == (0, 0)

    @property
    def are_same(self) -> bool:
        """Whether both did the same, as far as they go."""
        return self.divergence is None and not self.at_the_end and not self.is_nothing


def first_divergence(left: Told, right: Told) -> Divergence | None:
    """The first call that is not the same in two boots; None if they did the same."""
    return held(left, right).divergence


def held(left: Told, right: Told) -> Held:
    """Hold two boots against each other."""
    pair = Pair(Side(left.trace, left.facts), Side(right.trace, right.facts))
    walk = Walk(pair)
    states = States(pair) if walk.states is None else walk.states
    findings = walk.findings()
    first = next(findings, None)
    divergence = _divergence(pair, walk, states, first, findings) if first is not None else None
    ends = walk.until or (len(left.trace), len(right.trace))
    states.move(*ends)
    return Held(
        divergence,
        states.differences(),
        ends,
        walk.breaks_off,
        pair.are_models,
        pair.is_moved,
        pair.loaded if pair.is_loaded_elsewhere else None,
    )


def _divergence(
    pair: Pair, walk: Walk, states: States, first: Finding, findings: Iterator[Finding]
) -> Divergence:
    after = [
        _after(calls, enter, position)
        for calls, enter, position in (
            (walk.left, first.left, first.left_position),
            (walk.right, first.right, first.right_position),
        )
    ]
    states.move(after[0], after[1])
    differing = states.differences(_changed_in(pair, first))
    left = _half(pair.left, first.left, first.left_position, first)
    right = _half(pair.right, first.right, first.right_position, first)
    behind = list(islice(findings, MOST_COUNTED))
    values = [
        _numbers(side, enter) for side, enter in zip(pair.sides, (first.left, first.right), strict=True)
    ]
    calls = [half.call for half in (left, right) if half.call is not None]
    functions = [name for call in calls for name in (call.function, *call.callers)]
    given = reasons(pair, values[0], values[1], functions)
    return Divergence(first, left, right, differing, given, grouped(pair, behind), len(behind))


def _changed_in(pair: Pair, first: Finding) -> frozenset[str]:
    """The parts of the state that a call changes which is not the same in both; none where it changes none,
    or it is a state that differs."""
    if first.what in (What.STATE, What.ENDS):
        return frozenset()
    spans = (
        (side.trace, enter, side.trace.partner(enter) or len(side.trace))
        for side, enter in zip(pair.sides, (first.left, first.right), strict=True)
        if enter is not None
    )
    return frozenset(
        change[0]
        for trace, enter, leave in spans
        for _, changes in trace.changes(enter, leave)
        for change in changes
    )


def _after(calls: Calls, enter: int | None, position: int) -> int:
    """Where a call is over, or where that boot stands."""
    leave = calls.leave(enter) if enter is not None else None
    return max(position, leave + 1 if leave is not None else position)


def _numbers(side: Side, enter: int | None) -> list[Any]:
    if enter is None:
        return []
    leave = side.trace.partner(enter)
    return [*side.trace.payload(enter), side.trace.payload(leave) if leave else None]


def _half(side: Side, enter: int | None, position: int, first: Finding) -> Half:
    stop = side.trace.last_of_kind(Kind.PANIC) if first.what is What.ENDS else -1
    ending = side.trace.ending(stop) if stop >= 0 else ""
    if enter is None:
        beside = position if first.beside is None else first.beside
        return Half(position, None, _instead(side.trace, beside), ending)
    return Half(position, _call(side, enter, first.names), ending=ending)


def _instead(trace: Trace, position: int) -> str:
    """What a boot does at a position, where it does not make a call of the other boot's."""
    if position >= len(trace):
        return tr("it has ended")
    if trace.kind(position) == Kind.ENTER:
        return tr("next it calls {call}", call=call_text(trace, position))
    is_return = trace.kind(position) == Kind.LEAVE
    enter = trace.partner(position) if is_return else trace.parent(position)
    name = trace.function(enter).name if enter >= 0 else ""
    return (
        tr("{function} returns", function=name)
        if is_return
        else tr("it goes on in {function}", function=name)
    )


def _call(side: Side, enter: int, names: tuple[str, ...]) -> DivergentCall:
    trace = side.trace
    function = trace.function(enter)
    lines = SourceLines(side.facts.release, side.facts.arch.directory, side.facts.config)
    leave = trace.partner(enter)
    result = trace.payload(leave) if leave else None
    callers = [trace.function(at) for at in islice(trace.outwards(enter), MOST_CALLERS)]
    return DivergentCall(
        enter,
        function.name,
        call_text(trace, enter),
        tuple(
            Argument(name, local_text(name, value), name in names)
            for name, value in zip(function.parameters, trace.payload(enter), strict=False)
        ),
        result_text(function.name, result) if result is not None else "",
        tuple(each.name for each in callers),
        lines.place(function.name, function.kernel_file),
        lines.place(callers[0].name, callers[0].kernel_file) if callers else Place(""),
        call_place(trace.site(enter)),
        _log_in(trace, enter),
    )


def _log_in(trace: Trace, enter: int) -> str:
    """The first line of the log that is said in a call."""
    at = trace.log_count(enter)
    end = trace.partner(enter) or len(trace)
    logs = trace.logs
    return trace.log_text(logs[at]) if at < len(logs) and logs[at] < end else ""

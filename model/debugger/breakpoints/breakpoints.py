"""Breakpoints: places in a trace, under conditions, counted."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from ...index.calls import close_matches
from ...language.words import tr, translatable, trn
from ...source.provenance import caller_words
from ...text.events import describe, range_of
from ...trace.events import Kind
from ..expressions.lexer import ExpressionError, UnknownName
from ..expressions.scope import KERNEL_NAMES, Names
from .chunks import CHUNK
from .errors import BreakpointError

if TYPE_CHECKING:
    from ..expressions.nodes import Call, Name, Scope
    from ..expressions.parser import Expression
    from .locations import Location
    from .logpoints import Message

Macros = Callable[[Callable[[str], Any]], Mapping[str, Callable[..., Any]]]
"""Gives the kernel's macros by name, as they are with the values that a lookup gives the kernel's
variables."""

MEMBLOCK_FILE = "mm/memblock.c"
RANGE_FUNCTIONS = ("overlaps", "contains")
"""What a condition can ask about the memory that a call is about."""


class Breakpoint(Struct):
    """One breakpoint.  `hits` counts how often it was reached with its condition true, `ignore` how many of
    the next times it will not stop."""

    number: int
    location: Location
    condition: str | None = None
    ignore: int = 0
    temporary: bool = False
    enabled: bool = True
    hits: int = 0
    expression: Expression | None = None
    stops_left: int | None = None
    """After so many stops more it is disabled; None: never."""
    message: Message | None = None
    """What a log point prints; it never stops."""
    is_kept: bool = False
    """It was set in an earlier run, and has stopped nobody in this one."""
    commands: tuple[str, ...] = ()
    """The lines that a stop at it runs."""

    @property
    def spec(self) -> str:
        """The place, as it was named."""
        return self.location.spec

    @property
    def note(self) -> str:
        """What is odd about it: nothing recorded is at its place."""
        if self.location.is_reached():
            return ""
        return self.location.absence() if self.location.names.trace.finished else tr("nothing there yet")

    def describe(self) -> str:
        """The breakpoint in one line."""
        words = [f"{tr(self.kind)} {self.number}: {self.location.watch or self.spec}"]
        if self.condition:
            words.append(tr("if {condition}", condition=self.condition))
        extra = [] if self.enabled else [tr("disabled")]
        if self.hits:
            extra.append(tr("hit once") if self.hits == 1 else tr("hit {hits} times", hits=self.hits))
        if self.ignore:
            extra.append(tr("ignores the next {ignore}", ignore=self.ignore))
        if self.stops_left:
            extra.append(self.until_disabled)
        if note := self.note:
            extra.append(note)
        if self.message:
            words.append(tr('prints "{text}"', text=self.message.text))
        return " ".join(words) + (f" ({', '.join(extra)})" if extra else "")

    @property
    def until_disabled(self) -> str:
        """When it will be disabled, in words."""
        return trn(
            "disabled after the next stop", "disabled after the next {count} stops", self.stops_left or 0
        )

    @property
    def kind(self) -> str:
        """What it is called, in English: `tr` says it."""
        if self.message:
            return translatable("log point")
        if self.temporary:
            return translatable("temporary breakpoint")
        return translatable("watch") if self.location.watch else translatable("breakpoint")


class Hit(Struct, frozen=True):
    """A breakpoint reached: the position just after its event."""

    position: int
    number: int
    text: str
    watch: bool


class Breakpoints:
    """The breakpoints of one debugger.  A breakpoint is at an event; it stops just after it, in either
    direction.  `printed` holds what log points printed, a line each."""

    def __init__(self, names: Names, macros: Macros) -> None:
        self.names = names
        self.macros = macros
        self.printed: list[str] = []
        self._all: dict[int, Breakpoint] = {}
        self._last_number = 0

    # ---- the list ----

    def add(
        self,
        spec: str,
        *,
        temporary: bool = False,
        condition: str | None = None,
        ignore: int = 0,
        message: str | None = None,
    ) -> Breakpoint:
        """A new breakpoint at a place: a function (``*`` and ``?`` as in file names; ``name:return``),
        ``op:KIND`` for memblock operations, ``log:TEXT``, ``log-level:LEVEL``, ``watch:NAME`` (a variable, a
        part of the state or of memory) or ``event:N``.  With a `message` it is a log point: it prints and
        goes on.  Raises `BreakpointError`, `ExpressionError`."""
        location = self._location(spec)
        breakpoint = Breakpoint(self._last_number + 1, location, ignore=ignore, temporary=temporary)
        self._give_condition(breakpoint, condition)
        if message is not None:
            breakpoint.message = self._message(message, location)
        self._last_number += 1
        self._all[breakpoint.number] = breakpoint
        self.names.values.set("bpnum", breakpoint.number)
        return breakpoint

    def all(self) -> list[Breakpoint]:
        """Every breakpoint, by number."""
        return list(self._all.values())

    def get(self, number: int) -> Breakpoint:
        """The breakpoint with that number.  Raises `BreakpointError`."""
        found = self._all.get(number)
        if found is None:
            known = ", ".join(map(str, self._all))
            raise BreakpointError(
                tr("there is no breakpoint {number}", number=number)
                + (tr(", only {known}", known=known) if known else "")
            )
        return found

    def delete(self, number: int) -> None:
        """Remove one.  Raises `BreakpointError`."""
        del self._all[self.get(number).number]

    def enable(self, number: int) -> None:
        """Let one stop again.  Raises `BreakpointError`."""
        point = self.get(number)
        point.enabled, point.stops_left = True, None

    def disable(self, number: int) -> None:
        """Keep one from stopping.  Raises `BreakpointError`."""
        self.get(number).enabled = False

    def enable_for(self, number: int, stops: int) -> None:
        """Let one stop so many times, and disable it then.  Raises `BreakpointError`."""
        if stops < 1:
            raise BreakpointError(tr("a breakpoint is enabled for 1 stop or more, not {stops}", stops=stops))
        point = self.get(number)
        point.enabled, point.stops_left = True, stops

    def enable_once_and_delete(self, number: int) -> None:
        """Let one stop once, and delete it then.  Raises `BreakpointError`."""
        point = self.get(number)
        point.enabled, point.temporary = True, True

    @property
    def last_number(self) -> int:
        """The number of the breakpoint that was set last; 0 before the first."""
        return self._last_number

    def set_ignore(self, number: int, count: int) -> None:
        """Let one pass the next `count` times.  Raises `BreakpointError`."""
        self.get(number).ignore = max(count, 0)

    def set_condition(self, number: int, condition: str | None) -> None:
        """Give one a condition, or none.  Raises `BreakpointError`, `ExpressionError`."""
        self._give_condition(self.get(number), condition)

    def edit(
        self, number: int, spec: str, *, condition: str | None = None, message: str | None = None
    ) -> Breakpoint:
        """Give one another place, condition and message; hits are counted anew, all else it keeps.  Raises
        `BreakpointError`, `ExpressionError`."""
        old, location = self.get(number), self._location(spec)
        edited = replace(old, location=location, hits=0, message=None)
        self._give_condition(edited, condition)
        if message is not None:
            edited.message = self._message(message, location)
        self._all[number] = edited
        return edited

    def _location(self, spec: str) -> Location:
        from .locations import Location  # no boot begins with a breakpoint

        return Location.parse(spec, self.names)

    def _give_condition(self, breakpoint: Breakpoint, condition: str | None) -> None:
        from ..expressions.parser import Expression

        text = (condition or "").strip()
        expression = Expression.parse(text) if text else None
        if expression is not None:
            self._check_names(expression.names, expression.calls, breakpoint.location)
        breakpoint.condition, breakpoint.expression = text or None, expression

    def _message(self, text: str, location: Location) -> Message:
        from .logpoints import Message

        message = Message.parse(text)
        self._check_names(message.names(), message.calls(), location)
        return message

    def _check_names(self, names: Iterable[Name], calls: Iterable[Call], location: Location) -> None:
        known = location.known_names() | self.names.variables() | KERNEL_NAMES
        for name in names:
            if name.name.startswith("$"):
                continue
            if name.name not in known and name.name not in self.names.symbols:
                offer = close_matches(name.name, list(known))
                raise UnknownName(
                    tr(
                        "{spec} has no {name!r}{offer}", spec=location.spec, name=name.name, offer=offer or ""
                    ),
                    name.start,
                )
        for call in calls:
            functions = (*RANGE_FUNCTIONS, *self.macros(self.names.at_event(0)))
            if call.name not in functions:
                offer = close_matches(call.name, list(functions))
                raise ExpressionError(
                    tr("unknown function {name!r}{offer}", name=call.name, offer=offer), call.start
                )

    # ---- running into them ----

    def would_hit(self, breakpoint: Breakpoint, event: int) -> bool:
        """Whether the condition is true at an event of its place."""
        return self._reasons(breakpoint, event) is not None

    def forward(self, position: int, limit: int) -> Hit | None:
        """The first stop after `position` and not after `limit`.  Counts what is passed."""
        for start in range(position, limit, CHUNK):
            streams = [
                zip(each.location.passed(start, min(start + CHUNK, limit)), repeat(each.number), strict=False)
                for each in self._enabled()
            ]
            hit = self._first_hit(heapq.merge(*streams))
            if hit is not None:
                return hit
        return None

    def backward(self, position: int, limit: int) -> Hit | None:
        """The last stop before `position` and not before `limit`.  Counts what is passed."""
        first, last = max(limit - 1, 0), position - 1
        for end in range(last, first, -CHUNK):
            streams = [
                zip(
                    reversed(each.location.passed(max(end - CHUNK, first), end)),
                    repeat(each.number),
                    strict=False,
                )
                for each in self._enabled()
            ]
            hit = self._first_hit(heapq.merge(*streams, reverse=True))
            if hit is not None:
                return hit
        return None

    def _enabled(self) -> list[Breakpoint]:
        return [breakpoint for breakpoint in self._all.values() if breakpoint.enabled]

    def _first_hit(self, candidates: Iterable[tuple[int, int]]) -> Hit | None:
        for passed, number in candidates:
            breakpoint = self._all[number]
            event = passed + breakpoint.location.is_before
            reasons = self._reasons(breakpoint, event)
            if reasons is None:
                continue
            breakpoint.hits += 1
            if breakpoint.ignore:
                breakpoint.ignore -= 1
                continue
            self._count_stop(breakpoint)
            if breakpoint.temporary:
                del self._all[number]
            if breakpoint.message is not None:
                scope = self._scope(bool(breakpoint.message.calls()), event, breakpoint.location.is_before)
                self.printed.append(f"{event}: {breakpoint.message.print(scope)}")
                continue
            return Hit(
                passed + 1, number, self._why(breakpoint, event, reasons), bool(breakpoint.location.watch)
            )
        return None

    @staticmethod
    def _count_stop(breakpoint: Breakpoint) -> None:
        """One of the stops that it is enabled for."""
        if breakpoint.stops_left is None:
            return
        breakpoint.stops_left -= 1
        if breakpoint.stops_left <= 0:
            breakpoint.enabled, breakpoint.stops_left = False, None

    def _reasons(self, breakpoint: Breakpoint, event: int) -> list[str] | None:
        """Why the condition is true, None if it is not: as where a function lacks what the condition asks
        about. A condition that cannot be tested stops, for somebody to put it right."""
        expression = breakpoint.expression
        if expression is None:
            return []
        scope = self._scope(bool(expression.calls), event, breakpoint.location.is_before)
        try:
            return expression.explain(scope) if expression.evaluate(scope) else None
        except UnknownName:
            return None
        except ExpressionError as error:
            return [tr("its condition cannot be tested: {error}", error=error)]

    def _scope(self, calls: bool, event: int, is_before: bool) -> Scope:
        """What an event's expressions see, or those of one who stands before it; functions too if it `calls`
        any."""
        lookup = self.names.before_event(event) if is_before else self.names.at_event(event)
        seen = event - 1 if is_before else event
        if not calls:
            return self.names.scope(lookup, {}, lambda: self.names.state_after(seen))
        subject = self.names.trace.parent(event) if is_before else event
        covered = range_of(self.names.arguments(subject)) if subject >= 0 else None

        def overlaps(start: int, end: int) -> bool:
            return covered is not None and covered[0] < end and start < covered[1]

        def contains(address: int) -> bool:
            return covered is not None and covered[0] <= address < covered[1]

        functions = {**self.macros(lookup), "overlaps": overlaps, "contains": contains}
        return self.names.scope(lookup, functions, lambda: self.names.state_after(event))

    def _behind(self, frame: int) -> int:
        """Who had memblock do what the call `frame` does: the call of the innermost function that is none of
        memblock's; negative if `frame` is none of its either."""
        trace, call = self.names.trace, frame
        while call >= 0 and trace.function(call).kernel_file == MEMBLOCK_FILE:
            call = trace.parent(call)
        return call if call != frame else -1

    def _why(self, breakpoint: Breakpoint, event: int, reasons: list[str]) -> str:
        trace, frame = self.names.trace, self.names.frame(event)
        kind = trace.kind(event)
        if breakpoint.location.change is not None:
            reasons = [breakpoint.location.change(event), *reasons]
        # The caller is named below, whether the condition asks for it or not.
        reasons = [reason for reason in reasons if not reason.startswith("caller ")]
        names_values = bool(reasons) and breakpoint.expression is not None and not breakpoint.expression.calls
        short = names_values and kind == Kind.ENTER
        words = [
            trace.function(event).name
            if short
            else describe(trace, event, self.names.occurrences.arch.entries),
            *reasons,
        ]
        if breakpoint.location.is_before:
            words[0] = tr("before {event}", event=words[0])
        if kind in (Kind.ENTER, Kind.LEAVE):
            words.append(caller_words(trace, frame, tr("called by nothing that is modelled")))
        elif frame >= 0:
            words.append(tr("in {function}", function=trace.function(frame).name))
            behind = self._behind(frame)
            if behind >= 0:
                words.append(tr("for {function}", function=trace.function(behind).name))
        name = tr(breakpoint.kind)
        kept = tr(" (kept from last time)") if breakpoint.is_kept else ""
        breakpoint.is_kept = False
        return tr(
            "{name} {number}{kept}: {words} (hit {hits})",
            name=name,
            number=breakpoint.number,
            kept=kept,
            words=", ".join(words),
            hits=breakpoint.hits,
        )

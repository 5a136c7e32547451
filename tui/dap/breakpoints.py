"""The breakpoints of editors: lists that a client sends whole, kept in step with those of the debugger.

A client may send them before there is a boot, and a client that comes later finds them again: what it sends
anew keeps its number and its hits.  What is set or deleted in the console is told to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from ...model.debugger.breakpoints.breakpoints import Breakpoint
from ...model.debugger.breakpoints.errors import BreakpointError
from ...model.debugger.expressions.lexer import ExpressionError
from ...model.debugger.model_lines import def_line
from .arguments import DapError, SourceArgument
from .boot import Boot
from .hit_conditions import HitCondition, limit

_PATH = re.compile(r"source:\S*?([^/\s]+):(\d+)")
"""A line of source as ``break`` takes it."""
FUNCTIONS, DATA, EXCEPTIONS, CONSOLE = "functions", "data", "exceptions", "console"
"""The groups of breakpoints; every other group is the path of a file."""
PANIC = "panic"
"""The filter of the end of a boot that panics, which needs no breakpoint: nothing comes after it."""
FILTERS = {
    PANIC: ("Panic", "The kernel panics, or stops without a word"),
    "err": ("Errors", "A kernel message of level err, or a graver one"),
    "warning": ("Warnings", "A kernel message of level warning, or a graver one"),
}
"""Filters of exceptions by their ids: what they are called and what they do."""
MOST = 1000
"""Breakpoints of one group."""


class Wish(Struct, frozen=True):
    """What a client asks for: a place as ``break`` takes it, or a `line` of a `source`."""

    place: str = ""
    source: SourceArgument | None = None
    line: int = 0
    condition: str | None = None
    hits: str | None = None
    message: str | None = None


class EditorPoint(Struct):
    """One breakpoint of a client.  `number` is the debugger's, 0 where it could not be set and `complaint`
    says why; `line` is where it really is."""

    id: int
    wish: Wish
    number: int = 0
    line: int = 0
    complaint: str = "no boot is launched yet"


class PointChange(NamedTuple):
    """What the client does not know yet: `reason` is new, changed or removed."""

    reason: str
    point: EditorPoint


class EditorBreakpoints:
    """All breakpoints of all clients, by groups."""

    def __init__(self) -> None:
        self.boot: Boot | None = None
        self.filters: frozenset[str] = frozenset((PANIC,))
        self._groups: dict[str, list[EditorPoint]] = {}
        self._told: dict[int, object] = {}
        """What the client was told of points, by their ids."""
        self._last = 0

    # ---- the lists ----

    def replace(self, group: str, wishes: Sequence[Wish]) -> list[EditorPoint]:
        """Let a group be these and no others.  Raises `DapError` if they are too many."""
        if len(wishes) > MOST:
            raise DapError(f"at most {MOST} breakpoints are taken at a time")
        old = self._groups.get(group, [])
        points = [self._taken(old, wish) or self._new(wish) for wish in wishes]
        for point in old:  # those that nobody asked for again
            self._unset(point)
        self._groups[group] = points
        for point in points:
            if not point.number:
                self._set(point)
            self._told[point.id] = self._words(point)
        return points

    def _taken(self, old: list[EditorPoint], wish: Wish) -> EditorPoint | None:
        """The point that was asked for in the same words before; it is no longer among the `old`."""
        found = next((point for point in old if point.wish == wish), None)
        if found is not None:
            old.remove(found)
        return found

    def _new(self, wish: Wish) -> EditorPoint:
        self._last += 1
        return EditorPoint(self._last, wish)

    def bind(self, boot: Boot) -> None:
        """Set everything that was asked for on a boot, which may be another one than before."""
        if self.boot is boot:
            return
        self.boot = boot
        console = self._groups.pop(CONSOLE, [])
        for point in self._all():
            point.number = 0
            self._set(point)
        for point in console:  # as it was given to the boot before
            point.number = 0
            self._set(point)
        self._groups[CONSOLE] = [point for point in console if point.number]

    # ---- in the debugger ----

    def _set(self, point: EditorPoint) -> None:
        if self.boot is None:
            return
        try:
            self._add(self.boot, point)
            point.complaint = ""
        except (DapError, BreakpointError, ExpressionError) as error:
            point.complaint = _PATH.sub(r"line \2 of \1", str(error))

    def _add(self, boot: Boot, point: EditorPoint) -> None:
        """Raises `DapError`, `BreakpointError`, `ExpressionError`."""
        wish, breakpoints = point.wish, boot.debugger.breakpoints
        times = HitCondition.parse(wish.hits) if wish.hits and wish.hits.strip() else None
        place, point.line = wish.place, wish.line
        if wish.source is not None:
            place, point.line = boot.files.place(boot.files.named(wish.source), wish.line)
        if times is None and (known := self._of_console(boot, place, wish)) is not None:
            point.number = known.number
            return
        added = breakpoints.add(place, condition=wish.condition, message=wish.message or None)
        if times is not None:
            limit(breakpoints, added, times)
        point.number = added.number

    def _of_console(self, boot: Boot, place: str, wish: Wish) -> Breakpoint | None:
        """The same breakpoint, if it was set in the console: it becomes one of the client's."""
        for point in self._groups.get(CONSOLE, []):
            known = next(
                (each for each in boot.debugger.breakpoints.all() if each.number == point.number), None
            )
            if (
                known
                and (known.spec, known.condition) == (place, wish.condition or None)
                and not wish.message
            ):
                self._groups[CONSOLE].remove(point)
                self._told.pop(point.id, None)
                return known
        return None

    def _unset(self, point: EditorPoint) -> None:
        self._told.pop(point.id, None)
        if self._breakpoint(point) is not None and self.boot is not None:
            self.boot.debugger.breakpoints.delete(point.number)

    def _breakpoint(self, point: EditorPoint) -> Breakpoint | None:
        if self.boot is None or not point.number:
            return None
        return next(
            (each for each in self.boot.debugger.breakpoints.all() if each.number == point.number), None
        )

    # ---- what a client knows of them ----

    def forget_client(self) -> None:
        """A client comes that knows of none."""
        self._told.clear()

    def changes(self) -> list[PointChange]:
        """What has happened to breakpoints since a client last heard of them."""
        return [*self._find_changes()]

    def _find_changes(self) -> Iterator[PointChange]:
        self._find_gone_and_new()
        filters = self._groups.get(EXCEPTIONS, [])
        points = {point.id: point for point in self._all() if point not in filters}
        for point in filters:
            self._told.pop(point.id, None)
        for number in [number for number in self._told if number not in points]:
            del self._told[number]
            yield PointChange("removed", EditorPoint(number, Wish()))
        for number, point in points.items():
            words = self._words(point)
            if self._told.get(number) != words:
                yield PointChange("changed" if number in self._told else "new", point)
                self._told[number] = words

    def _find_gone_and_new(self) -> None:
        """Take down what the console has deleted and added."""
        if self.boot is None:
            return
        there = {each.number for each in self.boot.debugger.breakpoints.all()}
        for points in self._groups.values():
            points[:] = [point for point in points if not point.number or point.number in there]
        known = {point.number for point in self._all()}
        for added in self.boot.debugger.breakpoints.all():
            if added.number not in known:
                message = added.message.text if added.message else None
                point = self._new(Wish(added.spec, condition=added.condition, message=message))
                point.number, point.complaint = added.number, ""
                self._groups.setdefault(CONSOLE, []).append(point)

    def told(self, point: EditorPoint) -> dict[str, Any]:
        """A point as the protocol has it."""
        breakpoint, boot = self._breakpoint(point), self.boot
        found: dict[str, Any] = {"id": point.id, "verified": False}
        if boot is None or breakpoint is None:
            return found | ({"message": point.complaint} if point.complaint else {})
        note = breakpoint.note
        times = f", at the times {point.wish.hits}" if point.wish.hits else ""
        words = note or f"{breakpoint.describe()}{times}"
        found |= {"verified": not note, "message": _PATH.sub(r"line \2 of \1", words)}
        functions = breakpoint.location.functions
        if point.wish.source is not None:
            filename = boot.files.named(point.wish.source)
            found |= {"source": boot.files.source(filename), "line": point.line}
        elif len(functions) == 1 and functions[0].filename:
            source = boot.files.source(functions[0].filename, functions[0])
            found |= {"source": source, "line": def_line(functions[0])}
        return found

    def _words(self, point: EditorPoint) -> object:
        """What a client sees of a point, to know whether that has changed."""
        return point.number, point.line, point.complaint

    # ---- when one stops ----

    def hit(self, number: int | None) -> tuple[str, list[int]]:
        """The reason to stop that a debugger's breakpoint is, and the ids of the client's points."""
        for group, points in self._groups.items():
            ids = [point.id for point in points if point.number == number]
            if ids:
                return _REASONS.get(group, "breakpoint"), ids
        return "breakpoint", []

    def _all(self) -> list[EditorPoint]:
        return [point for points in self._groups.values() for point in points]


_REASONS = {FUNCTIONS: "function breakpoint", DATA: "data breakpoint", EXCEPTIONS: "exception"}

"""Places that are not in the code: parts of memory, parts of the state, levels of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...analysis.history import AffectingEvents
from ...index.calls import within
from ...index.selectors import MemoryRange, PlaceError, parse_place
from ...trace.events import CHANGES, Kind
from ..expressions.lexer import ExpressionError
from ..expressions.scope import Names

Candidates = Callable[[int, int], Iterable[int]]

LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
"""The levels of kernel messages, the gravest first."""


def part_named(names: Names, name: str) -> str:
    """A part of the state by its own name or by the kernel's, which is the end of that (``e820_table``); a
    variable goes first.  What is no part comes back as it is."""
    targets = names.trace.targets
    if name in names.variables() or name in targets:
        return name
    ending = [target for target in targets if target.endswith(f".{name}")]
    return ending[0] if len(ending) == 1 else name


def of_state(names: Names, watched: str) -> Candidates | None:
    """The changes of a kernel variable or of a part of the state; None if there is none of that name."""
    trace, variables = names.trace, names.variables()
    if watched not in variables and watched not in trace.targets:
        return None
    kinds = (Kind.VARIABLE,) if watched in variables else tuple(CHANGES)

    def candidates(start: int, stop: int) -> list[int]:
        return sorted(
            event
            for kind in kinds
            for event in trace.of_kind(kind, start, stop)
            if any(
                watched in (change.target, getattr(change, "key", None)) for change in trace.payload(event)
            )
        )

    return candidates


def place_named(names: Names, text: str) -> MemoryRange:
    """The part of memory that is meant by some words.  Raises `PlaceError`."""
    from ..expressions.nodes import Scope
    from ..expressions.parser import Expression

    def evaluate(words: str) -> Any:
        return Expression.parse(words).evaluate(Scope(names.symbols.__getitem__, {}))

    try:
        return parse_place(text, evaluate, names.shifts.page)
    except ExpressionError as error:
        raise PlaceError(str(error)) from None


def of_memory(names: Names, place: MemoryRange) -> Candidates:
    """The changes of a part of memory: who adds, removes, reserves, frees or maps any of it.  A table page
    maps nothing yet."""
    touched = AffectingEvents(names.occurrences, names.shifts)
    return lambda start, stop: touched.events(place, start, stop, tables=False)


def of_level(names: Names, level: str) -> Candidates | None:
    """The messages of a level and of graver ones, of those that are printed; None if there is no such
    level."""
    level = {"error": "err", "warn": "warning", "critical": "crit"}.get(level, level)
    if level not in LEVELS:
        return None
    trace, grave = names.trace, frozenset(LEVELS[: LEVELS.index(level) + 1])

    def is_grave(event: int) -> bool:
        format = trace.log_format(event)
        return format.printed and format.level in grave

    return lambda start, stop: filter(is_grave, within(trace.logs, start, stop))

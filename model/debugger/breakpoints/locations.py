"""Places in a trace that a breakpoint can name, and the events that are there."""

from __future__ import annotations

import fnmatch
import re
from array import array
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, field

from ...index.calls import close_matches, within
from ...index.selectors import PlaceError
from ...language.words import tr, trn
from ...trace.events import Function
from ..expressions.scope import EVENT_NAMES, Names
from .chunks import CHUNK
from .errors import BreakpointError
from .expression_watch import watched_expression
from .kernel_lines import functions_at
from .lines import SourceLine, events_of_line, functions_of_line, line_of
from .unmatched import FILE, functions_of_file, no_function, no_line, no_memory
from .watches import LEVELS, of_level, of_memory, of_state, part_named, place_named

OPERATIONS: dict[str, tuple[str, ...]] = {
    "add": ("memblock_add*",),
    "remove": ("memblock_remove*",),
    "reserve": ("memblock_reserve*",),
    "free": ("memblock_free*", "memblock_phys_free"),
    "alloc": ("memblock_alloc*", "memblock_phys_alloc*"),
    "mark": ("memblock_mark_*", "memblock_clear_*"),
    "set_node": ("memblock_set_node",),
    "trim": ("memblock_trim_memory", "memblock_cap_*", "memblock_enforce_*", "memblock_mem_limit_*"),
}
"""Kinds of memblock operations, and the functions that do them."""

EXCLUDED = ("memblock_free_all", "memblock_add_range", "memblock_remove_range", "memblock_remove_region")
"""Functions that look like an operation by their name, but are none."""


class Location(Struct):
    """A place: `spec` is how it was named; events are there if `matches` says so of a candidate."""

    spec: str
    names: Names
    candidates: Callable[[int, int], Iterable[int]]
    """The events worth a look from a start up to an end, in order."""
    functions: tuple[Function, ...] = ()
    watch: str = ""
    """The variable, part of the state or part of memory that is watched."""
    is_before: bool = False
    """It stops before its events, in the function that they happen in: a line of source."""
    line: SourceLine | None = None
    """The line of a source that it is at, where it is at one."""
    change: Callable[[int], str] | None = None
    """What an event made of the value of an expression that is watched, in words."""
    _found: array[int] = field(default_factory=lambda: array("I"))
    _scanned: int = 0

    @classmethod
    def parse(cls, spec: str, names: Names) -> Location:
        """Understand how a place is named.  Raises `BreakpointError`."""
        spec = spec.strip()
        if not spec:
            raise BreakpointError(
                tr("a breakpoint needs a place: a function, op:KIND, log:TEXT, watch:NAME or event:N")
            )
        kind, colon, rest = spec.partition(":")
        if colon and kind in _PARSERS:
            return _PARSERS[kind](cls, spec, rest.strip(), names)
        if colon and re.fullmatch(FILE, kind):
            return _in_file(cls, spec, names)
        name, at_return = _split_return(spec)
        functions = _matching(name, names)
        if not functions:
            raise BreakpointError(no_function(name, names))
        return _of_functions(cls, spec, functions, at_return, names)

    def events(self, start: int, stop: int) -> array[int]:
        """The events at this place from `start` up to `stop`, in order.  All are before the end of the
        trace."""
        stop = min(stop, self._recorded())
        if start > self._scanned and stop - start <= CHUNK:
            # All that lies before is not asked for, and would take its time.
            return array("I", self.candidates(start, stop))
        self._scan(stop)
        return within(self._found, start, stop)

    def passed(self, start: int, stop: int) -> array[int]:
        """The events from `start` up to `stop` that one has just passed where this place stops, in order."""
        if not self.is_before:
            return self.events(start, stop)
        return array("I", (event - 1 for event in self.events(start + 1, stop + 1)))

    def is_same(self, other: Location) -> bool:
        """Whether two names stand for one place."""
        return self.spec == other.spec or (bool(self.watch) and self.watch == other.watch)

    def is_reached(self) -> bool:
        """Whether anything recorded so far is at this place."""
        end = self._recorded()
        while not self._found and self._scanned < end:
            self._scan(min(self._scanned + CHUNK, end))
        return bool(self._found)

    def _recorded(self) -> int:
        """How far it is known whether an event is at this place."""
        return len(self.names.trace)

    def _scan(self, end: int) -> None:
        if end > self._scanned:
            self._found.extend(self.candidates(self._scanned, end))
            self._scanned = end

    def known_names(self) -> frozenset[str]:
        """The names that a condition may use here, beside variables and symbols."""
        # A message or a change may happen in any function, and sees the arguments of that one.
        functions = self.functions or self.names.trace.functions
        parameters = (parameter for function in functions for parameter in function.parameters)
        return frozenset((*EVENT_NAMES, *parameters))

    def absence(self, position: int = 0) -> str:
        """Why nothing is found at or after a position, in a sentence."""
        count = len(self.events(0, position))
        if count:
            return trn(
                "{spec} does not happen again after this point (once before it)",
                "{spec} does not happen again after this point ({count} times before it)",
                count,
                spec=self.spec,
            )
        if self.functions and ":" not in self.spec:
            return tr("this boot never calls {spec}", spec=self.spec)
        return tr("no event of this boot matches {spec}", spec=self.spec)


def _split_return(spec: str) -> tuple[str, bool]:
    name, colon, moment = spec.rpartition(":")
    if not colon:
        return spec, False
    if moment not in ("return", "entry"):
        raise BreakpointError(
            tr("{spec!r} is no place: after a function only :entry or :return may stand", spec=spec)
        )
    return name, moment == "return"


def _matching(pattern: str, names: Names) -> tuple[Function, ...]:
    if any(character in pattern for character in "*?["):
        return tuple(
            function for function in names.trace.functions if fnmatch.fnmatchcase(function.name, pattern)
        )
    return tuple(names.occurrences.functions_named(pattern))


def _in_file(cls: type[Location], spec: str, names: Names) -> Location:
    """``FILE:FUNCTION``, as gdb has it."""
    file, _, rest = spec.partition(":")
    name, at_return = _split_return(rest)
    if name.isdecimal() and not file.endswith(".py"):
        return _at_kernel_line(cls, spec, file, int(name[:9]), at_return, names)
    if name.isdecimal() and not at_return:
        return _at_line(cls, file, int(name[:9]), names)
    of_file = functions_of_file(file, names)
    functions = tuple(function for function in _matching(name, names) if function in of_file)
    if not functions:
        raise BreakpointError(no_line(file, name, names))
    return _of_functions(cls, spec, functions, at_return, names)


def _at_kernel_line(
    cls: type[Location], spec: str, file: str, line: int, at_return: bool, names: Names
) -> Location:
    """``FILE:LINE`` of the kernel's source: the function that the line belongs to."""
    functions = functions_at(file, line, names)
    if isinstance(functions, str):
        raise BreakpointError(functions)
    return _of_functions(cls, spec, functions, at_return, names)


def _at_line(cls: type[Location], file: str, line: int, names: Names) -> Location:
    """``FILE:N``: a line of ours at which something is recorded."""
    found = line_of(file, line, names)
    if found is None:
        raise BreakpointError(no_line(file, str(line), names))
    functions = functions_of_line(names.trace, found)
    spec = f"{file}:{found.line}"
    return cls(spec, names, events_of_line(names.trace, found), functions, is_before=True, line=found)


def _of_functions(
    cls: type[Location], spec: str, functions: tuple[Function, ...], at_return: bool, names: Names
) -> Location:
    index = names.occurrences.leaves if at_return else names.occurrences.enters

    def candidates(start: int, stop: int) -> list[int]:
        return sorted(
            event for function in functions for event in within(index(function.number), start, stop)
        )

    return cls(spec, names, candidates, functions)


def _operation(cls: type[Location], spec: str, rest: str, names: Names) -> Location:
    kind, at_return = _split_return(rest)
    if kind != "*" and kind not in OPERATIONS:
        offer = close_matches(kind, list(OPERATIONS))
        raise BreakpointError(
            tr(
                "no memblock operation is called {kind!r}{offer}",
                kind=kind,
                offer=offer or tr("; there are ") + ", ".join(OPERATIONS),
            )
        )
    kinds = list(OPERATIONS) if kind == "*" else [kind]
    functions = tuple(
        function
        for function in names.trace.functions
        if function.name not in EXCLUDED
        and any(fnmatch.fnmatchcase(function.name, pattern) for each in kinds for pattern in OPERATIONS[each])
    )
    location = _of_functions(cls, spec, functions, at_return, names)
    numbers = frozenset(function.number for function in functions)
    trace, inner = names.trace, location.candidates

    def outermost(event: int) -> bool:
        """Whether no function of the same kind called this one: one operation counts once."""
        return not any(trace.function_number(enter) in numbers for enter in trace.stack(event))

    location.candidates = lambda start, stop: filter(outermost, inner(start, stop))
    return location


def _log(cls: type[Location], spec: str, rest: str, names: Names) -> Location:
    trace = names.trace

    def candidates(start: int, stop: int) -> Iterator[int]:
        return (event for event in within(trace.logs, start, stop) if rest in trace.log_text(event))

    return cls(spec, names, candidates)


def _event(cls: type[Location], spec: str, rest: str, names: Names) -> Location:
    if not rest.isdecimal():
        raise BreakpointError(tr("{rest!r} is not the number of an event", rest=rest))
    number = int(rest)
    if names.trace.finished and number >= len(names.trace):
        raise BreakpointError(
            tr(
                "there is no event {number}, the last one is {last}",
                number=number,
                last=len(names.trace) - 1,
            )
        )
    return cls(spec, names, lambda start, stop: [number] if start <= number < stop else [])


def _line(cls: type[Location], spec: str, rest: str, names: Names) -> Location:
    place = SourceLine.parse(rest)
    if place is None:
        raise BreakpointError(tr("{spec!r} is no place: a line of source reads source:FILE:LINE", spec=spec))
    if names.trace.finished and not names.trace.site_numbers(*place):
        raise BreakpointError(
            tr(
                "nothing happens at line {line} of {filename} in this boot",
                line=place.line,
                filename=place.filename,
            )
        )
    functions = functions_of_line(names.trace, place)
    return cls(spec, names, events_of_line(names.trace, place), functions, is_before=True)


def _watch(cls: type[Location], spec: str, rest: str, names: Names) -> Location:
    if rest.startswith("$"):
        raise BreakpointError(
            tr("{rest} changes only when somebody sets it: nothing of the boot can be watched", rest=rest)
        )
    part = part_named(names, rest)
    candidates = of_state(names, part)
    if candidates is not None:
        return cls(spec, names, candidates, watch=part)
    if (watched := watched_expression(names, rest)) is not None:
        return cls(spec, names, watched.events, watch=rest, change=watched.words)
    try:
        place = place_named(names, rest)
    except PlaceError as error:
        if rest.isidentifier() or not rest:
            offer = close_matches(rest, [*names.variables(), *names.trace.targets])
            raise BreakpointError(
                tr("nothing called {rest!r} can be watched{offer}", rest=rest, offer=offer)
            ) from None
        raise BreakpointError(tr("{rest!r} cannot be watched: {error}", rest=rest, error=error)) from None
    if reason := no_memory(place, names):
        raise BreakpointError(reason)
    return cls(spec, names, of_memory(names, place), watch=place.words())


def _log_level(cls: type[Location], spec: str, rest: str, names: Names) -> Location:
    candidates = of_level(names, rest)
    if candidates is None:
        raise BreakpointError(
            tr("no level is called {rest!r}; there are {levels}", rest=rest, levels=", ".join(LEVELS))
        )
    return cls(spec, names, candidates)


_PARSERS: dict[str, Callable[[type[Location], str, str, Names], Location]] = {
    "op": _operation,
    "log": _log,
    "log-level": _log_level,
    "event": _event,
    "watch": _watch,
    "source": _line,
}

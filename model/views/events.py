"""The events of a boot, as a sequence: each is looked up when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from ..language.words import tr
from ..source.facts import Facts
from ..text.events import describe, named_arguments
from ..trace.events import CHANGES, Kind, Trace
from .html import table

SHOWN = 50
"""So many events a notebook shows of them."""
WORDS: Mapping[int, str] = {Kind.ENTER: "call", Kind.LEAVE: "return"}


class Event:
    """One event of a boot: `number` counts from 0; the boot stands at that position just before it."""

    __slots__ = ("_facts", "_trace", "number")

    def __init__(self, trace: Trace, facts: Facts, number: int) -> None:
        self._trace = trace
        self._facts = facts
        self.number = number

    @property
    def kind(self) -> str:
        """``call``, ``return``, ``log``, ``panic``, or what was changed: ``memblock``, ``page_table``,
        ``section``, ``zone``, ``variable``, ``e820``, ``numa``."""
        kind = Kind(self._trace.kind(self.number))
        return WORDS.get(kind, kind.name.lower())

    @property
    def is_change(self) -> bool:
        """Whether it changed the state of memory."""
        return self._trace.kind(self.number) in CHANGES

    @property
    def function(self) -> str:
        """The function that is called or returns; of any other event, the one it happened in ("": none)."""
        trace = self._trace
        if trace.kind(self.number) in (Kind.ENTER, Kind.LEAVE):
            return trace.function(self.number).name
        parent = trace.parent(self.number)
        return trace.function(parent).name if parent >= 0 else ""

    @property
    def callers(self) -> tuple[str, ...]:
        """The functions that it happened in, the innermost first; of a call or return, without itself."""
        return tuple(self._trace.function(enter).name for enter in self._trace.outwards(self.number))

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of a call or of the call that returns, by their names, numbers as they are."""
        enter = self._enter()
        return named_arguments(self._trace, enter) if enter is not None else {}

    @property
    def result(self) -> Any:
        """What the call returned; None if it has no result, or if it never returns."""
        enter = self._enter()
        leave = self._trace.partner(enter) if enter is not None else 0
        return self._trace.payload(leave) if leave else None

    @property
    def end(self) -> int | None:
        """The number of the event that a call ends with; None if it never returns, or is no call."""
        if self._trace.kind(self.number) != Kind.ENTER:
            return None
        return self._trace.partner(self.number) or None

    @property
    def changes(self) -> tuple[Any, ...]:
        """The changes that it made: each names its ``target``, and what gave way to what."""
        return self._trace.payload(self.number) if self.is_change else ()

    @property
    def text(self) -> str:
        """The event in words: a log line as it is printed, a call with its arguments, a change."""
        return describe(self._trace, self.number, self._facts.arch.entries)

    def _enter(self) -> int | None:
        kind = self._trace.kind(self.number)
        if kind == Kind.ENTER:
            return self.number
        return self._trace.partner(self.number) if kind == Kind.LEAVE else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and (self._trace, self.number) == (other._trace, other.number)

    def __hash__(self) -> int:
        return hash((id(self._trace), self.number))

    def __repr__(self) -> str:
        return f"<event {self.number}, {self.kind}: {self.text}>"

    def _repr_html_(self) -> str:
        rows = [("number", self.number), ("kind", self.kind), ("text", self.text)]
        rows += [("in", " < ".join(self.callers))]
        return table(tr("event {number}", number=self.number), ("", ""), rows)


class Events(Sequence[Event]):
    """Events of a boot, in order: all of them, or those that were asked for.  Nothing is copied."""

    def __init__(self, trace: Trace, facts: Facts, numbers: Sequence[int]) -> None:
        self._trace = trace
        self._facts = facts
        self._numbers = numbers

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Events: ...
    def __getitem__(self, index: int | slice) -> Event | Events:
        if isinstance(index, slice):
            return Events(self._trace, self._facts, self._numbers[index])
        return Event(self._trace, self._facts, self._numbers[index])

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Event]:
        return (Event(self._trace, self._facts, number) for number in self._numbers)

    def where(self, *, kind: str = "", function: str = "", caller: str = "") -> Events:
        """Those of a `kind` (see `Event.kind`), of or in a `function`, somewhere inside of a `caller`; what
        is not given does not matter.  A name nothing has finds nothing.  Raises ValueError for a `kind` that
        there is not."""
        return Events(
            self._trace,
            self._facts,
            [
                event.number
                for event in self._of_kind(kind)
                if (not function or event.function == function) and (not caller or caller in event.callers)
            ],
        )

    def _of_kind(self, kind: str) -> Iterator[Event]:
        numbers = {words: number for number, words in WORDS.items()}
        numbers |= {each.name.lower(): each for each in Kind if each not in WORDS}
        if not kind:
            return iter(self)
        if kind not in numbers:
            raise ValueError(
                tr(
                    "{kind!r} is no kind of event, expected one of {numbers}",
                    kind=kind,
                    numbers=", ".join(numbers),
                )
            )
        found, trace = numbers[kind], self._trace
        return (Event(trace, self._facts, number) for number in self._numbers if trace.kind(number) == found)

    def calls(self, function: str) -> Events:
        """The calls of a function."""
        return self.where(kind="call", function=function)

    def __repr__(self) -> str:
        return f"<{len(self)} events>"

    def _repr_html_(self) -> str:
        rows = ((event.number, event.kind, event.function, event.text) for event in self)
        return table(tr("{count} events", count=len(self)), ("number", "kind", "function", ""), rows, SHOWN)

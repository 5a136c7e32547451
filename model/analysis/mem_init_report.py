"""The kernel's own ``Memory:`` line, and how it follows from who has which memory.

Mirrors ``mem_init_print_info()`` of mm/page_alloc.c (mm/mm_init.c since 6.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..index.calls import CallIndex, within
from ..language.words import tr, translatable

TEMPLATE = "Memory: {}K/{}K available"
KIB = 1 << 10


class Term(NamedTuple):
    """A number of bytes that is added (or taken away, if negative)."""

    words: str
    size: int


class Equation(NamedTuple):
    """A number of the line in bytes, and the terms it is the sum of."""

    name: str
    printed: int
    terms: tuple[Term, ...]

    @property
    def difference(self) -> int:
        """What the terms lack, in bytes: 0 where everything is accounted for."""
        return self.printed - sum(term.size for term in self.terms)

    def line(self) -> str:
        """The equation in words."""
        shown = [term for term in self.terms if term.size] or list(self.terms[:1])
        words = " ".join(
            f"{'-' if term.size < 0 else '+'} {_kib(abs(term.size))} {tr(term.words)}" for term in shown
        )
        wrong = (
            tr(", {difference} bytes unaccounted for", difference=self.difference) if self.difference else ""
        )
        return f"{self.name} {_kib(self.printed)} = {words.removeprefix('+ ')}{wrong}"


class Account(NamedTuple):
    """The line, at the event that printed it, and its numbers explained."""

    event: int
    text: str
    equations: tuple[Equation, ...]

    def lines(self) -> Iterator[str]:
        """The line and its explanation."""
        yield self.text
        yield from (f"  {equation.line()}" for equation in self.equations)


def _kib(size: int) -> str:
    return f"{size // KIB}K" if size % KIB == 0 else tr("{size} bytes", size=size)


LEAST_VALUES = 4
"""Numbers of the line that are accounted for: available, total, reserved and CMA's."""


def account(occurrences: CallIndex, position: int, sizes: Mapping[str, int]) -> Account | None:
    """The line if it was printed before `position`, explained by what `sizes` (bytes, by name) tells of the
    memory: memory, free, partial_free, partial_memory, deferred, managed, in_buddy, reserved, nomap, cma."""
    trace = occurrences.trace
    event = _printed(occurrences, position)
    if event is None:
        return None
    values = tuple(value for value in trace.payload(event) if isinstance(value, int))
    if len(values) < LEAST_VALUES:
        return None
    available, total, *_, reserved, cma = (value * KIB for value in values)
    buddy = sizes["free"] - sizes["partial_free"] - sizes["deferred"]
    equations = (
        Equation(
            "total",
            total,
            (
                Term(translatable("of memory"), sizes["memory"]),
                Term(translatable("partial pages at the ends of regions"), -sizes["partial_memory"]),
            ),
        ),
        Equation(
            "available",
            available,
            (
                Term(translatable("free"), sizes["free"]),
                Term(translatable("in partial pages"), -sizes["partial_free"]),
                Term(translatable("whose page structs are initialised later"), -sizes["deferred"]),
                Term(translatable("taken from the buddy allocator since"), sizes["in_buddy"] - buddy),
            ),
        ),
        Equation(
            "reserved",
            reserved,
            (
                Term(translatable("reserved"), sizes["reserved"]),
                Term("no-map", sizes["nomap"]),
                Term(translatable("free, but in partial pages"), sizes["partial_free"]),
                Term(translatable("partial pages at the ends of regions"), -sizes["partial_memory"]),
                Term(
                    translatable("of gigantic pages, which count as memory again"), buddy - sizes["managed"]
                ),
            ),
        ),
        Equation("cma-reserved", cma, (Term(translatable("of CMA areas"), sizes["cma"]),)),
    )
    return Account(event, trace.log_text(event), equations)


def _printed(occurrences: CallIndex, position: int) -> int | None:
    """The event that printed the line before a position."""
    trace = occurrences.trace
    for function in occurrences.functions_named("mem_init_print_info"):
        for enter in within(occurrences.enters(function.number), 0, position):
            for event in within(trace.logs, enter, min(trace.partner(enter) or position, position)):
                if trace.log_format(event).template.startswith(TEMPLATE):
                    return event
    return None

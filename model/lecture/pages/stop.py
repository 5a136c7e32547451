"""A moment that a page shows, and what is said about it there."""

from __future__ import annotations

from msgspec import Struct


class Question(Struct, frozen=True):
    """What is asked at a moment, its choices (none: one thinks of the answer), the answer, and why."""

    text: str
    answer: str
    why: str = ""
    choices: tuple[str, ...] = ()


class Light(Struct, frozen=True):
    """What is lit in tables: rows that have one of these `texts`, or are about one of these `ranges` of
    addresses (first byte, byte behind the last)."""

    texts: tuple[str, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()

    def falls_on(self, cells: tuple[str, ...], span: tuple[int, int] | None) -> bool:
        """Whether a row with these words, about these addresses, is lit."""
        if any(text in cell for text in self.texts for cell in cells):
            return True
        return span is not None and any(span[0] < end and start < span[1] for start, end in self.ranges)


class Asked(Struct, frozen=True):
    """A line for the debugger, and what it answered."""

    line: str
    answer: str


class PageStop(Struct, frozen=True):
    """A position; its `title` and the paragraphs that are told there; what to `look` at, and what of that the
    `light` is put on; the questions that are asked there; the `call` that begins or ends there ("": none);
    and what the debugger was `asked` there."""

    position: int
    title: str
    narration: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    light: Light = Light()
    questions: tuple[Question, ...] = ()
    call: str = ""
    asked: Asked | None = None

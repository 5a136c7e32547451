"""A moment that a page shows, and what is said about it there."""

from __future__ import annotations

from msgspec import Struct


class Question(Struct, frozen=True):
    """What is asked at a moment, its choices (none: one thinks of the answer), the answer, and why."""

    text: str
    answer: str
    why: str = ""
    choices: tuple[str, ...] = ()


class PageStop(Struct, frozen=True):
    """A position; its `title` and the paragraphs that are told there; the table to `look` at ("": none); the
    questions that are asked there; the `call` that begins or ends there ("": none)."""

    position: int
    title: str
    narration: tuple[str, ...] = ()
    look: str = ""
    questions: tuple[Question, ...] = ()
    call: str = ""

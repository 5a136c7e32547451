"""What a question is: where it is asked, where its answer is seen, what may be answered, and why it is so."""

from __future__ import annotations

from msgspec import Struct

Value = int | str
"""An answer: a number (bytes, an address, a count), a name, or a range as text (``0x1000-0x1fff``)."""

ADDRESS, AMOUNT, RANGE, NAME = "address", "amount", "range", "name"
"""The forms that an answer has."""
EASY, MIDDLING, HARD = 1, 2, 3
"""How difficult a question may be."""


class Choice(Struct, frozen=True):
    """One of the answers that are offered, and how it reads."""

    value: Value
    text: str


class Cursor(Struct, frozen=True):
    """Where an answer is seen: a pane, and the addresses [`start`, `end`) that its rows are about (both 0:
    none in particular).  If it `answers`, a row about one of them is an answer, before that is seen."""

    pane: str
    start: int = 0
    end: int = 0
    answers: bool = False


class Question(Struct, frozen=True, kw_only=True):
    """One question about a boot.

    It is asked at the `position`, before the answer can be seen, and answered by what is seen at `reveal`;
    `moment` is the name of the position, `subject` the event that it is about.  `form` says how an answer is
    typed; an `AMOUNT` counts in `unit` bytes if it is given without a unit, and has none if `unit` is 0.
    `explanation` says why, from the trace; `place` where the kernel decides it: a function, a file and a line
    (""; nobody knows).
    """

    kind: str
    difficulty: int
    position: int
    reveal: int
    subject: int
    moment: str
    text: str
    form: str
    answer: Value
    shown: str
    choices: tuple[Choice, ...]
    explanation: str
    place: str = ""
    unit: int = 0
    cursor: Cursor | None = None

    def letter(self) -> str:
        """The letter of the right choice."""
        return letter(next(at for at, choice in enumerate(self.choices) if choice.value == self.answer))


def letter(index: int) -> str:
    """What the choice of that index is called: a, b, c …"""
    return chr(ord("a") + index)

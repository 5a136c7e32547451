"""What a sheet says around its questions: whose boot it is, how it was made, how answers may be written."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ....language.words import tr
from ....source.facts import Facts
from ..question import ADDRESS, AMOUNT, EASY, HARD, MIDDLING, NAME, Question, letter


class Sheet(Struct, frozen=True):
    """Questions about one boot, in order, and the seed that they were made with."""

    facts: Facts
    questions: Sequence[Question]
    seed: int

    def title(self) -> str:
        """The heading of the sheet."""
        return tr("Questions about the boot of {name}", name=self.facts.name)

    def key_title(self) -> str:
        """The heading of the key."""
        return tr("Answers: the boot of {name}", name=self.facts.name)

    def about(self) -> str:
        """The boot, and how the same sheet is made again."""
        return tr(
            "{kind}, {arch}, Linux {release}. {count} questions, seed {seed}.",
            kind=self.facts.kind,
            arch=self.facts.arch.name,
            release=str(self.facts.release),
            count=len(self.questions),
            seed=self.seed,
        )


def stars(question: Question) -> str:
    """How difficult a question is, in a word."""
    return {EASY: tr("easy"), MIDDLING: tr("middling"), HARD: tr("hard")}[question.difficulty]


def how_to_answer(question: Question) -> str:
    """How an answer may be written."""
    if question.form == NAME:
        return tr("a letter, or the name")
    if question.form == ADDRESS:
        return tr("a letter, or an address such as 0x48000000 or 1G")
    if question.form == AMOUNT and question.unit:
        return tr("a letter, or a size such as 64K or 16 MiB")
    if question.form == AMOUNT:
        return tr("a letter, or a number")
    return tr("a letter, or a range such as 0x40000000-0x4fffffff")


def asked_at(question: Question) -> str:
    """Where in the boot a question is asked."""
    return tr("at {moment}", moment=question.moment)


def answer_line(question: Question) -> str:
    """The right answer with its letter."""
    if not question.choices:
        return question.shown
    return f"{question.letter()}) {question.shown}"


def choice_lines(question: Question) -> list[str]:
    """The choices, each with its letter."""
    return [f"{letter(at)}) {choice.text}" for at, choice in enumerate(question.choices)]


def source_line(question: Question) -> str:
    """Where it is decided, and where in the boot it is seen; "" if nobody knows."""
    if not question.place:
        return ""
    return tr("Decided in {place}.", place=question.place)

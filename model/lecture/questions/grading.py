"""What somebody answered, compared with what is so."""

from __future__ import annotations

import re

from msgspec import Struct

from ...analysis.names import said
from ...base.units import address_range, hex_address, one_line, printable
from ...language.words import tr
from .material import Material
from .question import ADDRESS, NAME, RANGE, Choice, Question, Value, letter
from .readings import LONGEST, UnreadableAnswer, addresses, amounts, plain_name, ranges
from .table import NAMED

LONGEST_ROW = 60
"""Characters of a row that are said again."""
SHORTEST_PART = 4
"""Letters of the shortest part of a name that stands for all of it."""


class Verdict(Struct, frozen=True):
    """Whether an answer is right; how it was understood; and what is to be said of it, in sentences: the
    comparison, then why."""

    is_right: bool
    given: str
    comparison: str
    explanation: str

    def text(self) -> str:
        """All of it."""
        return f"{self.comparison} {self.explanation}"


def grade(material: Material, question: Question, given: str) -> Verdict:
    """An answer compared with the right one: a letter of a choice, or typed.  Raises `UnreadableAnswer` in
    one sentence that says what is expected."""
    text = given.strip()
    if not text:
        raise UnreadableAnswer(tr("expected an answer, or a letter from a to {last}", last=_last(question)))
    if len(text) > LONGEST:
        raise UnreadableAnswer(
            tr("this answer has {count} characters, expected at most {most}", count=len(text), most=LONGEST)
        )
    choice = _chosen(question, text)
    value, shown = (choice.value, choice.text) if choice else (_typed(question, text), one_line(text))
    return verdict_on(material, question, value, shown)


def verdict_on(material: Material, question: Question, value: Value | None, shown: str) -> Verdict:
    """What is to be said of an answer with a value (None: none of those that were offered)."""
    if value == question.answer:
        return Verdict(True, shown, tr("Right: {answer}.", answer=question.shown), question.explanation)
    comparison = tr("You said {given}; it is {answer}.", given=printable(shown), answer=question.shown)
    if value is not None:
        said = NAMED[question.kind].compare(material, question, value) if question.kind in NAMED else ""
        said = said or _what_is_there(material, question, value)
        comparison = f"{comparison} {said}" if said else comparison
    return Verdict(False, shown, comparison, question.explanation)


def grade_row(material: Material, question: Question, text: str, subject: str | None) -> Verdict:
    """The row of a pane compared with the rows that answer: its `text`, and the address or place that it is
    about.  Raises `UnreadableAnswer` if rows answer nothing, or this one says nothing."""
    cursor = question.cursor
    if cursor is None or not cursor.answers:
        raise UnreadableAnswer(tr("no row of a pane answers this: choose, or type"))
    shown = " ".join(text.split())[:LONGEST_ROW]
    found = [int(each, 16) for each in re.findall(r"0x([0-9a-f]{1,16})\b", f"{subject or ''} {text}")]
    if not found:
        raise UnreadableAnswer(tr("this row has no address: choose another, or type"))
    if any(cursor.start <= address < cursor.end for address in found):
        return verdict_on(material, question, question.answer, shown)
    return verdict_on(material, question, found[0] if question.form == ADDRESS else None, shown)


def _last(question: Question) -> str:
    return letter(max(len(question.choices) - 1, 0))


def _chosen(question: Question, text: str) -> Choice | None:
    """The choice whose letter was typed, or whose words."""
    bare = text.strip("().").casefold()
    for at, choice in enumerate(question.choices):
        if bare == letter(at) or text == choice.text:
            return choice
    return None


def _typed(question: Question, text: str) -> Value | None:
    """The value that was typed: the right one if it may mean that."""
    if question.form == NAME:
        return _named(question, text)
    if question.form == RANGE:
        found = ranges(text)
        start, _, end = str(question.answer).partition("-")
        if (int(start, 16), int(end, 16) + 1) in found:
            return question.answer
        low, high = min(found, default=(0, 1))
        return f"{low:#x}-{high - 1:#x}"
    spans = addresses(text) if question.form == ADDRESS else amounts(text, question.unit)
    if any(question.answer in span for span in spans):
        return question.answer
    return spans[0].low if spans else None


def _named(question: Question, text: str) -> Value | None:
    """The choice that a name means: by all of it, or by a part that no other has."""
    plain = plain_name(text)
    names = {
        choice.value: (plain_name(choice.text), plain_name(str(choice.value))) for choice in question.choices
    }
    names[question.answer] = (plain_name(question.shown), plain_name(str(question.answer)))
    whole = [value for value, known in names.items() if plain in known]
    if whole:
        return whole[0]
    if len(plain) < SHORTEST_PART:
        return None
    part = [value for value, known in names.items() if any(plain in each for each in known)]
    return part[0] if len(part) == 1 else None


def _what_is_there(material: Material, question: Question, value: Value) -> str:
    """What lies at a physical address that was given by mistake, before the answer is seen."""
    if question.form != ADDRESS or not isinstance(value, int) or question.kind not in PHYSICAL_KINDS:
        return ""
    for piece in material.owners.reserved(question.position):
        if piece.start <= value < piece.end:
            return tr(
                "{address} lies in {range}, which is reserved by: {owner}.",
                address=hex_address(value),
                range=address_range(piece.start, piece.end - piece.start),
                owner=said(piece.value.name),
            )
    for region in material.at(question.position).memblock.memory.regions:
        if region.base <= value < region.end:
            return ""
    return tr("No memory is at {address}.", address=hex_address(value))


PHYSICAL_KINDS = ("allocation",)
"""The kinds whose answers are physical addresses."""

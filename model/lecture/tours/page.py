"""What a stop of a tour says where a debugger stands: its words with their numbers, and what is lit."""

from __future__ import annotations

from msgspec import Struct

from ...debugger.debugger import Debugger
from ...debugger.expressions.values import Untold, number_of
from ...debugger.expressions.whole_values import elements, extent
from ...language.words import local, tr, trn
from .narration import NarrationError, evaluated, plain, told
from .tour import Texts, TourQuestion, TourStop


class Light(Struct, frozen=True):
    """What is lit in a pane: rows that have one of these `texts`, or that are about one of these `ranges` of
    addresses (first byte, byte behind the last)."""

    texts: tuple[str, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.ranges)


class AskedThere(Struct, frozen=True):
    """A question that is written out, with its numbers: the right `answer` as text, `right` is the index of
    the choice that has it (None: it is typed), what to explain then."""

    ask: str
    choices: tuple[str, ...]
    answer: str
    right: int | None
    explain: str


class TourPage(Struct, frozen=True):
    """What a stop says, in the chosen language: paragraphs are lines.  `ask` is a question for the debugger's
    command line; `question` the one for people, or `made` is one that is made of the boot."""

    stop: TourStop
    title: str
    say: str
    notes: str
    look: str
    light: Light
    ask: str = ""
    question: AskedThere | None = None
    made: TourQuestion | None = None


def page_of(stop: TourStop, debugger: Debugger) -> TourPage:
    """What a stop says where the debugger stands.  Raises `NarrationError`."""
    question = stop.question
    return TourPage(
        stop=stop,
        title=said(stop.title, debugger),
        say=said(stop.say, debugger),
        notes=said(stop.notes, debugger),
        look=stop.look,
        light=light_of(stop, debugger),
        ask=told(stop.ask, debugger),
        question=asked_there(question, debugger) if question and not question.kind else None,
        made=question if question and question.kind else None,
    )


def said(texts: Texts, debugger: Debugger) -> str:
    """A text in the chosen language, with its numbers; "" if there is none.  Raises `NarrationError`."""
    return told(local(texts), debugger) if texts else ""


def light_of(stop: TourStop, debugger: Debugger) -> Light:
    """What a stop puts the light on.  Raises `NarrationError`."""
    ranges: list[tuple[int, int]] = []
    for source in stop.addresses:
        address = number_of(evaluated(source, debugger))
        if address is None:
            wrong = tr("expected an expression for an address")
            raise NarrationError(f"address = {source!r}: {wrong}")
        ranges.append((int(address), int(address) + 1))
    for source in stop.regions:
        ranges += _extents(source, debugger)
    return Light(tuple(told(text, debugger) for text in stop.rows), tuple(ranges))


def _extents(source: str, debugger: Debugger) -> list[tuple[int, int]]:
    value = evaluated(source, debugger)
    found = extent(value)
    if found is not None:
        return [found]
    try:
        each = [extent(part) for part in elements(value)]
    except Untold as error:
        raise NarrationError(f"region = {source!r}: {error}") from None
    if None in each:
        wrong = tr("expected a region, with a base and a size")
        raise NarrationError(f"region = {source!r}: {wrong}")
    return [one for one in each if one is not None]


def asked_there(question: TourQuestion, debugger: Debugger) -> AskedThere:
    """A question that is written out, where the debugger stands.  Raises `NarrationError` if no choice has
    the answer, or more than one."""
    choices = tuple(said(choice, debugger) for choice in question.choices)
    word, _, number = question.answer.partition(" ")
    if word == "choice" and number.strip().isdecimal():
        right = int(number) - 1
        if not 0 <= right < len(choices):
            wrong = trn("there is {count} choice", "there are {count} choices", len(choices))
            raise NarrationError(f"answer = {question.answer!r}: {wrong}")
        answer = choices[right]
    else:
        answer = plain(question.answer, evaluated(question.answer, debugger), debugger)
        right = _right(question, choices, answer, debugger)
    if len(set(choices)) != len(choices):
        wrong = tr("two of them say the same here: {choices}", choices=", ".join(choices))
        raise NarrationError(f"choices: {wrong}")
    ask, explain = said(question.ask, debugger), said(question.explain, debugger)
    return AskedThere(ask, choices, answer, right, explain)


def _right(question: TourQuestion, choices: tuple[str, ...], answer: str, debugger: Debugger) -> int | None:
    if not choices:
        return None
    found = [index for index, choice in enumerate(choices) if choice == answer]
    if len(found) != 1:
        known = ", ".join(choices)
        wrong = tr("{answer} is none of the choices {choices}", answer=answer, choices=known)
        raise NarrationError(f"answer = {question.answer!r}: {wrong}")
    return found[0]

"""Holding a tour against a boot: every stop, every expression in every language; and what else could be
better."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...debugger.commands.command import CommandError
from ...debugger.commands.interpreter import CommandInterpreter
from ...debugger.debugger import Debugger
from ...language.words import LANGUAGES, tr
from .course import Course, course_of, suits
from .narration import NarrationError, parts, told
from .page import asked_there, light_of
from .tour import Texts, Tour, TourQuestion, TourStop

ASKING = ("why", "who", "x", "ledger", "print", "info", "list", "whatis", "ptype", "what", "explain")
"""Commands that `ask` may give: they change nothing."""
MOST_SENTENCES = 6
MOST_COLUMNS = 540
"""Columns of narration that a screen of 80x24 shows without much scrolling; a Chinese character has two."""
TYPED = re.compile(r"0x[0-9a-fA-F]{3,}|\d[\d.,]*\s*(?:[KMGT]i?B|bytes|pages|KB|字节)\b")
"""Numbers of a boot that somebody typed."""


class Remark(NamedTuple):
    """What is wrong with a tour (`is_mistake`), or could be better; `where` names the stop and the text."""

    where: str
    words: str
    is_mistake: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.words}"


class Checked(NamedTuple):
    """What came of holding a tour against a boot."""

    course: Course
    remarks: tuple[Remark, ...]
    expressions: int

    @property
    def mistakes(self) -> list[Remark]:
        """What is wrong."""
        return [remark for remark in self.remarks if remark.is_mistake]


def check_tour(tour: Tour, debugger: Debugger) -> Checked:
    """Evaluate everything in a tour on a boot, whose debugger is moved."""
    reason = suits(tour, debugger)
    if reason:
        return Checked(Course(tour, (), ()), (Remark("[tour]", reason),), 0)
    course = course_of(tour, debugger)
    found = [*_advice(tour)]
    found += [Remark(each.stop.label, each.why) for each in course.omitted if each.is_fault]
    if not course.places:
        found.append(Remark("[tour]", tr("none of its stops is in this boot")))
    count = 0
    for place in course.places:
        debugger.goto(place.position)
        found += _remarks(place.stop, debugger)
        count += sum(1 for texts in _texts(place.stop) for words in texts.values() for _ in _sources(words))
    return Checked(course, tuple(found), count)


def _remarks(stop: TourStop, debugger: Debugger) -> Iterator[Remark]:
    for name, texts in _named_texts(stop):
        for language, words in texts.items():
            yield from _tried(f"{stop.label}: {name}.{language}", lambda words=words: told(words, debugger))
    yield from _tried(stop.label, lambda: light_of(stop, debugger))
    if stop.question is not None and not stop.question.kind:
        yield from _question(stop.label, stop.question, debugger)
    if stop.ask:
        yield from _tried(f"{stop.label}: ask", lambda: _answer(stop.ask, debugger))


def _question(label: str, question: TourQuestion, debugger: Debugger) -> Iterator[Remark]:
    """Whether the answer is one of the choices in every language."""
    for language in question.ask:
        here = TourQuestion(
            ask={language: question.ask[language]},
            choices=tuple({language: each.get(language, "")} for each in question.choices),
            answer=question.answer,
        )
        where = f"{label}: question.{language}"
        yield from _tried(where, lambda here=here: asked_there(here, debugger))


def _answer(line: str, debugger: Debugger) -> None:
    """Give a question to the debugger.  Raises `NarrationError`."""
    line = told(line, debugger)
    word = line.partition(" ")[0].partition("/")[0]
    if word not in ASKING:
        wrong = tr("expected a command that only asks: {commands}", commands=", ".join(ASKING))
        raise NarrationError(f"{line!r}: {wrong}")
    try:
        result = CommandInterpreter(debugger).execute(line)
    except CommandError as error:
        raise NarrationError(f"{line!r}: {error}") from None
    if result.error:
        raise NarrationError(f"{line!r}: {result.text}")


def _tried(where: str, evaluate: Callable[[], object]) -> Iterator[Remark]:
    try:
        evaluate()
    except NarrationError as error:
        yield Remark(where, str(error))


def _named_texts(stop: TourStop) -> Iterator[tuple[str, Texts]]:
    yield from (("title", stop.title), ("say", stop.say), ("notes", stop.notes))
    if stop.question is not None and not stop.question.kind:
        yield "question.ask", stop.question.ask
        yield "question.explain", stop.question.explain
        yield from (("question.choices", each) for each in stop.question.choices)


def _texts(stop: TourStop) -> Iterator[Texts]:
    return (texts for _, texts in _named_texts(stop))


def _sources(words: str) -> Iterator[str]:
    try:
        yield from (part.source for part in parts(words) if part.source)
    except NarrationError:
        return


# ---- advice ----


def _advice(tour: Tour) -> Iterator[Remark]:
    """What could be better, whatever the boot."""
    spoken = tour.title.keys()
    for name, texts in (("title", tour.title), ("about", tour.about)):
        yield from _languages(f"[tour]: {name}", texts, spoken)
    for stop in tour.stops:
        for name, texts in _named_texts(stop):
            yield from _languages(f"{stop.label}: {name}", texts, spoken)
            for language, words in texts.items():
                yield from _typed(f"{stop.label}: {name}.{language}", words)
        for language, words in stop.say.items():
            yield from _length(f"{stop.label}: say.{language}", words)


def _languages(where: str, texts: Texts, spoken: object) -> Iterator[Remark]:
    """A text that is there in one language and not in another that the tour has."""
    missing = [language for language in LANGUAGES if language in set(spoken) - set(texts)]  # pyright: ignore
    if texts and missing:
        yield Remark(where, tr("it lacks {languages}", languages=", ".join(missing)), False)


def _typed(where: str, words: str) -> Iterator[Remark]:
    try:
        plain = " ".join(part.text for part in parts(words))
    except NarrationError:
        return
    for found in TYPED.finditer(plain):
        said = tr("{number} is typed: an expression stays true on another machine", number=found[0])
        yield Remark(where, said, False)


def _length(where: str, words: str) -> Iterator[Remark]:
    try:
        plain = "".join(part.text or "12345678" for part in parts(words))
    except NarrationError:
        return
    columns = sum(2 if ord(character) > 0x2E80 else 1 for character in " ".join(plain.split()))
    if columns > MOST_COLUMNS:
        said = tr(
            "{columns} columns of text: more than {most} are scrolled", columns=columns, most=MOST_COLUMNS
        )
        yield Remark(where, said, False)
    sentences = len(re.findall(r"[.!?](?:\s|$)|[。！？]", plain))  # noqa: RUF001
    if sentences > MOST_SENTENCES:
        yield Remark(where, tr("{count} sentences: two to five are heard out", count=sentences), False)

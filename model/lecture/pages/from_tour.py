"""The stops of a tour as moments of a page: what it says at each, what it shows, what it asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...base.errors import InputError
from ...base.units import one_line
from ...debugger.commands.command import CommandError
from ...debugger.commands.interpreter import CommandInterpreter
from ...debugger.debugger import Debugger
from ...language.words import local, tr
from ..tours.course import Place, course_of, suits
from ..tours.narration import NarrationError
from ..tours.page import AskedThere, TourPage, page_of
from ..tours.tour import Tour
from .stop import Asked, Light, PageStop, Question

CARDS = {
    "memblock": ("memory", "reserved"),
    "pagetables": ("tables",),
    "zones": ("zones", "nodes"),
    "calls": ("where",),
    "source": ("where",),
    "log": ("log",),
    "console": (),
    "about": (),
    "both": (),
    "breakpoints": (),
}
"""What of a page shows what a pane shows, where the two are not called alike."""


class TourLesson(NamedTuple):
    """A tour on a boot: its stops, its title, and what it is about."""

    stops: tuple[PageStop, ...]
    title: str
    about: str


def tour_lesson(tour: Tour, debugger: Debugger) -> TourLesson:
    """A tour on the boot of a debugger, which is moved.  Raises `InputError`: it is none of such a boot, or
    something that it says cannot be said there."""
    if reason := suits(tour, debugger):
        raise InputError(reason)
    course = course_of(tour, debugger)
    if not course.places:
        raise InputError(tr("The tour {tour} has no stop in this boot.", tour=tour.name))
    stops = tuple(_stop(tour, place, debugger) for place in course.places)
    return TourLesson(stops, local(tour.title), " ".join(local(tour.about).split()) if tour.about else "")


def _stop(tour: Tour, place: Place, debugger: Debugger) -> PageStop:
    debugger.goto(place.position)
    try:
        page = page_of(place.stop, debugger)
    except NarrationError as error:
        raise InputError(f"{tour.file}: {place.stop.label}: {error}") from None
    return PageStop(
        position=place.position,
        title=page.title,
        narration=tuple(line for line in page.say.split("\n") if line.strip()),
        look=CARDS.get(page.look, (page.look,)),
        light=Light(page.light.texts, page.light.ranges),
        questions=tuple(_questions(page, debugger)),
        asked=_asked(page.ask, debugger),
    )


def _asked(line: str, debugger: Debugger) -> Asked | None:
    """What the debugger answers to a line."""
    if not line:
        return None
    try:
        result = CommandInterpreter(debugger).execute(line)
    except CommandError as error:
        return Asked(line, str(error))
    return Asked(line, result.text.rstrip())


def _questions(page: TourPage, debugger: Debugger) -> Iterator[Question]:
    if page.question is not None:
        yield written_out(page.question)


def written_out(question: AskedThere) -> Question:
    """A question that is written out in a tour."""
    return Question(question.ask, question.answer, one_line(question.explain), question.choices)

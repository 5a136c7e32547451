"""The steps of a lesson, as a command line asks for them, and what they are written as."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.base.errors import InputError
from ....model.debugger.debugger import Debugger
from ....model.debugger.opened import debugger_of
from ....model.files.input_files import is_directory
from ....model.files.output_file import write_lines
from ....model.language.words import tr
from ....model.lecture.pages.content import Step
from ....model.lecture.pages.lesson import asking, lesson, lesson_between
from ....model.lecture.pages.naming import about_of, slide_name, title_of
from ....model.source.trace_source import TraceSource
from ..state import StateMoment, position_of
from . import options

if TYPE_CHECKING:
    from ....model.lecture.tours.tour import Tour
    from ...session.recording import Recording


class Lesson(Struct, frozen=True):
    """What is written: the steps of a debugger's boot, or of a `tour` of it, under a title, and what it is
    about."""

    debugger: Debugger
    steps: Sequence[Step]
    title: str
    about: str = ""
    tour: Tour | None = None


def tour_of(given: argparse.Namespace) -> Tour | None:
    """The tour that is asked for; None if none is.  Raises `InputError`."""
    if given.tour is None:
        return None
    from ....model.lecture.tours.shipped import tour_named

    return tour_named(given.tour)


def lesson_of(given: argparse.Namespace, boot: TraceSource, tour: Tour | None) -> Lesson:
    """The lesson that is asked for, of a boot that is recorded.  Raises `InputError`."""
    debugger = debugger_of(boot)
    if tour is not None:
        from ....model.lecture.pages.from_tour import tour_lesson

        found = tour_lesson(tour, debugger)
        return Lesson(
            debugger,
            lesson(debugger, asking(debugger, found.stops, *_questions(given))),
            given.title or found.title,
            found.about,
            tour,
        )
    start, end = _range(given, debugger)
    steps = lesson_between(debugger, start, end, options.every(given), *_questions(given))
    return Lesson(debugger, steps, given.title or title_of(debugger.facts))


def _questions(given: argparse.Namespace) -> tuple[int, int]:
    """How many questions there are, and the seed that they are made with."""
    return given.questions or 0, given.seed or 0


def _range(given: argparse.Namespace, debugger: Debugger) -> tuple[int, int]:
    """Where it begins and ends."""
    first = StateMoment.parse(given.start or "start", "--from")
    last = StateMoment.parse(given.stop or "end", "--to")
    start, end = (position_of(debugger.position_names, moment) for moment in (first, last))
    if end < start:
        ends = {"end": given.stop or "end", "start": given.start}
        raise InputError(tr("--to {end} comes before --from {start}", **ends))
    return start, end


def write_page(found: Lesson, filename: str, overwrite: bool) -> None:
    """Write the page.  Raises `InputError`."""
    from ....model.lecture.pages.document import page_lines

    machine = about_of(found.debugger.facts)
    lines = page_lines(found.steps, found.debugger, found.title, machine, found.about)
    write_lines(lines, filename, overwrite)


def write_slides(found: Lesson, directory: str, overwrite: bool) -> None:
    """Write a picture of every step into a directory, which is made.  Raises `InputError`."""
    from ....model.lecture.pages.slides import scale_of, slide_lines

    folder = Path(directory)
    try:
        folder.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or tr("cannot be made")
        raise InputError(f"{directory}: {reason.lower()}") from None
    if not is_directory(folder):
        raise InputError(tr("{name}: expected a directory for the pictures", name=directory))
    scale = scale_of(found.steps)
    phases = found.debugger.phases.all()
    before: Step | None = None
    for number, step in enumerate(found.steps, 1):
        name = folder / slide_name(number, len(found.steps), step)
        lines = slide_lines(before, step, scale, phases[step.phase].name, about_of(found.debugger.facts))
        write_lines(lines, str(name), overwrite)
        before = step


def write_cast(
    found: Lesson, load: Callable[[], Recording], size: tuple[int, int], filename: str, overwrite: bool
) -> None:
    """Write what the screen of so many columns and rows shows at every step; `load` opens the boot once more.
    Raises `InputError`."""
    from .cast import cast_lines, frames_of

    write_lines(
        cast_lines(frames_of(load, found.steps, size, found.tour), size, found.title), filename, overwrite
    )

"""The options of ``bootstep export`` for a lesson, and whether they go together."""

from __future__ import annotations

import argparse
from typing import Any

from ....model.base.errors import InputError
from ....model.base.units import one_line
from ....model.language.words import tr
from ....model.lecture.pages.choosing import EVERY, MAJOR
from ..parser import Parser

OUTPUTS = ("html", "svg", "cast")
"""What a lesson is written as."""
OF_A_LESSON = {
    "title": "--title",
    "start": "--from",
    "stop": "--to",
    "every": "--every",
    "tour": "--tour",
    "questions": "--questions",
    "seed": "--seed",
    "size": "--size",
}
"""Options that only a lesson has, by their names in what is given."""
OF_A_RANGE = ("start", "stop", "every")
"""Those that say where its steps are."""
OF_OTHER_TOOLS = {
    "format": "--format",
    "output": "--output",
    "at": "--at",
    "direction": "--direction",
    "beside": "--beside",
}
LARGEST = 10**9
SIZES = (20, 300)
"""The fewest and the most columns or rows of a screen."""
DEFAULT_SIZE = (100, 30)


def add_options(parser: Parser) -> None:
    """Make the options known to a parser."""
    group = parser.add_argument_group(
        tr("a lesson, to be stepped through"),
        tr("The steps are the major calls that change memory, unless something else is said."),
    )

    def add(option: str, metavar: str | None, help: str, **more: Any) -> None:
        group.add_argument(option, metavar=metavar, help=help, **more)

    add("--tour", "NAME", tr("the stops of a guided tour, or of one in a file: 'bootstep tour' lists them"))
    position = "POSITION"
    add("--html", "FILE", tr("one page that needs nothing else, for a browser or a phone"))
    add("--svg", "DIR", tr("a picture for a slide of every step, in a directory"))
    add("--cast", "FILE", tr("the screen at every step, for asciinema to play"))
    add("--from", position, tr("where it begins, as --at (start)"), dest="start")
    add("--to", position, tr("where it ends, as --at (end)"), dest="stop")
    fineness = tr(
        "the steps: major calls, or where each phase begins, each call returns that changes memory, or every "
        "change"
    )
    add("--every", None, fineness, choices=EVERY)
    add(
        "--questions",
        "N",
        tr("so many questions about the boot, each with its answer to reveal"),
        type=_count,
    )
    add("--seed", "N", tr("other questions, and always the same for the same number (0)"), type=_count)
    add("--title", "TEXT", tr("what stands above it"))
    add("--size", "COLUMNSxROWS", tr("of the screen for --cast: 80x24, or 100x30 if nothing is said"))


def _count(text: str) -> int:
    """A number that people type.  Raises ValueError."""
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError(text)
    return number


def is_lesson(given: argparse.Namespace) -> bool:
    """Whether a lesson is asked for.  Raises `InputError`: the options do not go together."""
    wanted = next((f"--{name}" for name in OUTPUTS if getattr(given, name) is not None), "")
    others = OF_OTHER_TOOLS if wanted else OF_A_LESSON
    wrong = next((option for name, option in others.items() if getattr(given, name) is not None), "")
    if wrong and wanted:
        raise InputError(
            tr("{option} does not go with {lesson}, which writes a lesson", option=wrong, lesson=wanted)
        )
    if wrong:
        outputs = tr("expected --html FILE, --svg DIR or --cast FILE, too")
        raise InputError(tr("{option} is for a lesson: {outputs}", option=wrong, outputs=outputs))
    ranged = next((OF_A_LESSON[name] for name in OF_A_RANGE if getattr(given, name) is not None), "")
    if given.tour is not None and ranged:
        raise InputError(tr("{option} does not go with --tour, which has stops of its own", option=ranged))
    if given.seed is not None and not given.questions:
        raise InputError(tr("--seed is of the questions that --questions N asks for"))
    if given.size is not None and given.cast is None:
        raise InputError(tr("--size is of the screen for --cast"))
    return bool(wanted)


def every(given: argparse.Namespace) -> str:
    """How fine the steps are."""
    return given.every or MAJOR


def screen_size(given: argparse.Namespace) -> tuple[int, int]:
    """The columns and rows of the screen.  Raises `InputError`."""
    if given.size is None:
        return DEFAULT_SIZE
    columns, _, rows = given.size.lower().partition("x")
    least, most = SIZES
    if all(each.isdecimal() and len(each) < 4 and least <= int(each) <= most for each in (columns, rows)):
        return int(columns), int(rows)
    raise InputError(
        tr(
            "--size {size}: expected two numbers from {least} to {most}, such as 80x24",
            size=one_line(given.size),
            least=least,
            most=most,
        )
    )

"""The options of ``bootstep export`` for a lesson, and whether they go together."""

from __future__ import annotations

import argparse

from ....model.base.errors import InputError
from ....model.lecture.pages.choosing import EVERY, MAJOR
from ..parser import Parser

OUTPUTS = ("html", "svg", "cast")
"""What a lesson is written as."""
OF_A_LESSON = {
    "title": "--title",
    "start": "--from",
    "stop": "--to",
    "every": "--every",
    "size": "--size",
}
"""Options that only a lesson has, by their names in what is given."""
OF_OTHER_TOOLS = {
    "format": "--format",
    "output": "--output",
    "at": "--at",
    "direction": "--direction",
    "beside": "--beside",
}
SIZES = (20, 300)
"""The fewest and the most columns or rows of a screen."""
DEFAULT_SIZE = (100, 30)


def add_options(parser: Parser) -> None:
    """Make the options known to a parser."""
    group = parser.add_argument_group(
        "a lesson, to be stepped through",
        "The steps are the major calls that change memory, unless something else is said.",
    )
    group.add_argument(
        "--html", metavar="FILE", help="one page that needs nothing else, for a browser or a phone"
    )
    group.add_argument("--svg", metavar="DIR", help="a picture for a slide of every step, in a directory")
    group.add_argument("--cast", metavar="FILE", help="the screen at every step, for asciinema to play")
    group.add_argument("--from", dest="start", metavar="POSITION", help="where it begins, as --at (start)")
    group.add_argument("--to", dest="stop", metavar="POSITION", help="where it ends, as --at (end)")
    group.add_argument(
        "--every",
        choices=EVERY,
        help="the steps: major calls, or where each phase begins, each call returns that changes memory, "
        "or every change",
    )
    group.add_argument("--title", metavar="TEXT", help="what stands above it")
    group.add_argument(
        "--size", metavar="COLUMNSxROWS", help="of the screen for --cast: 80x24, or 100x30 if nothing is said"
    )


def is_lesson(given: argparse.Namespace) -> bool:
    """Whether a lesson is asked for.  Raises `InputError`: the options do not go together."""
    wanted = next((f"--{name}" for name in OUTPUTS if getattr(given, name) is not None), "")
    others = OF_OTHER_TOOLS if wanted else OF_A_LESSON
    wrong = next((option for name, option in others.items() if getattr(given, name) is not None), "")
    if wrong and wanted:
        raise InputError(f"{wrong} does not go with {wanted}, which writes a lesson")
    if wrong:
        raise InputError(f"{wrong} is for a lesson: expected --html FILE, --svg DIR or --cast FILE, too")
    if given.size is not None and given.cast is None:
        raise InputError("--size is of the screen for --cast")
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
    raise InputError(f"--size {given.size}: expected two numbers from {least} to {most}, such as 80x24")

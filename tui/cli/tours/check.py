"""``bootstep tour check``: a tour held against boots: every stop, every expression, in every language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ....model.debugger.opened import debugger_of
from ....model.language.words import tr, trn
from ....model.lecture.tours.checking import Checked, check_tour
from ....model.lecture.tours.shipped import SHIPPED, shipped_names, tour_named
from ....model.lecture.tours.tour import Tour
from ....model.source.trace_source import TraceSource
from .. import sources
from ..parser import Parser


def run(words: Sequence[str]) -> int:
    """Print what is wrong with a tour; returns 0 if nothing is, 2 otherwise.  Raises `InputError`."""
    parser = Parser(
        "bootstep tour check",
        description="hold a tour against boots: every stop, every expression, in every language",
    )
    parser.add_argument("tour", metavar="FILE", help="the tour's file, or the name of a shipped one")
    parser.add_argument(
        "machines", nargs="*", metavar="MACHINE", help="the boots (that which the tour is made for)"
    )
    given = parser.parse_args(words)
    tour = tour_named(given.tour)
    wrong = 0
    for word in given.machines or [tour.machine]:
        checked = checked_on(tour, word)
        print("\n".join(_told(tour, word, checked)))
        wrong += len(checked.mistakes)
    return 2 if wrong else 0


def checked_on(tour: Tour, word: str) -> Checked:
    """What comes of holding a tour against the boot that a word names.  Raises `InputError`."""
    source = opened(word)
    source.run()
    return check_tour(tour, debugger_of(source))


def opened(word: str) -> TraceSource:
    """The boot that a word names, without options.  Raises `InputError`."""
    parser = Parser("bootstep tour")
    parser.add_argument("machine")
    given = sources.parse(parser, ["--", word])
    return sources.named(word, given).open()


def _told(tour: Tour, word: str, checked: Checked) -> list[str]:
    file = _path(tour)
    lines = [
        f"{file}: {remark}" if remark.is_mistake else f"{file}: {remark.where}: ({remark.words})"
        for remark in checked.remarks
    ]
    left_out = [f"{each.stop.label}: {each.why}" for each in checked.course.omitted if not each.is_fault]
    lines += [
        tr("{file}: left out on {machine}: {stop}", file=file, machine=word, stop=stop) for stop in left_out
    ]
    stops = trn("{count} stop", "{count} stops", len(checked.course.places))
    expressions = trn("{count} expression", "{count} expressions", checked.expressions)
    wrong = trn("{count} mistake", "{count} mistakes", len(checked.mistakes))
    lines.append(
        f"{tour.name} on {word}: {stops}, {expressions}: {wrong if checked.mistakes else tr('all good')}"
    )
    return lines


def _path(tour: Tour) -> str:
    path = Path(tour.file)
    return path.name if path.parent == SHIPPED and tour.name in shipped_names() else tour.file

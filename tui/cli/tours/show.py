"""``bootstep tour show``: what a tour says on a boot, as text or JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

from ....model.base.errors import InputError
from ....model.base.units import hex_address
from ....model.debugger.debugger import Debugger
from ....model.debugger.opened import debugger_of
from ....model.language.columns import wrapped
from ....model.language.words import local, tr
from ....model.lecture.tours.course import Course, Place, course_of, suits
from ....model.lecture.tours.narration import NarrationError
from ....model.lecture.tours.page import AskedThere, TourPage, page_of
from ....model.lecture.tours.shipped import tour_named
from .. import sources
from ..parser import Parser

WIDEST = 100
"""Columns of a line at most."""


def run(words: Sequence[str]) -> int:
    """Print the narration.  Raises `InputError`."""
    parser = Parser("bootstep tour show", description="print what a tour says on a boot")
    parser.add_argument("tour", metavar="NAME", help="the tour: a shipped one, or a file")
    parser.add_argument("machine", nargs="?", metavar="MACHINE", help="the boot (that which it is made for)")
    parser.add_argument("--stop", type=_number, metavar="N", help="this stop alone, counted from 1")
    parser.add_argument("--notes", action="store_true", help="with the speaker's notes")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text, or one JSON object a stop"
    )
    given = sources.parse(parser, words)
    tour = tour_named(given.tour)
    source = sources.named(given.machine or tour.machine, given).open()
    source.run()
    debugger = debugger_of(source)
    if reason := suits(tour, debugger):
        raise InputError(reason)
    course = course_of(tour, debugger)
    chosen = _chosen(course, given.stop)
    if given.format == "text" and given.stop is None:
        print("\n".join([local(tour.title), *_wrapped(local(tour.about) if tour.about else ""), ""]))
    for index in chosen:
        page = _page(course, index, debugger)
        if given.format == "json":
            print(json.dumps(_json(course, index, page), sort_keys=True, ensure_ascii=False))
        else:
            print("\n".join(_text(course, index, page, given.notes)))
    return 0


def _number(text: str) -> int:
    return int(text)


def _chosen(course: Course, stop: int | None) -> range:
    count = len(course.places)
    if stop is None:
        return range(count)
    if not 1 <= stop <= count:
        raise InputError(f"--stop {stop}: the tour {course.tour.name} has {count} stops on this boot")
    return range(stop - 1, stop)


def _page(course: Course, index: int, debugger: Debugger) -> TourPage:
    place = course.places[index]
    debugger.goto(place.position)
    try:
        return page_of(place.stop, debugger)
    except NarrationError as error:
        raise InputError(f"{course.tour.file}: {place.stop.label}: {error}") from None


def _text(course: Course, index: int, page: TourPage, notes: bool) -> Iterator[str]:
    place = course.places[index]
    yield f"{index + 1}/{len(course.places)}  {page.title}"
    yield f"     {place.name}"
    yield from _wrapped(page.say)
    if page.question is not None:
        yield ""
        yield from _question(page.question)
    if notes and page.notes:
        yield ""
        yield from _wrapped(f"{tr('Notes:')} {page.notes}")
    yield ""


def _question(question: AskedThere) -> Iterator[str]:
    yield from _wrapped(f"? {question.ask}")
    for letter, choice in zip("abcdefghijklmnop", question.choices, strict=False):
        yield f"  {letter}) {choice}"
    yield f"  = {question.answer}"
    yield from _wrapped(question.explain)


def _wrapped(text: str) -> list[str]:
    return wrapped(text, min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST))


def _json(course: Course, index: int, page: TourPage) -> dict[str, Any]:
    place: Place = course.places[index]
    question = page.question
    return {
        "tour": course.tour.name,
        "stop": index + 1,
        "stops": len(course.places),
        "at": place.name,
        "position": place.position,
        "title": page.title,
        "say": page.say,
        "notes": page.notes,
        "look": page.look,
        "rows": list(page.light.texts),
        "ranges": [[hex_address(start), hex_address(end)] for start, end in page.light.ranges],
        "ask": page.ask,
        "question": None
        if question is None
        else {
            "ask": question.ask,
            "choices": list(question.choices),
            "answer": question.answer,
            "right": question.right,
            "explain": question.explain,
        },
        "made": None if page.made is None else {"kind": page.made.kind, **page.made.options},
    }

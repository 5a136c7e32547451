"""``bootstep tour``: guided tours of a boot: which there are, taking one, printing one, checking one's
own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.language.words import local, tr, trn
from .. import sources
from ..parser import Parser
from ..presenting.options import add_presenting, presenting_of

if TYPE_CHECKING:
    from ....model.lecture.tours.tour import Tour


def run(words: Sequence[str]) -> int:
    """Do what a command line says of tours; returns the exit status.  Raises `InputError`."""
    if words and words[0] == "check":
        from .check import run as check

        return check(words[1:])
    if words and words[0] == "show":
        from .show import run as show

        return show(words[1:])
    return _take(words)


def _take(words: Sequence[str]) -> int:
    """Take a tour on the screen, or list them."""
    parser = Parser(
        "bootstep tour",
        description="guided tours of a boot: alone, the list of them; 'bootstep tour show NAME' prints one, "
        "'bootstep tour check FILE [MACHINE...]' holds one of your own against boots",
    )
    parser.add_argument("tour", nargs="?", metavar="NAME", help="the tour to take; or show, or check")
    parser.add_argument(
        "machine", nargs="?", metavar="MACHINE", help="the boot to take it on (that which it is made for)"
    )
    parser.add_argument("--tour", dest="file", metavar="FILE", help="a tour of one's own")
    parser.add_argument("--theme", metavar="NAME", help="the colours: dark, light, contrast or terminal")
    parser.add_argument(
        "--settings", metavar="FILE", help="keys and colours, instead of those of the usual config.toml"
    )
    add_presenting(parser)
    given = sources.parse(parser, words)
    present = presenting_of(given)
    word: str | None = given.file or given.tour
    if word is None:
        print("\n".join(listed()))
        return 0
    if given.file is not None and given.tour is not None:
        if given.machine is not None:
            raise InputError(f"bootstep tour: --tour {given.file} is the tour, {given.tour} is one too many")
        given.machine = given.tour
    from ....model.lecture.tours.shipped import tour_named

    tour = tour_named(word)
    load = sources.named(given.machine or tour.machine, given).load()
    from ....model.debugger.scripts.blocks import Line
    from ...shell.run import run as show
    from ..keys import config_of

    line = Line(f"tour {word}", "")
    return show(load, "", config_of(given.settings, given.theme), None, sources.boot_named, (line,), present)


def listed() -> list[str]:
    """The shipped tours, a paragraph each."""
    from ....model.lecture.tours.shipped import shipped_tours

    return [line for tour in shipped_tours() for line in _lines(tour)]


def _lines(tour: Tour) -> list[str]:
    count = len(tour.stops)
    stops = trn("{count} stop", "{count} stops", count)
    return [
        f"{tour.name:24} {local(tour.title)}",
        f"{'':24} {tr('{stops}, on {machine}', stops=stops, machine=tour.machine.rpartition('/')[2])}",
    ]

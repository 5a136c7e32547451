"""``bootstep diff``: what two boots differ in, without the app."""

from __future__ import annotations

from ...model.base.errors import InputError
from ...model.debugger.compare import difference_lines, differences
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import PositionNameError
from ...model.source.trace_source import TraceSource
from . import sources
from .kinds.booted import VARIED
from .parser import Parser


def run(words: list[str]) -> int:
    """Print what two boots differ in; 1 if they do.  Raises `InputError`."""
    parser = Parser("bootstep diff")
    parser.add_argument("machine", metavar="A", help="one machine, or recorded boot")
    parser.add_argument(
        "other", nargs="?", metavar="B", help="the other (A again); all options change this one"
    )
    parser.add_argument(
        "--at", default="end", metavar="POSITION", help="when (end), such as paging_init:return"
    )
    given = sources.parse(parser, words, ("machine", "other"), VARIED)
    left = sources.named(given.machine, given, VARIED).open_unchanged()
    right = sources.named(given.other or given.machine, given, VARIED).open()
    return _print(_at(left, given.at), _at(right, given.at))


def _at(source: TraceSource, at: str) -> Debugger:
    source.run()
    debugger = Debugger(source.trace, source.facts)
    try:
        debugger.goto(debugger.position_names.find(at))
    except PositionNameError as error:
        raise InputError(f"--at {at}: {error}") from None
    return debugger


def _print(left: Debugger, right: Debugger) -> int:
    lines = list(difference_lines(left, right, differences(left, right)))
    print("\n".join(lines or ["no differences"]))
    return 1 if lines else 0

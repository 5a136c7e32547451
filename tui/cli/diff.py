"""``bootstep diff``: what two boots differ in, without the app."""

from __future__ import annotations

from ...model.base.errors import InputError
from ...model.debugger.compare import difference_lines, differences
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import PositionNameError
from ...model.language.words import tr
from ...model.source.provenance import is_from_log
from ...model.source.trace_source import TraceSource
from . import sources
from .kinds.booted import VARIED
from .parser import Parser


def run(words: list[str]) -> int:
    """Print what two boots differ in; 1 if they do.  Raises `InputError`."""
    parser = Parser("bootstep diff")
    parser.add_argument("machine", metavar="A", help=tr("one machine, recorded boot or kernel log"))
    parser.add_argument(
        "other", nargs="?", metavar="B", help=tr("the other (A again); all options change this one")
    )
    parser.add_argument(
        "--at",
        metavar="POSITION",
        help=tr("when (end), such as paging_init:return; logs are compared whole if nothing is given"),
    )
    given = sources.parse(parser, words, ("machine", "other"), VARIED)
    other = given.other or given.machine
    left = sources.named(given.machine, given, VARIED).open_unchanged()
    right = sources.named(other, given, VARIED).open()
    left.run()
    if given.other is None and is_from_log(left.trace) and given.boot is None:
        raise InputError(
            tr("{other} is one log: name the other, or the --boot of several in it", other=other)
        )
    right.run()
    if given.at is None and (is_from_log(left.trace) or is_from_log(right.trace)):
        return _print_told(left, right, (given.machine, other))
    at = given.at or "end"
    return _print(_at(left, at), _at(right, at))


def _at(source: TraceSource, at: str) -> Debugger:
    debugger = Debugger(source.trace, source.facts)
    try:
        debugger.goto(debugger.position_names.find(at))
    except PositionNameError as error:
        raise InputError(tr("--at {at}: {error}", at=at, error=error)) from None
    return debugger


def _print(left: Debugger, right: Debugger) -> int:
    lines = list(difference_lines(left, right, differences(left, right)))
    print("\n".join(lines or [tr("no differences")]))
    return 1 if lines else 0


def _print_told(left: TraceSource, right: TraceSource, names: tuple[str, str]) -> int:
    """What their lines tell, where one of them is nothing but lines."""
    from ...model.analysis.deeds.report import LogComparison
    from ...model.analysis.deeds.told import told_trace

    one, other = (
        told_trace(source.trace, source.facts, name)
        for source, name in zip((left, right), names, strict=True)
    )
    found = LogComparison.of(one.boot, other.boot, (one.callers, other.callers))
    print("\n".join(found.lines()))
    return 1 if found else 0

"""``bootstep diff``: what two boots differ in, without the app."""

from __future__ import annotations

import argparse
import json

from ...model.base.errors import InputError
from ...model.debugger.compare import difference_lines, differences
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import PositionNameError
from ...model.language.words import tr
from ...model.source.provenance import is_from_log
from ...model.source.trace_source import TraceSource
from . import sources
from .kinds.booted import VARIED
from .language.option import speak_to_programs
from .parser import Parser

TEXT, JSON = "text", "json"


def run(words: list[str]) -> int:
    """Print what two boots differ in; 1 if they do.  Raises `InputError`."""
    parser = _parser()
    given = sources.parse(parser, words, ("machine", "other"), VARIED)
    other = given.other or given.machine
    if given.format == JSON:
        _refuse_format(given)
    left = sources.named(given.machine, given, VARIED).open_unchanged()
    right = sources.named(other, given, VARIED).open()
    left.run()
    if given.other is None and is_from_log(left.trace) and given.boot is None:
        raise InputError(
            tr("{other} is one log: name the other, or the --boot of several in it", other=other)
        )
    right.run()
    are_told = is_from_log(left.trace) or is_from_log(right.trace)
    have_calls = left.facts.can.calls and right.facts.can.calls and not are_told
    if given.format == JSON:
        if not have_calls:
            raise InputError(tr("--format json needs two boots whose calls are known: a log tells none"))
        return _print_json(left, right, given)
    if given.at is None and are_told:
        return _print_told(left, right, (given.machine, other))
    if given.at is None and have_calls:
        return _print_parting(left, right)
    at = given.at or "end"
    return _print(_at(left, at), _at(right, at))


def _parser() -> Parser:
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
    parser.add_argument(
        "--format",
        choices=(TEXT, JSON),
        default=TEXT,
        help=tr("text, or the first divergence as one JSON object ('bootstep help json' has its fields)"),
    )
    return parser


def _refuse_format(given: argparse.Namespace) -> None:
    if given.at is not None:
        raise InputError(tr("--format json tells the first divergence of whole boots: without --at"))
    speak_to_programs()


def _at(source: TraceSource, at: str) -> Debugger:
    debugger = Debugger(source.trace, source.facts)
    try:
        debugger.goto(debugger.position_names.find(at))
    except PositionNameError as error:
        raise InputError(tr("--at {at}: {error}", at=at, error=error)) from None
    return debugger


def _print_parting(left: TraceSource, right: TraceSource) -> int:
    """The first call that is not the same, then what differs at the end."""
    from ...model.analysis.divergence.find import held
    from ...model.analysis.divergence.words import end_lines, held_lines, remarks

    found = held(left, right)
    rest = _lines(_at(left, "end"), _at(right, "end")) if found.are_models else list(end_lines(found))
    if found.are_same and (found.is_moved or not rest):
        print("\n".join([tr("no differences"), *remarks(found)]))
        return 0
    print("\n".join([*held_lines(found), *(["", *rest] if rest else [])]))
    return 1


def _print_json(left: TraceSource, right: TraceSource, given: argparse.Namespace) -> int:
    from ...model.analysis.divergence.find import held
    from ...model.analysis.divergence.plain_data import held_json

    found = held(left, right)
    boots = [given.machine, given.other or given.machine]
    print(json.dumps({"kind": "diff", "boots": boots, **held_json(found)}, sort_keys=True))
    return 0 if found.are_same else 1


def _lines(left: Debugger, right: Debugger) -> list[str]:
    return list(difference_lines(left, right, differences(left, right)))


def _print(left: Debugger, right: Debugger) -> int:
    lines = _lines(left, right)
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

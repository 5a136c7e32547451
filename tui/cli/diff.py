"""``bootstep diff``: what two boots differ in, without the app."""

from __future__ import annotations

from ...model.base.errors import InputError
from ...model.debugger.compare import difference_lines, differences
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import PositionNameError
from ...model.source.trace_source import TraceSource
from .parser import Parser
from .sources import is_recorded, read_recorded


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
    left, right, at = _sources(parser, words)
    return _print(_at(left, at), _at(right, at))


def _sources(parser: Parser, words: list[str]) -> tuple[TraceSource, TraceSource, str]:
    """Both boots, and when they are compared."""
    recorded = list(filter(is_recorded, words))
    if len(recorded) > 1:
        # Nothing is booted: nothing of that is needed.
        given, rest = parser.parse_known_args(words)
        if rest:
            raise InputError(f"{recorded[1]} is a recorded boot: {rest[0]} cannot change it")
        return read_recorded(given.machine), read_recorded(given.other), given.at
    from .variation import add_variation, is_varied, unvaried_source, varied_source

    add_variation(parser)
    given = parser.parse_args(words)
    one, other = given.machine, given.other or given.machine
    if is_recorded(other) and is_varied(given):
        raise InputError(f"{other} is a recorded boot: options cannot change it")
    left = read_recorded(one) if is_recorded(one) else unvaried_source(given, one)
    right = read_recorded(other) if is_recorded(other) else varied_source(given, other)
    return left, right, given.at


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

"""A trace as bytes."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from msgspec.structs import replace

from ..changes import Change, Splice
from ..events import CHANGES, Kind, Trace
from ..functions import Function, LogFormat, Site
from .arguments import written
from .shapes import pack, plain

ROOT = Path(__file__).parents[3]
"""The package: a trace of our own boots names files from here."""

MACHINE_IS_BIG = sys.byteorder == "big"


class Tables(NamedTuple):
    """What the events name by a number, and what was so before any of them."""

    functions: tuple[Function, ...]
    formats: tuple[LogFormat, ...]
    sites: tuple[Site, ...]
    symbols: tuple[tuple[str, str], ...] | None
    targets: tuple[tuple[str, Any], ...]
    """The parts of the state by name, each with its first snapshot."""


def encode(trace: Trace) -> bytes:
    """All of a trace but its keyframes, and what follows from the rest: who called whom, and when it
    returned.  `decode` makes a trace of it again."""
    targets = list(trace.targets)
    payloads = _payloads(trace, {name: number for number, name in enumerate(targets)})
    columns = (bytes(trace._kinds), _column(trace._sites), _column(trace._tags))
    return pack([plain(_tables(trace, targets)), *columns, payloads])


def _tables(trace: Trace, targets: list[str]) -> Tables:
    symbols = trace.symbols
    return Tables(
        tuple(replace(each, filename=relative(each.filename)) for each in trace.functions),
        tuple(trace.formats),
        tuple(site._replace(filename=relative(site.filename)) for site in trace.sites),
        None
        if symbols is None
        else tuple(
            (name, symbols[name])
            for name in dict.fromkeys(function.name for function in trace.functions)
            if name in symbols
        ),
        tuple((name, trace.at_start(name)) for name in targets),
    )


def relative(filename: str) -> str:
    """A file of ours from the package on, any other one by its name alone: where it lay on the disk is
    nobody's business."""
    path = PurePath(filename)
    if not path.is_absolute():
        return filename
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _column(numbers: array[int]) -> bytes:
    """Little endian."""
    if MACHINE_IS_BIG:
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _payloads(trace: Trace, numbers: dict[str, int]) -> list[Any]:
    found: list[Any] = []
    for event in range(len(trace)):
        kind, payload = trace.kind(event), trace.payload(event)
        if kind in CHANGES:
            found.append([_change(change, numbers[change.target]) for change in payload])
        elif kind == Kind.LOG:
            found.append([_value_of_line(value) for value in payload])
        elif kind == Kind.PANIC:
            found.append(str(payload))
        else:
            found.append(written(payload))
    return found


def _change(change: Change, target: int) -> Sequence[Any]:
    """A change in four: a splice names its target by a number, an assignment by that number inverted."""
    if isinstance(change, Splice):
        return target, change.index, plain(change.removed), plain(change.inserted)
    return ~target, plain(change.key), plain(change.old), plain(change.new)


def _value_of_line(value: Any) -> Any:
    """What `str.format` needs of a value: of a number or a string all, of anything else how it reads."""
    return written(value) if value is None or isinstance(value, int | float | str) else str(value)

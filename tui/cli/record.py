"""``bootstep record``: a whole boot in a file, to be opened anywhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from ...model.base.errors import InputError
from ...model.base.units import readable_size
from ...model.files.input_files import is_directory, is_file
from ...model.language.words import tr
from ...model.source.trace_file import recorded
from ...model.source.trace_source import TraceSource
from . import sources
from .headless import record
from .kinds.recorded import is_recorded
from .parser import Parser


def run(words: Sequence[str]) -> int:
    """Record the boot that a command line names.  Raises `InputError`."""
    parser = Parser("bootstep record")
    sources.add_machine(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=tr("the file to write"))
    given = sources.parse(parser, words)
    return write(sources.named(given.machine, given).open(), given.output)


def write(source: TraceSource, filename: str) -> int:
    """Record a boot into a file, all of it or nothing.  Raises `InputError`."""
    _check(filename)
    record(source)
    size = save(source, filename)
    print(
        tr(
            "{filename}: {count:,} events of {name}, {size}",
            filename=filename,
            count=len(source.trace),
            name=source.facts.name,
            size=readable_size(size),
        )
    )
    return 0


def _check(filename: str) -> None:
    """Whether a file may be written.  Raises `InputError`."""
    path = Path(filename)
    if is_directory(path):
        raise InputError(
            tr("{filename}: this is a directory, expected the name of a file", filename=filename)
        )
    if is_file(path) and not is_recorded(filename):
        raise InputError(
            tr("{filename}: this file is no recorded boot, it is not written over", filename=filename)
        )


def save(source: TraceSource, filename: str) -> int:
    """Write a boot that has run to its end into a file, all of it or nothing; returns how many bytes it has.
    Raises `InputError`."""
    _check(filename)
    path = Path(filename)
    data = recorded(source, f"bootstep {version('bootstep')}")
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except (OSError, ValueError) as error:
        part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or tr("cannot be written to")
        raise InputError(f"{filename}: {reason.lower()}") from None
    return len(data)

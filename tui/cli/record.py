"""``bootstep record``: a whole boot in a file, to be opened anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from ...model.base.units import readable_size
from ...model.language.words import tr
from ...model.source.recorded_files import check_writable, write_recorded
from ...model.source.trace_source import TraceSource
from . import sources
from .headless import record
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
    check_writable(filename)
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


def save(source: TraceSource, filename: str) -> int:
    """Write a boot that has run to its end into a file, all of it or nothing; returns how many bytes it has.
    Raises `InputError`."""
    return write_recorded(source, filename, f"bootstep {version('bootstep')}")

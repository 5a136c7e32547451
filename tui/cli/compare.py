"""``bootstep compare``: a boot's log against a real one, or what somebody kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...model.arch.arches import arch_named
from ...model.base.errors import InputError
from ...model.logs.comparison import LogComparison, MemoryLines, compare
from ...model.logs.content import kind_at
from ...model.logs.file_kinds import EMPTY, JSON, LOG, PACKED, READ_AS_LOGS
from ...model.logs.kernel_log import KernelLog
from ...model.source.trace_source import TraceSource
from ...model.text.dmesg import all_lines, log_lines
from . import sources
from .headless import record, say
from .kinds.logs import LOG as LOG_KIND
from .kinds.logs import STANDARD_INPUT, boot_of, read, tell_repairs
from .parser import Parser

CONTEXT = 3
"""Lines shown on each side of a difference."""


def run(words: Sequence[str]) -> int:
    """Compare the boot and the log that a command line names.  Raises `InputError`."""
    parser = Parser("bootstep compare")
    sources.add_machine(parser)
    parser.add_argument("dmesg", metavar="DMESG", help="a file with a kernel log, or -")
    given = sources.parse(parser, words, fixed={"dmesg": LOG_KIND})
    return compare_with(sources.named(given.machine, given).open(), given.dmesg, boot_of(given))


def compare_with(source: TraceSource, filename: str, boot: int | None = None) -> int:
    """Print how a boot's log agrees with a real one, of one boot of those in a file; 1 if it does not.
    Raises `InputError`."""
    log = _read(filename, boot)
    theirs = MemoryLines.of(log)
    head, facts = theirs.head, source.facts
    known = arch_named(head.arch)
    if head.arch and (known is None or known.name != facts.arch.name):
        raise InputError(f"{filename}: this is the log of {head}, {facts.name} boots {facts.arch.name}")
    tell_repairs(log)
    record(source)
    if head.numbers and head.numbers != facts.release.series:
        say(f"{filename} is the log of {head}, the boot is of {facts.release}")
    # A log with lines of memblock is compared in all of them, whatever this command line says.
    lines = all_lines if theirs.has_debug else log_lines
    ours = MemoryLines.read(lines(source.trace))
    found = compare(ours.known_to(facts.release), theirs.known_to(facts.release))
    print("\n".join(_told(found, filename)))
    return 0 if found.first is None else 1


def _read(filename: str, boot: int | None) -> KernelLog:
    """A log that says something of memory.  Raises `InputError` if it says nothing."""
    kind = None if filename == STANDARD_INPUT else kind_at(Path(filename))
    if kind is not None and kind.name not in (*READ_AS_LOGS, JSON, PACKED, EMPTY):
        raise InputError(f"{filename}: {kind.told(filename)}")
    log = read(filename, boot)
    theirs = MemoryLines.of(log)
    if not theirs.lines:
        if kind is not None and kind.name not in (LOG, EMPTY):
            raise InputError(f"{filename}: {kind.told(filename)}")
        whose = f"in this log of {theirs.head}" if theirs.head.release else "in it, a kernel log is expected"
        raise InputError(f"{log.source}: there is no line about memory {whose}")
    return log


def _told(found: LogComparison, filename: str) -> Iterator[str]:
    yield f"{found.agree} of {found.total} lines about memory agree"
    if found.debug:
        yield f"{filename} has no lines of memblock (memblock=debug): {found.debug} of ours are left out"
    if earlier := found.skipped - found.debug:
        reason = ": its buffer overflowed, or memblock=debug was parsed later" if found.has_debug else ""
        yield f"{filename} begins late, without {earlier} earlier line{'s' * (earlier > 1)}{reason}"
    left_out = found.left_out
    if left_out.cut:
        yield f"{filename} has gaps: {len(left_out.cut)} lines of ours there are left out"
    if left_out.picked:
        others = f"{len(left_out.other)} between them, of other kinds"
        alike = f", and {len(left_out.alike)} of its own kinds" if left_out.alike else ""
        yield f"{filename} has picked lines: {others}{alike}, are left out"
    if found.missing:
        yield f"{filename} is cut off: {found.missing} more lines would follow its line {len(found.theirs)}"
    if found.first is not None:
        at = found.first
        yield f"the first difference is in line {at + 1}:"
        yield from (f"  both  {line}" for line in found.ours[max(0, at - CONTEXT) : at])
        yield from (f"  real  {line}" for line in found.theirs[at : at + CONTEXT] or ["(ends)"])
        yield from (f"  ours  {line}" for line in found.ours[at : at + CONTEXT] or ["(ends)"])

"""``bootstep compare``: a boot's log against a real one, or what somebody kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...model.arch.arches import arch_named
from ...model.base.errors import InputError
from ...model.language.words import tr, translatable, trn
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

ABOUT = translatable(
    "Our log against a real one in any form: of dmesg with any of its options, a serial console, journalctl,"
    " logread; quoted, numbered, picked by grep. Boot the real kernel with memblock=debug to have memblock's"
    " lines compared, too. A log that begins late or is cut off is compared in what it has. (log_buf_len="
    " saves no line that was lost before the kernel has made the larger buffer; a larger CONFIG_LOG_BUF_SHIFT"
    " does.)"
)


def run(words: Sequence[str]) -> int:
    """Compare the boot and the log that a command line names.  Raises `InputError`."""
    parser = Parser("bootstep compare", description=tr(ABOUT))
    sources.add_machine(parser)
    parser.add_argument("dmesg", metavar="DMESG", help=tr("a file with a kernel log, or -"))
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
        raise InputError(
            tr(
                "{filename}: this is the log of {head}, {machine} boots {arch}",
                filename=filename,
                head=head,
                machine=facts.name,
                arch=facts.arch.name,
            )
        )
    tell_repairs(log)
    record(source)
    if head.numbers and head.numbers != facts.release.series:
        say(
            tr(
                "{filename} is the log of {head}, the boot is of {release}",
                filename=filename,
                head=head,
                release=facts.release,
            )
        )
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
        whose = (
            tr("in this log of {head}", head=theirs.head)
            if theirs.head.release
            else tr("in it, a kernel log is expected")
        )
        raise InputError(
            tr("{source}: there is no line about memory {whose}", source=log.source, whose=whose)
        )
    return log


def _told(found: LogComparison, filename: str) -> Iterator[str]:
    yield tr("{agree} of {total} lines about memory agree", agree=found.agree, total=found.total)
    if found.debug:
        yield tr(
            "{filename} has no lines of memblock (memblock=debug): {debug} of ours are left out",
            filename=filename,
            debug=found.debug,
        )
    if earlier := found.skipped - found.debug:
        reason = tr(": its buffer overflowed, or memblock=debug was parsed later") if found.has_debug else ""
        yield trn(
            "{filename} begins late, without {count} earlier line{reason}",
            "{filename} begins late, without {count} earlier lines{reason}",
            earlier,
            filename=filename,
            reason=reason,
        )
    left_out = found.left_out
    if left_out.cut:
        yield tr(
            "{filename} has gaps: {count} lines of ours there are left out",
            filename=filename,
            count=len(left_out.cut),
        )
    if left_out.picked:
        others = tr("{count} between them, of other kinds", count=len(left_out.other))
        alike = tr(", and {count} of its own kinds", count=len(left_out.alike)) if left_out.alike else ""
        yield tr(
            "{filename} has picked lines: {others}{alike}, are left out",
            filename=filename,
            others=others,
            alike=alike,
        )
    if found.missing:
        yield tr(
            "{filename} is cut off: {missing} more lines would follow its line {count}",
            filename=filename,
            missing=found.missing,
            count=len(found.theirs),
        )
    if found.first is not None:
        at = found.first
        yield tr("the first difference is in line {at}:", at=at + 1)
        yield from (tr("  both  {line}", line=line) for line in found.ours[max(0, at - CONTEXT) : at])
        yield from (
            tr("  real  {line}", line=line) for line in found.theirs[at : at + CONTEXT] or [tr("(ends)")]
        )
        yield from (
            tr("  ours  {line}", line=line) for line in found.ours[at : at + CONTEXT] or [tr("(ends)")]
        )

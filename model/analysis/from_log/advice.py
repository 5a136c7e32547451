"""Answers that a log gives to what people ask most, and what to add to the command line to learn more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...base.units import readable_size, sized_range
from ...language.words import tr, translatable
from ...logs.log_line import LogLine
from ...logs.records.firmware import MapEntry
from ...logs.records.memblock import MemblockCall, MemblockDump
from ...logs.records.record import Record
from ...logs.records.reserved import CmaArea, CrashKernel, ReservedNode
from ...logs.records.summary import Banner, CommandLine
from .kernel import LoggedKernel
from .memory_line import MemoryLine
from .rows import Advice, LogAnswer

EFI = re.compile(r"(?:efi: )?EFI v\d|efi: \w+=0x|EFI stub")
CMA = translatable("why is my CMA 0?")
CRASH = translatable("where is my crash kernel?")
LIMIT = translatable("what did mem= take?")
NODES = translatable("which reserved nodes were not reserved?")


def option(records: Sequence[Record], *names: str) -> tuple[str, LogLine] | None:
    """The last word of the command line that sets one of these parameters, and its line."""
    for record in reversed(records):
        if isinstance(record, CommandLine):
            words = [word for word in record.text.split() if word.partition("=")[0] in names and "=" in word]
            if words:
                return words[-1], record.line
    return None


def answers(
    records: Sequence[Record], line: MemoryLine | None, lines: Sequence[LogLine]
) -> Iterator[LogAnswer]:
    """The questions that this log raises."""
    areas = [record for record in records if isinstance(record, CmaArea)]
    if line is not None and not line.cma and not any(area.base is not None for area in areas):
        yield _no_cma(records, areas, line)
    given = option(records, "crashkernel")
    crash = [record for record in records if isinstance(record, CrashKernel)]
    if given is not None or crash:
        yield from _crash(given, crash)
    limit = option(records, "mem")
    if limit is not None:
        words = tr(
            "{limit} is on the command line: RAM above it is taken out before anybody can have it",
            limit=limit[0],
        )
        yield LogAnswer(LIMIT, words, limit[1])
    failed = [record for record in records if isinstance(record, ReservedNode) and record.failed]
    for node in failed:
        yield LogAnswer(NODES, f"{node.name}, {readable_size(node.size)}: {node.failed}", node.line)


def _no_cma(records: Sequence[Record], areas: Sequence[CmaArea], line: MemoryLine) -> LogAnswer:
    failed = next((area for area in areas if area.failed), None)
    if failed is not None:
        return LogAnswer(
            CMA,
            tr("{size} were asked for: {failed}", size=readable_size(failed.size), failed=failed.failed),
            failed.line,
        )
    given = option(records, "cma")
    if given is not None and re.fullmatch(r"cma=0\w?(?:@.*)?", given[0]):
        return LogAnswer(CMA, tr("{given} is on the command line", given=given[0]), given[1])
    if given is not None:
        words = tr(
            "{given} is on the command line and no line tells of an area or of a failure: the kernel may be "
            "built without CONFIG_DMA_CMA",
            given=given[0],
        )
        return LogAnswer(CMA, words, given[1])
    if "cma-reserved" not in line.summary.parts:
        words = tr("no line tells of an area, and this kernel is older than the figure or built without CMA")
        return LogAnswer(CMA, words, line.summary.line)
    words = tr(
        "nothing asked for it: no cma= on the command line, no reserved node tells of one, and the kernel's "
        "default (CONFIG_CMA_SIZE_MBYTES) makes none"
    )
    return LogAnswer(CMA, words, line.summary.line)


def _crash(given: tuple[str, LogLine] | None, crash: Sequence[CrashKernel]) -> Iterator[LogAnswer]:
    for area in crash:
        if area.failed:
            yield LogAnswer(CRASH, area.failed, area.line)
        elif area.base is not None:
            yield LogAnswer(CRASH, sized_range(area.base, area.size), area.line)
    if not crash and given is not None:
        words = tr(
            "{given} is on the command line, and no line tells that anything was reserved for it",
            given=given[0],
        )
        yield LogAnswer(CRASH, words, given[1])


def advice(
    records: Sequence[Record], kernel: LoggedKernel, line: MemoryLine | None, lines: Sequence[LogLine]
) -> Iterator[Advice]:
    """What this log lacks, and what would have told it."""
    if not any(isinstance(record, MemblockCall | MemblockDump) for record in records):
        yield Advice("memblock=debug", tr('who reserves what, and where: every line of "reserved, not told"'))
    maps = {record.map for record in records if isinstance(record, MapEntry)}
    if "efi" not in maps and any(EFI.match(each.text) for each in lines):
        tells = tr("UEFI's own map of all RAM")
        if "e820" in maps:
            tells = tr("UEFI's own map of all RAM, also what boot services hold until they are given back")
        yield Advice("efi=debug", tells)
    if not any(isinstance(record, Banner) for record in records):
        yield Advice("log_buf_len=16M", tr("the beginning of the log: it was overwritten, or cut off"))
    if line is None:
        yield Advice(
            "ignore_loglevel", tr("the Memory: line and others that a quiet console leaves out (or dmesg)")
        )

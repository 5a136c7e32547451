"""What is in "reserved" of the ``Memory:`` line: who has pages that the page allocator never got."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...language.words import tr, translatable, trn
from ...logs.log_line import LogLine
from ...logs.records.record import Record
from ...logs.records.reserved import HashTable, PerCpu
from ...logs.records.summary import FreedMemory, LayoutRange, MemorySummary
from .kernel import LoggedKernel
from .page_structs import page_struct_rows
from .rows import Known, Row

IMAGE: Mapping[str, str] = {
    "kernel code": translatable("kernel code"),
    "code": translatable("kernel code"),
    "rwdata": translatable("kernel data"),
    "data": translatable("kernel data"),
    "rodata": translatable("kernel read-only data"),
    "init": translatable("kernel init (freed later)"),
    "bss": translatable("kernel bss"),
}
"""The kernel's parts, by the words of the line."""
SECTIONS: Mapping[str, str] = {
    ".text": translatable("kernel code"),
    ".rodata": translatable("kernel read-only data"),
    ".data": translatable("kernel data"),
    ".init": translatable("kernel init (freed later)"),
    ".bss": translatable("kernel bss"),
}
"""The same, by the names of ``Virtual kernel memory layout:``."""
SLAB = ("SLUB: ", "SLAB: ")
LARGEST_IMAGE = 1 << 30
CPUS = re.compile(
    r"nr_cpu_ids[:=](\d+)|Allowing (\d+) (?:present )?CPUs|CPUs=(\d+), Nodes|SMP: Total of (\d+) processors"
)
"""Lines that tell for how many CPUs there are areas, the surest first."""


def image_rows(records: Sequence[Record], summary: MemorySummary | None, image: int = 0) -> list[Row]:
    """The kernel's parts, and the room between them where their bounds (or the bytes of the whole `image`)
    are known."""
    sections = [
        record
        for record in records
        if isinstance(record, LayoutRange) and record.name.strip(" :") in SECTIONS
    ]
    rows: list[Row] = []
    if summary is not None:
        for word, name in IMAGE.items():
            if summary.parts.get(word):
                rows.append(Row(name, summary.parts[word], Known.TOLD, summary.line))
    if not rows:
        for section in sections:
            name = SECTIONS[section.name.strip(" :")]
            rows.append(
                Row(name, section.end - section.start, Known.TOLD, section.line, section.name.strip(" :"))
            )
    told = sum(row.size for row in rows)
    if sections and not image:
        image = max(each.end for each in sections) - min(each.start for each in sections)
    if rows and told < image <= LARGEST_IMAGE:
        line = sections[0].line if sections else None
        rows.append(Row(translatable("room between the kernel's parts"), image - told, Known.COMPUTED, line))
    return rows


def image_size(records: Sequence[Record], summary: MemorySummary | None) -> int:
    """The bytes that the kernel's parts have together, 0 where no line tells."""
    return sum(row.size for row in image_rows(records, summary))


def allocated_rows(
    records: Sequence[Record], kernel: LoggedKernel, lines: Sequence[LogLine]
) -> Iterator[Row]:
    """What is allocated and told without an address: hash tables, per-CPU areas, page structs, and a RAM disk
    that is only heard of when it is freed."""
    yield from page_struct_rows(records, kernel)
    summary = [record.line.number for record in records if isinstance(record, MemorySummary)]
    # The line is printed later since 6.11; tables made after the slab allocator come out of free pages.
    slab = [line.number for line in lines if line.text.lstrip().startswith(SLAB)]
    end = min((*summary, *slab), default=0)
    tables = [each for each in records if isinstance(each, HashTable) and each.line.number < end]
    for table in tables:
        size = -(-table.size // kernel.page_size) * kernel.page_size
        yield Row(
            f"{table.name} hash table",
            size,
            Known.TOLD,
            table.line,
            tr("{count} entries", count=table.entries),
        )
    yield from _per_cpu(records, kernel, [line.text for line in lines])


def _per_cpu(records: Sequence[Record], kernel: LoggedKernel, texts: Iterable[str]) -> Iterator[Row]:
    areas = [record for record in records if isinstance(record, PerCpu)]
    if not areas:
        return
    area = next((each for each in areas if each.pages is not None), areas[0])
    size = area.static + area.reserved + area.dynamic
    one = (area.pages or -(-size // kernel.page_size)) * kernel.page_size
    count = cpus(texts)
    known = Known.COMPUTED if count else Known.ASSUMED
    words = trn(
        "{size} KiB for each of {count} CPU",
        "{size} KiB for each of {count} CPUs",
        count or 1,
        size=one >> 10,
    )
    yield Row(translatable("per-CPU areas"), one * (count or 1), known, area.line, words)


def cpus(texts: Iterable[str]) -> int:
    """The number of CPUs that per-CPU areas are made for; 0 if no line tells."""
    found: dict[int, int] = {}
    for text in texts:
        if (told := CPUS.search(text)) and told.lastindex:
            found.setdefault(told.lastindex, int(told[told.lastindex]))
    return found[min(found)] if found else 0


def freed_before(records: Sequence[Record], end: LogLine) -> Iterator[Row]:
    """What was reserved and is free again when the kernel counts its memory, which since 6.11 is late, in the
    line `end`."""
    for each in records:
        if isinstance(each, FreedMemory) and each.line.number < end.number and each.size:
            yield Row(f"free again: {each.what}", -each.size, Known.TOLD, each.line)


def freed_initrd(records: Sequence[Record], told: Iterable[Row]) -> Iterator[Row]:
    """The RAM disk, by the line that frees it, unless another tells of it."""
    if any("ram disk" in row.name.lower() or "initrd" in row.name.lower() for row in told):
        return
    freed = next(
        (each for each in records if isinstance(each, FreedMemory) and "initrd" in each.what.lower()), None
    )
    if freed is not None and freed.size:
        yield Row("initrd", freed.size, Known.TOLD, freed.line, tr("told when it is freed"))

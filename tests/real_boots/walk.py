"""Page tables read out of a machine's RAM, as the model's runs are."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from boards import BASE
from bootstep.model.memory.pagetable.tables import PAGE_LEVEL, Geometry, Run

OUTPUT = (1 << 48) - 1
READ_ONLY = 1 << 7 | 1 << 51
"""The bits that say whether a page may be written."""


def walk(ram: Path, root: int, geometry: Geometry) -> list[Run]:
    """The runs that the tree with this root maps.  No 52-bit output addresses."""
    with ram.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as memory:
        first = (1 << 64) - (1 << geometry.va_bits)
        return joined(_leaves(memory, root, geometry, geometry.start_level, first))


def _leaves(memory: mmap.mmap, table: int, geometry: Geometry, level: int, va: int) -> Iterator[Run]:
    size = geometry.size(level)
    pages = OUTPUT & -(1 << geometry.page_shift)
    entries = geometry.table_size(level) // size
    for entry in struct.unpack_from(f"<{entries}Q", memory, table - BASE):
        if entry & 1 and level < PAGE_LEVEL and entry & 2:
            yield from _leaves(memory, entry & pages, geometry, level + 1, va)
        elif entry & 1:
            yield Run(
                va, va + size, entry & pages & -size, level, size, bool(entry >> 52 & 1), entry & ~pages
            )
        va += size


def joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbours that continue each other made one."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last is not None and run == last._replace(
            va_start=last.va_end, va_end=run.va_end, pa_start=last.pa_start + last.va_end - last.va_start
        ):
            found[-1] = last._replace(va_end=run.va_end)
        else:
            found.append(run)
    return found


def told(run: Run) -> str:
    """A run in one line."""
    end, size = run.va_end - 1, run.page_size
    return f"[{run.va_start:#x}-{end:#x}] → {run.pa_start:#x}, {size:#x} a piece, {run.attrs:#x}"


def within(runs: Iterable[Run], start: int, end: int, ignored: int = 0) -> list[Run]:
    """What the runs map of [start, end), without the bits `ignored` of their descriptors."""
    return joined(
        run._replace(
            va_start=max(run.va_start, start),
            va_end=min(run.va_end, end),
            pa_start=run.pa_start + max(run.va_start, start) - run.va_start,
            attrs=run.attrs & ~ignored,
        )
        for run in runs
        if run.va_start < end and run.va_end > start
    )

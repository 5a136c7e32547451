"""The kernel image section by section, with the holes that alignment leaves: what ``readelf -S`` says of a
vmlinux, as a table of address ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .image import ElfSection

HOLE = "hole"
KERNEL_HALF = 1 << 63
HEADINGS = ("name", "flags", "start addr", "end addr", "size")


class ImageRow(NamedTuple):
    """A section, or a hole between two of them: its first address and size in bytes."""

    name: str
    flags: str
    start: int
    size: int

    @property
    def last(self) -> int:
        """The address of its last byte."""
        return self.start + self.size - 1


def image_rows(sections: Iterable[ElfSection], end: int = 0) -> Iterator[ImageRow]:
    """Every section that has a size, by address, and the holes between them.

    `end` is where the image ends (``_end``); what lies between the last section and there belongs to no
    section: the page tables of early boot.  Sections of x86's per-CPU variables have offsets for addresses
    and begin at 0, far from all others.
    """
    reached = 0
    for section in sorted(sections, key=lambda section: section.address):
        if not section.size:
            continue
        if KERNEL_HALF <= reached < section.address or 0 < reached < section.address < KERNEL_HALF:
            yield ImageRow(HOLE, "", reached, section.address - reached)
        yield ImageRow(section.name, section.flags, section.address, section.size)
        reached = max(reached, section.address + section.size)
    if 0 < reached < end:
        yield ImageRow(HOLE, "", reached, end - reached)


def image_table(rows: Iterable[ImageRow]) -> list[str]:
    """The rows as aligned lines under a heading."""
    cells = [
        HEADINGS,
        *(
            (row.name, row.flags, _spelled(row.start), _spelled(row.last), f"0x{row.size:X}({row.size})")
            for row in rows
        ),
    ]
    return list(_aligned(cells))


def _spelled(address: int) -> str:
    """FFFF_8000_8001_0000."""
    digits = f"{address:016X}"
    return "_".join(digits[at : at + 4] for at in range(0, 16, 4))


def _aligned(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

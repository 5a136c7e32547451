"""Page tables read out of a PC's RAM, as the model's runs are."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bootstep.model.memory.pagetable.tables import PAGE_LEVEL, Geometry, Run
from ram import Ram

ADDRESS = (1 << 52) - 4096
PRESENT, LARGE = 1, 1 << 7


def leaves(ram: Ram, table: int, geometry: Geometry) -> Iterator[Run]:
    """Every page that the tree with this root maps."""
    return _leaves(ram, table, geometry, geometry.start_level, 0)


def _leaves(ram: Ram, table: int, geometry: Geometry, level: int, va: int) -> Iterator[Run]:
    size = geometry.size(level)
    for entry in struct.unpack("<512Q", ram.bytes(table, 4096)):
        if entry & PRESENT and level < PAGE_LEVEL and not entry & LARGE:
            yield from _leaves(ram, entry & ADDRESS, geometry, level + 1, va)
        elif entry & PRESENT:
            pages = ADDRESS & -size
            start = _canonical(va, geometry.va_bits)
            yield Run(start, start + size, entry & pages, level, size, False, entry & ~pages)
        va += size


def _canonical(va: int, bits: int) -> int:
    """An address with the bits above `bits` as its highest one is."""
    return va - (1 << bits) + (1 << 64) if va >> (bits - 1) else va

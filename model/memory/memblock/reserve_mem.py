"""Memory reserved under a name by the command line.

Mirrors mm/memblock.c: ``reserve_mem`` and ``reserve_mem_find_by_name``, since 6.11; and ``memparse`` of
lib/cmdline.c.
"""

from __future__ import annotations

import re

from ...trace.recorder import traced
from .alloc import memblock_phys_alloc
from .ranges import ENOMEM
from .regions import U64
from .structure import Memblock, ReservedMem

KERNEL_FILE = "mm/memblock.c"

RESERVE_MEM_MAX_ENTRIES = 8
RESERVE_MEM_NAME_SIZE = 16
EBUSY = 16
EINVAL = 22

NUMBER = r"0[xX](?P<hex>[0-9a-fA-F]+)|(?P<octal>0[0-7]*)|(?P<decimal>[0-9]+)|"
SUFFIXES = "KMGTPE"


def memparse(text: str) -> tuple[int, str]:
    """A number as ``memparse`` reads it (``0x40``, ``64M``), mod 2**64, and the rest of the text."""
    found = re.match(NUMBER, text)
    assert found is not None, "the pattern matches the empty string"
    digits = {16: found["hex"], 8: found["octal"], 10: found["decimal"]}
    value = next((int(digit, base) for base, digit in digits.items() if digit), 0)
    rest = text[found.end() :]
    suffix = SUFFIXES.find(rest[:1].upper()) if rest else -1
    if suffix >= 0:
        value, rest = value << 10 * (suffix + 1), rest[1:]
    return value & U64, rest


def reserve_mem_find_by_name(mb: Memblock, name: str) -> ReservedMem | None:
    """What was reserved under a name.  mm/memblock.c."""
    return next((entry for entry in mb.reserved_mem_table if entry.size and entry.name == name), None)


@traced
def reserve_mem(mb: Memblock, p: str | None) -> int:
    """The parameter ``reserve_mem=size:align:name``.  Returns 1, or a negative error.  mm/memblock.c.  Raises
    `MemblockPanic`."""
    if p is None:
        return -EINVAL
    if len(mb.reserved_mem_table) >= RESERVE_MEM_MAX_ENTRIES:
        return -EBUSY
    size, rest = memparse(p)
    if not size or not rest.startswith(":"):
        return -EINVAL
    align, rest = memparse(rest[1:])
    if not rest.startswith(":"):
        return -EINVAL
    align = max(align, mb.config.smp_cache_bytes)
    name = rest[1:]
    if not name.strip(" \t\n\v\f\r\xa0") or len(name) >= RESERVE_MEM_NAME_SIZE:
        return -EINVAL
    if reserve_mem_find_by_name(mb, name):
        return -EBUSY
    start = memblock_phys_alloc(mb, size, align)
    if not start:
        return -ENOMEM
    mb.change("reserved_mem_table", (*mb.reserved_mem_table, ReservedMem(name, start, size)))
    return 1

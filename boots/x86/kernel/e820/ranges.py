"""Ranges of the e820 map are given another type, or taken away.  Mirrors arch/x86/kernel/e820.c."""

from __future__ import annotations

from .....model.memory.e820 import E820Entry, type_name
from .....model.trace.recorder import traced
from ....core.kernel import U64
from ...variables import Kernel
from .table import (
    TABLE,
    TABLE_KEXEC,
    __e820__range_add,
    e820__range_add,
    end_of,
    entries_of,
    put_entry,
)

KERNEL_FILE = "arch/x86/kernel/e820.c"

NOTHING = E820Entry(0, 0, 0)


def cut(entry: E820Entry, start: int, end: int) -> E820Entry:
    """What is left of an entry without [start, end), which reaches over one of its ends or starts with it."""
    size = entry.size - (end - start)
    return E820Entry(entry.addr if entry.addr < start else end, size, entry.type)


@traced
def __e820__range_update(k: Kernel, table: str, start: int, size: int, old_type: int, new_type: int) -> int:
    """Give what is of the old type in a range the new one; entries are split, new ones come last.  Returns
    how many bytes were changed."""
    if old_type == new_type:
        k.bug("old_type == new_type")
    size = min(size, U64 - start)
    end = start + size
    k.pr_debug(
        "e820: update [mem {:#010x}-{:#010x}] {} ==> {}",
        start,
        (end - 1) & U64,
        type_name(old_type),
        type_name(new_type),
    )
    changed, index = 0, 0
    # Entries that are appended are looked at as well.
    while index < len(entries_of(k, table)):
        entry: E820Entry = entries_of(k, table)[index]
        first, last = max(start, entry.addr), min(end, end_of(entry))
        if entry.type != old_type:
            pass
        elif start <= entry.addr and end_of(entry) <= end:
            put_entry(k, table, index, entry._replace(type=new_type))
            changed += entry.size
        elif entry.addr < start and end < end_of(entry):
            __e820__range_add(k, table, start, size, new_type)
            __e820__range_add(k, table, end, end_of(entry) - end, old_type)
            put_entry(k, table, index, entry._replace(size=start - entry.addr))
            changed += size
        elif first < last:
            __e820__range_add(k, table, first, last - first, new_type)
            put_entry(k, table, index, cut(entry, first, last))
            changed += last - first
        index += 1
    return changed


@traced
def e820__range_update(k: Kernel, start: int, size: int, old_type: int, new_type: int) -> int:
    """Change the type of a range (bytes) of the map, as far as it has the old one.  Returns how many bytes
    were changed."""
    return __e820__range_update(k, TABLE, start, size, old_type, new_type)


@traced
def e820__range_update_kexec(k: Kernel, start: int, size: int, old_type: int, new_type: int) -> int:
    """The same in the map for the next kernel (until 6.9)."""
    return __e820__range_update(k, TABLE_KEXEC, start, size, old_type, new_type)


@traced
def e820__range_update_table(
    k: Kernel, table: str, start: int, size: int, old_type: int, new_type: int
) -> int:
    """The same in any table (since 6.10)."""
    return __e820__range_update(k, table, start, size, old_type, new_type)


@traced
def e820__range_remove(k: Kernel, start: int, size: int, old_type: int, check_type: bool) -> int:
    """Take a range (bytes) out of the map; with `check_type` only what is of the old type.  Returns how many
    bytes were taken out."""
    size = min(size, U64 - start)
    end = start + size
    type = type_name(old_type) if check_type else ""
    k.pr_debug("e820: remove [mem {:#010x}-{:#010x}] {}", start, (end - 1) & U64, type)
    removed, index = 0, 0
    while index < len(entries_of(k)):
        entry: E820Entry = entries_of(k)[index]
        first, last = max(start, entry.addr), min(end, end_of(entry))
        if check_type and entry.type != old_type:
            pass
        elif start <= entry.addr and end_of(entry) <= end:
            put_entry(k, TABLE, index, NOTHING)
            removed += entry.size
        elif entry.addr < start and end < end_of(entry):
            e820__range_add(k, end, end_of(entry) - end, entry.type)
            put_entry(k, TABLE, index, entry._replace(size=start - entry.addr))
            removed += size
        elif first < last:
            put_entry(k, TABLE, index, cut(entry, first, last))
            removed += last - first
        index += 1
    return removed

"""The tables of the e820 map: entries are added, looked at, printed, sorted.  Mirrors arch/x86/kernel/e820.c.

A table is named as the kernel's variable is: `TABLE`, with which the kernel works, `TABLE_KEXEC`, which the
next kernel is given, `TABLE_FIRMWARE`, which stays as firmware told it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .....model.memory.e820 import (
    E820_TYPE_PRAM,
    E820_TYPE_SOFT_RESERVED,
    E820Entry,
    type_name,
)
from .....model.memory.recorded import RecordedList
from .....model.trace.recorder import traced
from ....core.kernel import U64
from ....core.params import EINVAL
from ...variables import Kernel

KERNEL_FILE = "arch/x86/kernel/e820.c"

TABLE = "e820_table"
TABLE_KEXEC = "e820_table_kexec"
TABLE_FIRMWARE = "e820_table_firmware"
E820_MAX_ENTRIES_ZEROPAGE = 128


def entries_of(k: Kernel, table: str = TABLE) -> RecordedList:
    """The entries of a table, each an `E820Entry`."""
    found: RecordedList = getattr(k.state.e820, table)
    return found


def end_of(entry: E820Entry) -> int:
    """The first byte after an entry, as a u64: one at the very end of all addresses wraps around to 0."""
    return (entry.addr + entry.size) & U64


def max_entries(k: Kernel) -> int:
    """``E820_MAX_ENTRIES``: as many as a zero page has, and three for each node that there may be."""
    return E820_MAX_ENTRIES_ZEROPAGE + 3 * k.layout.max_numnodes


def put_entry(k: Kernel, table: str, index: int, entry: E820Entry) -> None:
    """Let one entry of a table be another."""
    entries_of(k, table).replace(index, 1, (entry,), depth=2)


def put_all(k: Kernel, table: str, entries: Sequence[E820Entry]) -> None:
    """Let a table have these entries and no others."""
    there = entries_of(k, table)
    there.replace(0, len(there), entries, depth=2)


def overlapping(k: Kernel, table: str, start: int, end: int, type: int) -> Iterator[E820Entry]:
    """The entries of a type (0: of any) that have a byte in [start, end), in their order."""
    for entry in entries_of(k, table):
        if (not type or entry.type == type) and entry.addr < end and end_of(entry) > start:
            yield entry


def e820__mapped_any(k: Kernel, start: int, end: int, type: int) -> bool:
    """Whether any byte of [start, end) has this type (0: is in the map)."""
    return next(overlapping(k, TABLE, start, end, type), None) is not None


def e820__mapped_raw_any(k: Kernel, start: int, end: int, type: int) -> bool:
    """The same of what firmware told."""
    return next(overlapping(k, TABLE_FIRMWARE, start, end, type), None) is not None


def covering(k: Kernel, start: int, end: int, type: int) -> E820Entry | None:
    """The last of the entries that cover [start, end) without a hole, None if there is a hole
    (``__e820__mapped_all``).  Works on a sorted map only."""
    for entry in overlapping(k, TABLE, start, end, type):
        if end_of(entry) <= start:
            continue
        if entry.addr <= start:
            start = end_of(entry)
        if start >= end:
            return entry
    return None


def e820__mapped_all(k: Kernel, start: int, end: int, type: int) -> bool:
    """Whether all of [start, end) has this type (0: is in the map)."""
    return covering(k, start, end, type) is not None


def e820__get_entry_type(k: Kernel, start: int, end: int) -> int:
    """The type of [start, end), -EINVAL if not all of it is in the map."""
    entry = covering(k, start, end, 0)
    return entry.type if entry else -EINVAL


@traced
def __e820__range_add(k: Kernel, table: str, start: int, size: int, type: int) -> None:
    """Append an entry to a table, if it is not full."""
    entries = entries_of(k, table)
    if len(entries) >= max_entries(k):
        k.pr_err("too many entries; ignoring [mem {:#010x}-{:#010x}]", start, (start + size - 1) & U64)
        return
    entries.replace(len(entries), 0, (E820Entry(start, size, type),))


@traced
def e820__range_add(k: Kernel, start: int, size: int, type: int) -> None:
    """Append an entry to the map."""
    __e820__range_add(k, TABLE, start, size, type)


@traced
def e820__print_table(k: Kernel, who: str) -> None:
    """Print the map; `who` is what each line begins with."""
    for entry in entries_of(k):
        last = (entry.addr + entry.size - 1) & U64
        k.pr_info("{}: [mem {:#018x}-{:#018x}] {}", who, entry.addr, last, type_name(entry.type))


def e820_nomerge(type: int) -> bool:
    """Whether neighbours of this type stay apart, since their borders may mean something."""
    return type in (E820_TYPE_PRAM, E820_TYPE_SOFT_RESERVED)


@traced
def e820__update_table(k: Kernel, table: str) -> int:
    """Sort a table; where entries overlap, the highest type counts; what touches and is of one type becomes
    one entry.  Returns 0, or -1 if nothing was done: there is one entry only, or one wraps around the end of
    all addresses."""
    entries: list[E820Entry] = list(entries_of(k, table))
    if len(entries) < 2:
        return -1
    if any(end_of(entry) < entry.addr for entry in entries):
        return -1
    put_all(k, table, swept(entries, max_entries(k)))
    return 0


def swept(entries: Sequence[E820Entry], most: int) -> list[E820Entry]:
    """What is left of entries when one goes over all addresses at which one starts or ends, in their order;
    starts come before ends.  At most `most` of them."""
    points = sorted(
        (address, ends, entry.type)
        for entry in entries
        if entry.size
        for ends, address in enumerate((entry.addr, end_of(entry)))
    )
    found: list[E820Entry] = []
    types: list[int] = []
    last_type = last_addr = 0
    for address, ends, type in points:
        if ends:
            types.remove(type)
        else:
            types.append(type)
        now = max(types, default=0)
        if now == last_type and not e820_nomerge(now):
            continue
        if last_type and address != last_addr:
            found.append(E820Entry(last_addr, address - last_addr, last_type))
            if len(found) >= most:
                break
        if now:
            last_addr = address
        last_type = now
    return found


@traced
def e820__update_table_print(k: Kernel) -> None:
    """Sort the map and print what it has become."""
    if e820__update_table(k, TABLE):
        return
    k.pr_info("modified physical RAM map:")
    e820__print_table(k, "modified")


@traced
def e820__update_table_kexec(k: Kernel) -> None:
    """Sort the map for the next kernel."""
    e820__update_table(k, TABLE_KEXEC)

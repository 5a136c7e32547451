"""The settled e820 map becomes memblock's memory.  Mirrors arch/x86/kernel/e820.c."""

from __future__ import annotations

from .....model.memory.e820 import (
    E820_TYPE_ACPI,
    E820_TYPE_RAM,
    E820_TYPE_RESERVED,
    E820_TYPE_RESERVED_KERN,
    E820_TYPE_SOFT_RESERVED,
    E820Entry,
)
from .....model.memory.memblock import (
    memblock_add,
    memblock_allow_resize,
    memblock_dump_all,
    memblock_phys_alloc,
    memblock_reserve,
    memblock_trim_memory,
)
from .....model.trace.recorder import traced
from ...variables import Kernel
from .ranges import e820__range_update_kexec, e820__range_update_table
from .table import TABLE_KEXEC, e820__update_table_kexec, end_of, entries_of

KERNEL_FILE = "arch/x86/kernel/e820.c"

FOUR_GIB = 1 << 32


def _counts(k: Kernel, type: int) -> bool:
    """Whether memory of a type is RAM when its end is looked for."""
    # Since 6.11 ACPI's tables count: the kernel reads them through the direct map.
    return type == E820_TYPE_RAM or (type == E820_TYPE_ACPI and k.release >= (6, 11))


@traced
def e820_end_pfn(k: Kernel, limit_pfn: int) -> int:
    """The pfn after the last page of RAM, at most the limit (``e820__end_ram_pfn`` since 6.11)."""
    shift = k.layout.page_shift
    max_arch_pfn = 1 << (k.layout.max_physmem_bits - shift)
    last_pfn = 0
    for entry in entries_of(k):
        if not _counts(k, entry.type) or entry.addr >> shift >= limit_pfn:
            continue
        end_pfn = end_of(entry) >> shift
        if end_pfn > limit_pfn:
            last_pfn = limit_pfn
            break
        last_pfn = max(last_pfn, end_pfn)
    last_pfn = min(last_pfn, max_arch_pfn)
    k.pr_info("last_pfn = {:#x} max_arch_pfn = {:#x}", last_pfn, max_arch_pfn)
    return last_pfn


@traced
def e820__end_of_ram_pfn(k: Kernel) -> int:
    """The pfn after the last page of RAM."""
    return e820_end_pfn(k, 1 << (k.layout.max_physmem_bits - k.layout.page_shift))


@traced
def e820__end_of_low_ram_pfn(k: Kernel) -> int:
    """The pfn after the last page of RAM below 4 GiB."""
    return e820_end_pfn(k, FOUR_GIB >> k.layout.page_shift)


@traced
def e820__memblock_setup(k: Kernel) -> None:
    """Tell memblock of all memory that is usable, in whole pages."""
    # A map may have more entries than memblock has room for; all that must not be overwritten is known.
    memblock_allow_resize(k.memblock)
    entry: E820Entry
    for entry in entries_of(k):
        if entry.type == E820_TYPE_SOFT_RESERVED:
            memblock_reserve(k.memblock, entry.addr, entry.size)
        if entry.type in (E820_TYPE_RAM, E820_TYPE_RESERVED_KERN):
            memblock_add(k.memblock, entry.addr, entry.size)
    memblock_trim_memory(k.memblock, k.layout.page_size)
    memblock_dump_all(k.memblock)


@traced
def e820__memblock_alloc_reserved(k: Kernel, size: int, align: int) -> int:
    """Allocate memory (bytes) that the next kernel shall find reserved.  Returns its physical address, 0 if
    there is no room."""
    addr = memblock_phys_alloc(k.memblock, size, align)
    if addr:
        if k.release < (6, 10):
            e820__range_update_kexec(k, addr, size, E820_TYPE_RAM, E820_TYPE_RESERVED)
        else:
            e820__range_update_table(k, TABLE_KEXEC, addr, size, E820_TYPE_RAM, E820_TYPE_RESERVED)
        k.pr_info("update e820_table_kexec for e820__memblock_alloc_reserved()")
        e820__update_table_kexec(k)
    return addr

"""What is made of the e820 map when memory is set up: /proc/iomem, /sys/firmware/memmap, what hibernation
leaves out, where PCI devices may lie.  Mirrors arch/x86/kernel/e820.c."""

from __future__ import annotations

from .....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED_KERN, e820_type_to_string
from .....model.memory.memblock import memblock_alloc
from .....model.trace.recorder import traced
from ....drivers.firmware_memmap import firmware_map_add_early
from ....kernel.nosave import register_nosave_region
from ...variables import Kernel
from .table import TABLE_FIRMWARE, end_of, entries_of

KERNEL_FILE = "arch/x86/kernel/e820.c"

MAX_GAP_END = 1 << 32
LEAST_GAP = 0x400000
PCI_GAP_ABOVE_RAM = 1 << 20


@traced
def e820__reserve_resources(k: Kernel) -> None:
    """Allocate the entries of /proc/iomem, in one go, and of /sys/firmware/memmap, one by one."""
    size = k.sizes.sizeof("struct resource") * len(entries_of(k))
    if not memblock_alloc(k.memblock, size, k.memblock.config.smp_cache_bytes):
        k.panic(f"e820__reserve_resources: Failed to allocate {size} bytes")
    if not k.config.enabled("FIRMWARE_MEMMAP"):
        return
    for entry in entries_of(k, TABLE_FIRMWARE):
        firmware_map_add_early(k, entry.addr, end_of(entry), e820_type_to_string(entry.type))


@traced
def e820__register_nosave_regions(k: Kernel, limit_pfn: int) -> None:
    """Tell hibernation of all that is no RAM below a pfn: it is not saved."""
    if not k.config.enabled("HIBERNATION"):
        return
    shift, size = k.layout.page_shift, k.layout.page_size
    last_addr = 0
    for entry in entries_of(k):
        if entry.type not in (E820_TYPE_RAM, E820_TYPE_RESERVED_KERN):
            continue
        if last_addr < entry.addr:
            register_nosave_region(k, last_addr >> shift, (entry.addr + size - 1) >> shift)
        last_addr = end_of(entry)
    register_nosave_region(k, last_addr >> shift, limit_pfn)


def e820_search_gap(k: Kernel, least: int) -> tuple[int, int]:
    """The lowest of the largest gaps of the map below 4 GiB: where it starts, and its size, (0, 0) if none
    has `least` bytes."""
    gapstart, gapsize = 0, 0
    last = MAX_GAP_END
    for entry in reversed(entries_of(k)):
        if last > end_of(entry) and last - end_of(entry) >= max(gapsize, least):
            gapstart, gapsize = end_of(entry), last - end_of(entry)
        last = min(last, entry.addr)
    return gapstart, gapsize


@traced
def e820__setup_pci_gap(k: Kernel) -> None:
    """Find the largest gap of the map below 4 GiB for PCI devices."""
    gapstart, gapsize = e820_search_gap(k, LEAST_GAP)
    if not gapsize:
        gapstart, gapsize = (k.max_pfn << k.layout.page_shift) + PCI_GAP_ABOVE_RAM, LEAST_GAP
        k.pr_err("Cannot find an available gap in the 32-bit address range")
        k.pr_err("PCI devices with unassigned 32-bit BARs may not work!")
    k.pci_mem_start = gapstart
    k.pr_info("[mem {:#010x}-{:#010x}] available for PCI devices", gapstart, gapstart + gapsize - 1)

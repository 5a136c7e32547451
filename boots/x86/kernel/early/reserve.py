"""What is reserved before memory is known, and what of the e820 map the kernel knows better.  Mirrors
arch/x86/kernel/setup.c."""

from __future__ import annotations

from .....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED
from .....model.memory.memblock import memblock_reserve
from .....model.trace.recorder import traced
from ...variables import Kernel
from ..e820.ranges import e820__range_remove, e820__range_update
from ..e820.table import TABLE, e820__mapped_all, e820__range_add, e820__update_table
from .ebda import reserve_bios_regions
from .ibft import reserve_ibft_region
from .initrd import early_reserve_initrd
from .setup_data import memblock_x86_reserve_range_setup_data

KERNEL_FILE = "arch/x86/kernel/setup.c"

LOW_MEMORY = 64 << 10
"""What BIOSes are known to write to, and the first page, which CPUs can leak."""
BIOS_BEGIN, BIOS_END = 0xA0000, 0x100000


def _reserve_image(k: Kernel) -> None:
    """All of the image but the early heap, of which nobody knows yet how much is used."""
    start, end = k.pa_symbol("_text"), k.pa_symbol("__end_of_kernel_reserve")
    memblock_reserve(k.memblock, start, end - start)


def _reserve_low_memory(k: Kernel) -> None:
    memblock_reserve(k.memblock, 0, LOW_MEMORY)


@traced
def early_reserve_memory(k: Kernel) -> None:
    """Reserve the image, the first 64 KiB, the initrd, setup_data and the BIOS's memory.  The pages that
    SandyBridge's graphics cannot reach are not: what is on the PCI bus, no file tells."""
    _reserve_image(k)
    _reserve_low_memory(k)
    if k.config.enabled("BLK_DEV_INITRD"):
        early_reserve_initrd(k)
    memblock_x86_reserve_range_setup_data(k)
    if k.release < (6, 5) and k.config.enabled("ISCSI_IBFT_FIND"):
        reserve_ibft_region(k)
    reserve_bios_regions(k)


@traced
def trim_bios_range(k: Kernel) -> None:
    """Take from the map what is the BIOS's, whatever firmware says: the first page, and the last 384 KiB of
    the first MiB."""
    e820__range_update(k, 0, k.layout.page_size, E820_TYPE_RAM, E820_TYPE_RESERVED)
    e820__range_remove(k, BIOS_BEGIN, BIOS_END - BIOS_BEGIN, E820_TYPE_RAM, True)
    e820__update_table(k, TABLE)


@traced
def e820_add_kernel_range(k: Kernel) -> None:
    """Make the image usable memory, if the map does not say so."""
    start = k.pa_symbol("_text")
    size = k.pa_symbol("_end") - start
    if e820__mapped_all(k, start, start + size, E820_TYPE_RAM):
        return
    k.pr_warn(".text .data .bss are not marked as E820_TYPE_RAM!")
    e820__range_remove(k, start, size, E820_TYPE_RAM, False)
    e820__range_add(k, start, size, E820_TYPE_RAM)

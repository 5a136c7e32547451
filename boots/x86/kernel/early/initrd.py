"""The initrd that a boot loader has put into memory.  Mirrors arch/x86/kernel/setup.c."""

from __future__ import annotations

from .....model.base.pfn import ALIGN
from .....model.memory.memblock import memblock_phys_alloc_range, memblock_phys_free, memblock_reserve
from .....model.trace.recorder import traced
from ...mm.pfn_mapped import pfn_range_is_mapped
from ...variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup.c"


def get_ramdisk_image(k: Kernel) -> int:
    """Its physical address: what the zero page says, else the command line or UEFI."""
    return k.firmware.boot_params.ramdisk_image or k.phys_initrd_start


def get_ramdisk_size(k: Kernel) -> int:
    """Its bytes, from the same places."""
    return k.firmware.boot_params.ramdisk_size or k.phys_initrd_size


def _whole_pages(k: Kernel) -> tuple[int, int]:
    """Its start and its end, rounded up to a page; (0, 0) if no boot loader has provided one."""
    start, size = get_ramdisk_image(k), get_ramdisk_size(k)
    if not k.firmware.boot_params.number("type_of_loader") or not start or not size:
        return 0, 0
    return start, ALIGN(start + size, k.layout.page_size)


@traced
def early_reserve_initrd(k: Kernel) -> None:
    """Reserve it where it is."""
    start, end = _whole_pages(k)
    if start:
        memblock_reserve(k.memblock, start, end - start)


@traced
def relocate_initrd(k: Kernel) -> None:
    """Move it into memory that is mapped; it is read through early mappings, a piece after the other."""
    image, size = get_ramdisk_image(k), get_ramdisk_size(k)
    page = k.layout.page_size
    moved = memblock_phys_alloc_range(k.memblock, ALIGN(size, page), page, 0, k.max_pfn_mapped * page)
    if not moved:
        k.panic(f"Cannot find place for new RAMDISK of size {size}")
    k.initrd_start = k.phys_to_virt(moved)
    k.initrd_end = k.initrd_start + size
    k.pr_info("Allocated new RAMDISK: [mem {:#010x}-{:#010x}]", moved, moved + size - 1)
    k.pr_info(
        "Move RAMDISK from [mem {:#010x}-{:#010x}] to [mem {:#010x}-{:#010x}]",
        image,
        image + size - 1,
        moved,
        moved + size - 1,
    )


@traced
def reserve_initrd(k: Kernel) -> None:
    """Say where it is; move it if not all of it is in the direct map."""
    start, end = _whole_pages(k)
    if not start:
        return
    k.initrd_start = 0
    k.pr_info("RAMDISK: [mem {:#010x}-{:#010x}]", start, end - 1)
    shift = k.layout.page_shift
    if pfn_range_is_mapped(k, start >> shift, end >> shift):
        k.initrd_start = k.phys_to_virt(start)
        k.initrd_end = k.initrd_start + get_ramdisk_size(k)
        return
    relocate_initrd(k)
    memblock_phys_free(k.memblock, start, end - start)

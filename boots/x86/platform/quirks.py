"""What is kept for firmware that goes on using its memory.  Mirrors arch/x86/platform/efi/quirks.c."""

from __future__ import annotations

from ....model.base.pfn import ALIGN
from ....model.firmware.boot_params import SETUP_EFI
from ....model.firmware.efi_memmap import (
    EFI_BOOT_SERVICES_CODE,
    EFI_BOOT_SERVICES_DATA,
    EFI_MEMORY_RUNTIME,
)
from ....model.firmware.efi_tables import GUIDS
from ....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED
from ....model.memory.memblock import memblock_is_region_reserved, memblock_reserve
from ....model.trace.recorder import traced
from ...drivers.efi.efi import efi_mem_desc_lookup
from ...drivers.efi.flags import EFI_64BIT, EFI_MEMMAP
from ...drivers.efi.memmap import efi_memmap_unmap
from ...mm.early_ioremap import early_memremap, early_memremap_prot, early_memunmap
from ..kernel.e820.ranges import e820__range_update
from ..kernel.e820.table import e820__mapped_all, e820__update_table
from ..variables import Kernel
from .memmap import (
    EFI_PAGE_SIZE,
    EfiMemRange,
    efi_memmap_alloc,
    efi_memmap_insert,
    efi_memmap_install,
    efi_memmap_split_count,
)

KERNEL_FILE = "arch/x86/platform/efi/quirks.c"

ENOMEM = 12
EFI_SETUP_DATA_SIZE = 96
SMBIOS_AT = 24
"""Where ``struct efi_setup_data`` has the address of SMBIOS."""


def efi_runtime_supported(k: Kernel) -> bool:
    """Whether a kernel of 64 bits can call this UEFI."""
    return k.efi.enabled(EFI_64BIT) or k.config.enabled("EFI_MIXED")


@traced
def efi_arch_mem_reserve(k: Kernel, addr: int, size: int) -> None:
    """Keep memory of the boot services for good: in UEFI's map it becomes one of the runtime services, in the
    e820 map reserved."""
    md = efi_mem_desc_lookup(k, addr)
    if md is None or md.type != EFI_BOOT_SERVICES_DATA:
        k.pr_err("efi: Failed to lookup EFI memory descriptor for 0x{:016x}", addr)
        return
    if addr + size > md.phys_addr + md.size:
        k.pr_err("efi: Region spans EFI memory descriptors, 0x{:016x}", addr)
        return
    size = ALIGN(size + addr % EFI_PAGE_SIZE, EFI_PAGE_SIZE)
    addr &= -EFI_PAGE_SIZE
    mr = EfiMemRange(addr, addr + size - 1, md.attribute | EFI_MEMORY_RUNTIME)
    data = efi_memmap_alloc(k, efi_memmap_split_count(k, md, mr) + len(k.efi.memmap))
    if data is None:
        k.pr_err("efi: Could not allocate boot services memmap")
        return
    new = early_memremap_prot(k, data.phys_map, data.size, k.arch.prot(k, "PAGE_KERNEL"))
    if not new:
        k.pr_err("efi: Failed to map new boot services memmap")
        return
    found = efi_memmap_insert(k, mr)
    early_memunmap(k, new, data.size)
    efi_memmap_install(k, data, found)
    e820__range_update(k, addr, size, E820_TYPE_RAM, E820_TYPE_RESERVED)
    e820__update_table(k, "e820_table")


@traced
def can_free_region(k: Kernel, start: int, size: int) -> bool:
    """Whether memory of the boot services may be freed later: it is usable, and not the kernel's."""
    if start + size > k.pa_symbol("_text") and start <= k.pa_symbol("_end"):
        return False
    return e820__mapped_all(k, start, start + size, E820_TYPE_RAM)


@traced
def efi_reserve_boot_services(k: Kernel) -> None:
    """Keep the memory of the boot services, which some firmware uses when they have ended; it is freed later.
    What somebody else has reserved is marked as one of the runtime services, so that it is not."""
    if not k.efi.enabled(EFI_MEMMAP):
        return
    descriptors = list(k.efi.memmap)
    for i, md in enumerate(descriptors):
        if md.type not in (EFI_BOOT_SERVICES_CODE, EFI_BOOT_SERVICES_DATA):
            continue
        start, size = md.phys_addr, md.size
        if not memblock_is_region_reserved(k.memblock, start, size):
            memblock_reserve(k.memblock, start, size)
            if can_free_region(k, start, size):
                continue
        descriptors[i] = md._replace(attribute=md.attribute | EFI_MEMORY_RUNTIME)
    k.efi.memmap = tuple(descriptors)


@traced
def efi_reuse_config(k: Kernel) -> int:
    """If another kernel started this one by kexec, UEFI's tables have virtual addresses by now: take the
    physical one of SMBIOS from what that kernel left.  Returns 0 or an error."""
    tables = k.firmware.efi.config_tables
    if not tables or not k.efi.setup or not k.efi.enabled(EFI_64BIT):
        return 0
    data = early_memremap(k, k.efi.setup, EFI_SETUP_DATA_SIZE)
    if not data:
        return -ENOMEM
    left = next((node.data for node in k.firmware.x86.setup_data if node.type == SETUP_EFI), b"")
    smbios = int.from_bytes(left[SMBIOS_AT : SMBIOS_AT + 8], "little")
    if smbios:
        k.efi.config_tables = tuple(
            entry._replace(table=smbios) if entry.guid == GUIDS["SMBIOS"] else entry for entry in tables
        )
    early_memunmap(k, data, EFI_SETUP_DATA_SIZE)
    return 0


@traced
def efi_apply_memmap_quirks(k: Kernel) -> None:
    """Forget UEFI's map where runtime services cannot be used."""
    if not efi_runtime_supported(k):
        k.pr_info("efi: Setup done, disabling due to 32/64-bit mismatch")
        efi_memmap_unmap(k)

"""What UEFI's map says beyond e820's.  Mirrors the part of arch/x86/platform/efi/efi.c that changes the e820
map."""

from __future__ import annotations

from ....model.firmware.efi_memmap import (
    EFI_ACPI_MEMORY_NVS,
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_BOOT_SERVICES_CODE,
    EFI_BOOT_SERVICES_DATA,
    EFI_CONVENTIONAL_MEMORY,
    EFI_LOADER_CODE,
    EFI_LOADER_DATA,
    EFI_MEMORY_MAPPED_IO,
    EFI_MEMORY_SP,
    EFI_MEMORY_WB,
    EFI_PERSISTENT_MEMORY,
    EFI_UNUSABLE_MEMORY,
    EfiMemoryDesc,
)
from ....model.memory.e820 import (
    E820_TYPE_ACPI,
    E820_TYPE_NVS,
    E820_TYPE_PMEM,
    E820_TYPE_RAM,
    E820_TYPE_RESERVED,
    E820_TYPE_SOFT_RESERVED,
    E820_TYPE_UNUSABLE,
)
from ....model.trace.recorder import traced
from ...core.params import early_param
from ...drivers.efi.efi import efi_soft_reserve_enabled
from ...drivers.efi.flags import EFI_MEMMAP
from ..kernel.e820.ranges import e820__range_remove
from ..kernel.e820.table import e820__range_add, e820__update_table
from ..variables import Kernel

KERNEL_FILE = "arch/x86/platform/efi/efi.c"

U64 = (1 << 64) - 1
LARGE_MMIO = 256 << 10
USABLE_TYPES = frozenset(
    (
        EFI_LOADER_CODE,
        EFI_LOADER_DATA,
        EFI_BOOT_SERVICES_CODE,
        EFI_BOOT_SERVICES_DATA,
        EFI_CONVENTIONAL_MEMORY,
    )
)
E820_TYPES = {
    EFI_ACPI_RECLAIM_MEMORY: E820_TYPE_ACPI,
    EFI_ACPI_MEMORY_NVS: E820_TYPE_NVS,
    EFI_UNUSABLE_MEMORY: E820_TYPE_UNUSABLE,
    EFI_PERSISTENT_MEMORY: E820_TYPE_PMEM,
}
"""What the rest is, but for what is reserved."""


@early_param("add_efi_memmap")
@traced
def setup_add_efi_memmap(k: Kernel, arg: str | None) -> int:
    """``add_efi_memmap``: add UEFI's map to that of e820, which may have too few entries for it."""
    k.efi.add_memmap = True
    return 0


def _e820_type(k: Kernel, md: EfiMemoryDesc) -> int:
    if md.type not in USABLE_TYPES:
        return E820_TYPES.get(md.type, E820_TYPE_RESERVED)
    if efi_soft_reserve_enabled(k) and md.attribute & EFI_MEMORY_SP:
        return E820_TYPE_SOFT_RESERVED
    return E820_TYPE_RAM if md.attribute & EFI_MEMORY_WB else E820_TYPE_RESERVED


@traced
def do_add_efi_memmap(k: Kernel) -> None:
    """Add every descriptor to the e820 map."""
    if not k.efi.enabled(EFI_MEMMAP):
        return
    for md in k.efi.memmap:
        e820__range_add(k, md.phys_addr, md.size, _e820_type(k, md))
    e820__update_table(k, "e820_table")


@traced
def do_efi_soft_reserve(k: Kernel) -> bool:
    """Whether there is memory for special purposes, which e820's map has no word for."""
    return (
        k.efi.enabled(EFI_MEMMAP)
        and efi_soft_reserve_enabled(k)
        and any(md.type == EFI_CONVENTIONAL_MEMORY and md.attribute & EFI_MEMORY_SP for md in k.efi.memmap)
    )


@traced
def efi_remove_e820_mmio(k: Kernel) -> None:
    """Take large device areas out of the e820 map, which would keep PCI's windows from being used."""
    for i, md in enumerate(k.efi.memmap):
        if md.type != EFI_MEMORY_MAPPED_IO:
            continue
        start, size = md.phys_addr, md.size
        end = (start + size - 1) & U64
        if size >= LARGE_MMIO:
            words = "efi: Remove mem{:02d}: MMIO range=[0x{:08x}-0x{:08x}] ({}MB) from e820 map"
            k.pr_info(words, i, start, end, size >> 20)
            e820__range_remove(k, start, size, E820_TYPE_RESERVED, True)
        else:
            words = "efi: Not removing mem{:02d}: MMIO range=[0x{:08x}-0x{:08x}] ({}KB) from e820 map"
            k.pr_info(words, i, start, end, size >> 10)

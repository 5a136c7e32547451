"""The table of what firmware can be updated.  Mirrors drivers/firmware/efi/esrt.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.efi_memmap import (
    EFI_ACPI_MEMORY_NVS,
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_BOOT_SERVICES_DATA,
    EFI_MEMORY_RUNTIME,
    EFI_RUNTIME_SERVICES_DATA,
)
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap, early_memunmap
from .efi import efi_mem_desc_end, efi_mem_desc_lookup, efi_mem_reserve
from .flags import EFI_CONFIG_TABLES, EFI_MEMMAP

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/esrt.c"

HEADER_SIZE, ENTRY_SIZE = 16, 40
MOST_ENTRIES = 128
TYPES = frozenset((EFI_BOOT_SERVICES_DATA, EFI_RUNTIME_SERVICES_DATA))
ACPI_TYPES = frozenset((EFI_ACPI_RECLAIM_MEMORY, EFI_ACPI_MEMORY_NVS))


def _size_of_table(k: Kernel, room: int) -> int:
    """The size in bytes of the table if it makes sense and fits into `room`, else 0."""
    version, count = k.firmware.efi.esrt_version, k.firmware.efi.esrt_count
    if version != 1:
        k.pr_err("esrt: Unsupported ESRT version {}.", version)
    elif count > 0 and room - HEADER_SIZE < ENTRY_SIZE:
        k.pr_err(
            "esrt: ESRT memory map entry can only hold the header. (max: {} size: {})",
            room - HEADER_SIZE,
            ENTRY_SIZE,
        )
    elif count > MOST_ENTRIES:
        k.pr_err("esrt: ESRT says fw_resource_count has very large value {}.", count)
    elif room < HEADER_SIZE + count * ENTRY_SIZE:
        k.pr_err("esrt: ESRT does not fit on single memory map entry (size: {} max: {})", HEADER_SIZE, room)
    else:
        return HEADER_SIZE + count * ENTRY_SIZE
    return 0


@traced
def efi_esrt_init(k: Kernel) -> None:
    """Check the table, and keep it if it lies in memory that would be used again."""
    address = k.efi.tables.get("ESRT")
    if not k.efi.enabled(EFI_MEMMAP) or not k.efi.enabled(EFI_CONFIG_TABLES) or address is None:
        return
    md = efi_mem_desc_lookup(k, address)
    # Since 6.3 it may lie where ACPI's tables do.
    types = TYPES if k.release < (6, 3) else TYPES | ACPI_TYPES
    if md is None or not (md.attribute & EFI_MEMORY_RUNTIME or md.type in types):
        k.pr_warn("esrt: ESRT header is not in the memory map.")
        return
    room = efi_mem_desc_end(k, md) - address
    if room < HEADER_SIZE:
        k.pr_err(
            "esrt: ESRT header doesn't fit on single memory map entry. (size: {} max: {})", HEADER_SIZE, room
        )
        return
    header = early_memremap(k, address, HEADER_SIZE)
    if not header:
        k.pr_err("esrt: early_memremap({:016x}, {}) failed.", address, HEADER_SIZE)
        return
    early_memunmap(k, header, HEADER_SIZE)
    size = _size_of_table(k, room)
    if not size:
        return
    k.pr_info("esrt: Reserving ESRT space from {:#018x} to {:#018x}.", address, address + size)
    if md.type == EFI_BOOT_SERVICES_DATA:
        efi_mem_reserve(k, address, size)

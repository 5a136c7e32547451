"""The variables of shim, the boot loader that machine owners give their keys to.  Mirrors
drivers/firmware/efi/mokvar-table.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.efi_memmap import EFI_BOOT_SERVICES_DATA
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap, early_memunmap
from .efi import efi_mem_desc_end, efi_mem_desc_lookup, efi_mem_reserve
from .flags import EFI_MEMMAP

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/mokvar-table.c"

ENTRY_SIZE = 264
"""``sizeof(struct efi_mokvar_table_entry)``: a name of 256 bytes and the size of the data behind it."""


@traced
def efi_mokvar_table_init(k: Kernel) -> None:
    """Keep the table, whose last entry is empty, if it lies in memory that would be used again.

    The kernel walks the entries; here their whole size is known.
    """
    address = k.efi.tables.get("MOKvar")
    if not k.efi.enabled(EFI_MEMMAP) or address is None:
        return
    md = efi_mem_desc_lookup(k, address)
    if md is None:
        k.pr_warn("mokvar: EFI MOKvar config table is not within the EFI memory map")
        return
    size = max(k.firmware.efi.mokvar_size, ENTRY_SIZE)
    if size > efi_mem_desc_end(k, md) - address:
        k.pr_err("mokvar: EFI MOKvar config table is not valid")
        return
    entry = early_memremap(k, address, ENTRY_SIZE)
    if not entry:
        k.pr_err("mokvar: Failed to map EFI MOKvar config table pa=0x{:x}, size={}.", address, ENTRY_SIZE)
        return
    early_memunmap(k, entry, ENTRY_SIZE)
    if md.type == EFI_BOOT_SERVICES_DATA:
        efi_mem_reserve(k, address, size)

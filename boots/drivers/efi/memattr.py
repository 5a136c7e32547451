"""The memory attributes table: what of the runtime services is code.  Mirrors
drivers/firmware/efi/memattr.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import memblock_reserve
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap, early_memunmap
from .flags import EFI_MEM_ATTR

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/memattr.c"

ENOMEM = 12
HEADER_SIZE = 16
"""``sizeof(efi_memory_attributes_table_t)``: version, number and size of entries, flags."""


@traced
def efi_memattr_init(k: Kernel) -> int:
    """Keep the table where firmware has it.  Returns 0 or an error."""
    address = k.efi.tables.get("MEMATTR")
    if address is None:
        return 0
    table = early_memremap(k, address, HEADER_SIZE)
    if not table:
        k.pr_err("efi: memattr: Failed to map EFI Memory Attributes table @ 0x{:x}", address)
        return -ENOMEM
    firmware = k.firmware.efi
    if firmware.memattr_version > 2:
        k.pr_warn("efi: memattr: Unexpected EFI Memory Attributes table version {}", firmware.memattr_version)
    else:
        size = HEADER_SIZE + firmware.memattr_entries * firmware.memattr_desc_size
        memblock_reserve(k.memblock, address, size)
        k.efi.flags.add(EFI_MEM_ATTR)
    early_memunmap(k, table, HEADER_SIZE)
    return 0

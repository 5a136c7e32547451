"""The table of iSCSI boot firmware.  Mirrors drivers/firmware/iscsi_ibft_find.c."""

from __future__ import annotations

from .....model.trace.recorder import traced
from ....drivers.efi.flags import EFI_BOOT
from ....mm.early_ioremap import early_memremap_ro, early_memunmap
from ...variables import Kernel

KERNEL_FILE = "drivers/firmware/iscsi_ibft_find.c"

IBFT_START, IBFT_END = 0x80000, 0x100000


@traced
def reserve_ibft_region(k: Kernel) -> None:
    """Look for the signature ``iBFT`` from 512 KiB to 1 MiB.  A machine that boots from its own disk has
    none there, and what else lies there no file tells; with UEFI the table is one of ACPI's."""
    if k.efi.enabled(EFI_BOOT):
        return
    if k.release < (6, 5):
        k.access(IBFT_START, IBFT_END - IBFT_START)
    else:
        # Since 6.5 page by page, through early mappings; only the last one is shown.
        page = k.layout.page_size
        early_memunmap(k, early_memremap_ro(k, IBFT_END - page, page), page)

"""The table of iSCSI boot firmware.  Mirrors drivers/firmware/iscsi_ibft_find.c."""

from __future__ import annotations

from .....model.trace.recorder import traced
from ....drivers.efi.flags import EFI_BOOT
from ...variables import Kernel

KERNEL_FILE = "drivers/firmware/iscsi_ibft_find.c"


@traced
def reserve_ibft_region(k: Kernel) -> None:
    """Look for the signature ``iBFT`` from 512 KiB to 1 MiB.  A machine that boots from its own disk has
    none there, and what else lies there no file tells; with UEFI the table is one of ACPI's."""
    if k.efi.enabled(EFI_BOOT):
        return

"""UEFI's view of memory.  Mirrors drivers/firmware/efi/efi-init.c."""

from __future__ import annotations

from ..model.trace import traced
from .kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/efi-init.c"


@traced
def efi_init(k: Kernel) -> None:
    """Look for UEFI's system table, which a device tree made by the EFI stub names in /chosen."""
    if k.config.enabled("EFI"):
        k.pr_info("efi: UEFI not found.")

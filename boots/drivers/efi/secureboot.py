"""Whether the boot was a secure one, in Debian's kernels.  Mirrors drivers/firmware/efi/secureboot.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.trace.recorder import traced
from .flags import EFI_BOOT, EFI_SECURE_BOOT

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/secureboot.c"

MODE_DISABLED, MODE_ENABLED = 2, 3


@traced
def efi_set_secure_boot(k: Kernel, mode: int) -> None:
    """Say which mode the boot stub found, and remember it."""
    if not k.efi.enabled(EFI_BOOT):
        return
    if mode == MODE_DISABLED:
        k.pr_info("secureboot: Secure boot disabled")
    elif mode == MODE_ENABLED:
        k.efi.flags.add(EFI_SECURE_BOOT)
        k.pr_info("secureboot: Secure boot enabled")
    else:
        k.pr_warn("secureboot: Secure boot could not be determined (mode {})", mode)

"""What is reserved before memory is known.  Mirrors arch/x86/kernel/setup.c and ebda.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup.c"


@traced
def early_reserve_memory(k: Kernel) -> None:
    """Reserve the image, the first 64 KiB, the initrd, setup_data and the BIOS's memory."""


@traced
def parse_setup_data(k: Kernel) -> None:
    """Read the list of setup_data: more e820 entries, a seed, EFI's addresses."""


@traced
def trim_bios_range(k: Kernel) -> None:
    """Take from the e820 map what the BIOS owns."""


@traced
def e820_add_kernel_range(k: Kernel) -> None:
    """Make the image usable memory, if the map does not say so."""


@traced
def reserve_initrd(k: Kernel) -> None:
    """Say where the initrd is, or move it into mapped memory."""


@traced
def reserve_ibft_region(k: Kernel) -> None:
    """Reserve the iSCSI boot firmware table (drivers/firmware/iscsi_ibft_find.c)."""

"""UEFI.  Mirrors arch/x86/platform/efi/efi.c and quirks.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/platform/efi/efi.c"


@traced
def efi_memblock_x86_reserve_range(k: Kernel) -> None:
    """Reserve the memory map that the boot stub left."""


@traced
def efi_init(k: Kernel) -> None:
    """Read UEFI's system table and configuration tables."""


@traced
def efi_find_mirror(k: Kernel) -> None:
    """Mark memory that is mirrored."""


@traced
def efi_esrt_init(k: Kernel) -> None:
    """Reserve the table of firmware resources (drivers/firmware/efi/esrt.c)."""


@traced
def efi_mokvar_table_init(k: Kernel) -> None:
    """Reserve the table of MOK variables (drivers/firmware/efi/mokvar-table.c)."""


@traced
def efi_fake_memmap(k: Kernel) -> None:
    """Change the map as ``efi_fake_mem=`` says (until 6.9)."""


@traced
def efi_reserve_boot_services(k: Kernel) -> None:
    """Keep the memory of the boot services, which firmware may still use."""


@traced
def efi_apply_memmap_quirks(k: Kernel) -> None:
    """Forget UEFI's map where runtime services cannot be used."""


def set_efi_flags(k: Kernel) -> None:
    """Whether the boot stub left UEFI's tables, by what it signs its part of the zero page with (part of
    ``setup_arch``)."""

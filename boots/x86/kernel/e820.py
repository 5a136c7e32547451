"""The e820 map.  Mirrors arch/x86/kernel/e820.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/e820.c"


@traced
def e820__memory_setup(k: Kernel) -> bool:
    """Take the map of the boot loader, sort it and print it."""
    return True


@traced
def e820__reserve_setup_data(k: Kernel) -> None:
    """Mark setup_data in the map."""


@traced
def e820__finish_early_params(k: Kernel) -> None:
    """Print the map again if the command line changed it."""


@traced
def e820__memblock_setup(k: Kernel) -> None:
    """Tell memblock of all usable memory."""


@traced
def e820__end_of_ram_pfn(k: Kernel) -> int:
    """The pfn after the last usable page."""
    return 0


@traced
def e820__end_of_low_ram_pfn(k: Kernel) -> int:
    """The pfn after the last usable page below 4 GiB."""
    return 0


@traced
def e820__memblock_alloc_reserved_mpc_new(k: Kernel) -> None:
    """Set memory aside for a new MP table, if that was asked for."""


@traced
def e820__reserve_resources(k: Kernel) -> None:
    """Make /proc/iomem's entries of the map, and /sys/firmware/memmap's."""


@traced
def e820__register_nosave_regions(k: Kernel, limit_pfn: int) -> None:
    """Tell hibernation what it must not save."""


@traced
def e820__setup_pci_gap(k: Kernel) -> None:
    """Find the largest hole below 4 GiB for PCI devices."""

"""What the place that a kernel was put at does to it before it has looked around.

Mirrors what arch/arm64/kernel/head.S and arch/arm64/kernel/pi/map_kernel.c take for granted (since 6.9;
before, head.S alone).
"""

from __future__ import annotations

from ..variables import Kernel
from .collisions import MIN_FDT_ALIGN, cleared_span


def arrive(k: Kernel) -> None:
    """Stand before the first instruction, if the kernel was put where it cannot run.  A device tree that is
    not where one can be is nobody's: libfdt does not read it."""
    if k.cannot_start:
        k.park(k.cannot_start)
    if not k.machine.dtb_address or k.machine.dtb_address % MIN_FDT_ALIGN:
        k.fdt = k.fdt.cleared()


def clear_bss(k: Kernel) -> None:
    """Fill the image's BSS with zeros, and with it a device tree that a boot loader put there."""
    cleared = cleared_span(k.machine, k.image)
    if cleared.start <= k.machine.dtb_address < cleared.end:
        k.fdt = k.fdt.cleared()

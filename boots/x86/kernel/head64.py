"""From the first instruction to start_kernel: the page tables that the kernel starts on.  Mirrors
arch/x86/kernel/head_64.S and head64.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/head64.c"


def set_page_table_roots(k: Kernel) -> None:
    """The pgds of the image, empty."""


@traced
def x86_64_start_kernel(k: Kernel) -> None:
    """Leave the page tables that the decompressor or boot loader made for the kernel's own."""

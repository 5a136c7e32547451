"""A debugger over the boot of a kernel, given all that the kernel knows."""

from __future__ import annotations

from ..model.debugger import Debugger
from .kernel import Kernel


def debugger_of(kernel: Kernel) -> Debugger:
    """A debugger at the start of a kernel's boot, which may still be running."""
    return Debugger(
        kernel.trace,
        symbols=kernel.image.symbols,
        layout=kernel.layout,
        sizeof_page=kernel.sizes.sizeof("struct page"),
        load_address=kernel.machine.load_address,
        fdt=kernel.fdt,
    )

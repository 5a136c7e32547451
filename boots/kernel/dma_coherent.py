"""Reserved memory that devices use coherently.  Mirrors kernel/dma/coherent.c (``rmem_dma_setup``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.trace.recorder import traced

if TYPE_CHECKING:
    from ..core.kernel import Kernel
    from ..core.subsystems import ReservedMem

KERNEL_FILE = "kernel/dma/coherent.c"

EINVAL = 22
SZ_1M = 1 << 20


@traced
def rmem_dma_setup(k: Kernel, rmem: ReservedMem) -> int:
    """Make a pool of a node of reserved memory that is not ``reusable``.  Returns 0 or an error."""
    if "reusable" in rmem.node.properties:
        return -EINVAL
    k.pr_info(
        "Reserved memory: created DMA memory pool at {:#018x}, size {} MiB", rmem.base, rmem.size // SZ_1M
    )
    return 0

"""What devices can address, as ACPI tells it.  Mirrors drivers/acpi/arm64/iort.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .....model.firmware.acpi_tables import IortNode, iort_nodes
from .....model.trace.recorder import traced
from ..root_table import acpi_get_table

if TYPE_CHECKING:
    from ....core.kernel import Kernel

KERNEL_FILE = "drivers/acpi/arm64/iort.c"

PHYS_ADDR_MAX = (1 << 64) - 1


def dma_bit_mask(bits: int) -> int:
    """``DMA_BIT_MASK()``: a shift by more than 64 bits is one by the rest."""
    return PHYS_ADDR_MAX if bits == 64 else (1 << bits % 64) - 1


@traced
def acpi_iort_dma_get_max_cpu_address(k: Kernel) -> int:
    """The highest address that every device can reach."""
    limit = PHYS_ADDR_MAX
    table = None if k.acpi_disabled else acpi_get_table(k, "IORT")
    for node in iort_nodes(table) if table else ():
        tells = node.type == IortNode.NAMED_COMPONENT or (
            node.type == IortNode.PCI_ROOT_COMPLEX and node.revision >= 1
        )
        if tells:
            limit = min(limit, dma_bit_mask(node.memory_address_limit) or limit)
    return limit

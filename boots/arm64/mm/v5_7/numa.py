"""Nodes, as long as learning them is arm64's own.  Mirrors arch/arm64/mm/numa.c, which has been
drivers/base/arch_numa.c since 5.12."""

from __future__ import annotations

from .....model.trace.recorder import traced
from ....drivers.arch_numa import learn_nodes
from ...variables import Kernel

KERNEL_FILE = "arch/arm64/mm/numa.c"


@traced
def arm64_numa_init(k: Kernel) -> None:
    """Learn the nodes from ACPI or the device tree, or else fake one."""
    learn_nodes(k)

"""Nodes.  Mirrors arch/x86/mm/numa.c and numa_64.c."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/mm/numa.c"


@traced
def initmem_init(k: Kernel) -> None:
    """Learn which node has which memory."""


@traced
def init_cpu_to_node(k: Kernel) -> None:
    """Give every CPU its node."""


@traced
def init_gi_nodes(k: Kernel) -> None:
    """Put nodes of generic initiators online."""


INIT_FUNCTIONS: Mapping[str, Callable[[Kernel], int]] = {}
"""The ways of learning the nodes, by their names."""

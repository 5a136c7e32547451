"""The tables that firmware fills: which node memory and CPUs are on.

Mirrors drivers/base/arch_numa.c; `arch_numa` has what is made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import NUMA_NO_NODE, memblock_set_node
from ...model.trace.recorder import traced
from .numa_memblks.distance import node_distance
from .numa_memblks.meminfo import node_set, numa_add_memblk_to, uses_numa_memblks

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "drivers/base/arch_numa.c"


@traced
def numa_add_memblk(k: Kernel, nid: int, start: int, end: int) -> int:
    """Put the memory from `start` up to `end` on a node.  Returns 0 or an error."""
    if uses_numa_memblks(k):
        return numa_add_memblk_to(k, nid, start, end, k.state.numa.meminfo)
    error = memblock_set_node(k.memblock, start, end - start, "memory", nid)
    if error < 0:
        k.pr_err("NUMA: memblock [{:#x} - {:#x}] failed to add on node {}", start, end - 1, nid)
        return error
    node_set(k, nid)
    return 0


@traced
def early_map_cpu_to_node(k: Kernel, cpu: int, nid: int) -> None:
    """Remember a CPU's node; node 0 if it has none."""
    k.numa.cpu_to_node[cpu] = 0 if nid < 0 or k.numa_off else nid


@traced
def early_cpu_to_node(k: Kernel, cpu: int) -> int:
    """A CPU's node."""
    return k.numa.cpu_to_node.get(cpu, NUMA_NO_NODE)


def numa_node_id(k: Kernel) -> int:
    """The node of the CPU that boots (include/linux/topology.h)."""
    if not k.config.enabled("NUMA"):
        return 0
    # A CPU that firmware did not tell of was on node 0; since 6.9 early_numa_node_init() puts it on none.
    return k.numa.cpu_to_node.get(0, NUMA_NO_NODE if k.release >= (6, 9) else 0)


@traced
def pcpu_cpu_distance(k: Kernel, a: int, b: int) -> int:
    """How far apart the nodes of two CPUs are."""
    return node_distance(k, early_cpu_to_node(k, a), early_cpu_to_node(k, b))

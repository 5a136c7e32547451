"""The tables that firmware fills: which node memory and CPUs are on, and how far apart nodes are.

Mirrors drivers/base/arch_numa.c; `arch_numa` has what is made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import (
    NUMA_NO_NODE,
    memblock_alloc,
    memblock_find_in_range,
    memblock_free,
    memblock_reserve,
    memblock_set_node,
)
from ...model.trace.recorder import traced
from .numa_memblks import numa_add_memblk_to, numa_nodemask

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "drivers/base/arch_numa.c"

ENOMEM = 12
LOCAL_DISTANCE, REMOTE_DISTANCE = 10, 20


def node_set(k: Kernel, nid: int) -> None:
    """Add a node to ``numa_nodes_parsed``."""
    k.numa.numa_nodes_parsed = tuple(sorted({*k.numa.numa_nodes_parsed, nid}))


@traced
def numa_add_memblk(k: Kernel, nid: int, start: int, end: int) -> int:
    """Put the memory from `start` up to `end` on a node.  Returns 0 or an error."""
    if k.release >= (6, 12):
        # Since 6.12 memory is collected first.
        return numa_add_memblk_to(k, nid, start, end)
    error = memblock_set_node(k.memblock, start, end - start, "memory", nid)
    if error < 0:
        k.pr_err("NUMA: memblock [{:#x} - {:#x}] failed to add on node {}", start, end - 1, nid)
        return error
    node_set(k, nid)
    return 0


@traced
def numa_free_distance(k: Kernel) -> None:
    """Free the table of distances."""
    if k.numa_distance_pa:
        memblock_free(k.memblock, k.numa_distance_pa, k.numa_distance_cnt**2)
        k.numa_distance_pa = k.numa_distance_cnt = 0
        k.numa.numa_distances.clear()


def _place_for_distances(k: Kernel, size: int) -> int:
    """Allocate a table (bytes): until 5.14 below the end of memory.  Returns a physical address, or 0."""
    page_size = k.layout.page_size
    if k.release >= (5, 15):
        return memblock_alloc(k.memblock, size, page_size)
    address = memblock_find_in_range(k.memblock, 0, k.max_pfn << k.layout.page_shift, size, page_size)
    if address:
        memblock_reserve(k.memblock, address, size)
    return address


@traced
def numa_alloc_distance(k: Kernel) -> int:
    """Allocate the table of distances, one byte for each pair of nodes.  Returns 0 or an error."""
    # Since 6.12 it has as many nodes as are known so far; before, as many as there may be.
    count = numa_nodemask(k)[-1] + 1 if k.release >= (6, 12) else k.nr_node_ids
    k.numa_distance_pa = _place_for_distances(k, count**2)
    if not k.numa_distance_pa:
        return -ENOMEM
    k.numa_distance_cnt = count
    if k.release >= (6, 12):
        k.pr_debug("NUMA: Initialized distance table, cnt={}", count)
    return 0


@traced
def numa_set_distance(k: Kernel, a: int, b: int, distance: int) -> None:
    """Set the distance from one node to another; since 6.12 the first call allocates the table."""
    if k.release >= (6, 12) and not k.numa_distance_pa and numa_alloc_distance(k):
        return
    prefix = "NUMA: " if k.release < (6, 12) else ""
    if not k.numa_distance_pa:
        k.pr_warn_once("NUMA: Warning: distance table not allocated yet")
    elif a >= k.numa_distance_cnt or b >= k.numa_distance_cnt:
        words = "Warning: node ids are out of bound, from={} to={} distance={}"
        k.pr_warn_once(prefix + words, a, b, distance)
    elif distance > 255 or (a == b and distance != LOCAL_DISTANCE):
        words = "Warning: invalid distance parameter, from={} to={} distance={}"
        k.pr_warn_once(prefix + words, a, b, distance)
    else:
        k.numa.numa_distances[a, b] = distance


def node_distance(k: Kernel, a: int, b: int) -> int:
    """``node_distance()``: how far apart two nodes are; 10 is no distance."""
    default = LOCAL_DISTANCE if a == b else REMOTE_DISTANCE
    return k.numa.numa_distances.get((a, b), default)


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

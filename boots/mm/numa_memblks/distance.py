"""The table of distances between nodes.  Mirrors mm/numa_memblks.c (until 6.11 arch/x86/mm/numa.c, and
drivers/base/arch_numa.c of all others).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import (
    memblock_alloc,
    memblock_find_in_range,
    memblock_free,
    memblock_phys_alloc_range,
    memblock_reserve,
)
from ....model.trace.recorder import traced
from .meminfo import numa_nodemask_from_meminfo, uses_numa_memblks

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/numa_memblks.c"

ENOMEM = 12
NOT_ALLOCATED = 1
"""``numa_distance`` after there was no memory for it: it is not tried again."""
LOCAL_DISTANCE, REMOTE_DISTANCE = 10, 20


def default_distance(a: int, b: int) -> int:
    """How far apart two nodes are if nobody says."""
    return LOCAL_DISTANCE if a == b else REMOTE_DISTANCE


def node_distance(k: Kernel, a: int, b: int) -> int:
    """``node_distance()``: how far apart two nodes are; 10 is no distance."""
    rows = k.state.numa.distance
    return rows[a][b] if 0 <= a < len(rows) and 0 <= b < len(rows) else default_distance(a, b)


def fill_distances(k: Kernel, count: int) -> None:
    """Let the table be of `count` nodes, and distances the usual ones."""
    rows = tuple(tuple(default_distance(a, b) for b in range(count)) for a in range(count))
    table = k.state.numa.distance
    table.replace(0, len(table), rows, depth=2)


def put_distance(k: Kernel, a: int, b: int, distance: int) -> None:
    """Write one distance into the table."""
    table = k.state.numa.distance
    row: tuple[int, ...] = table[a]
    table.replace(a, 1, ((*row[:b], distance, *row[b + 1 :]),), depth=2)


@traced
def numa_reset_distance(k: Kernel) -> None:
    """Free the table of distances."""
    if k.numa_distance_cnt:
        memblock_free(k.memblock, k.numa_distance_pa, k.numa_distance_cnt**2)
    k.numa_distance_pa = k.numa_distance_cnt = 0
    fill_distances(k, 0)


@traced
def numa_free_distance(k: Kernel) -> None:
    """Free the table of distances (drivers/base/arch_numa.c until 6.11)."""
    if k.numa_distance_pa:
        memblock_free(k.memblock, k.numa_distance_pa, k.numa_distance_cnt**2)
        k.numa_distance_pa = k.numa_distance_cnt = 0
        fill_distances(k, 0)


def place_for_distances(k: Kernel, size: int) -> int:
    """Allocate a table (bytes).  Returns a physical address, or 0."""
    page_size = k.layout.page_size
    if k.release >= (6, 12):
        return memblock_alloc(k.memblock, size, page_size)
    if uses_numa_memblks(k):
        # Below the end of what is mapped, which is where all allocations end.
        return memblock_phys_alloc_range(k.memblock, size, page_size, 0, k.memblock.current_limit)
    if k.release >= (5, 15):
        return memblock_alloc(k.memblock, size, page_size)
    address = memblock_find_in_range(k.memblock, 0, k.max_pfn << k.layout.page_shift, size, page_size)
    if address:
        memblock_reserve(k.memblock, address, size)
    return address


@traced
def numa_alloc_distance(k: Kernel) -> int:
    """Allocate the table of distances, one byte for each pair of nodes.  Returns 0 or an error."""
    # Where memory is collected first, it has the nodes that are known so far; else, all that there may be.
    memblks = uses_numa_memblks(k)
    count = max(numa_nodemask_from_meminfo(k), default=0) + 1 if memblks else k.nr_node_ids
    address = place_for_distances(k, count**2)
    if not address:
        if memblks:
            k.pr_warn("Warning: can't allocate distance table!")
            k.numa_distance_pa = NOT_ALLOCATED
        return -ENOMEM
    k.numa_distance_pa, k.numa_distance_cnt = address, count
    fill_distances(k, count)
    if memblks:
        k.pr_debug("NUMA: Initialized distance table, cnt={}", count)
    return 0


@traced
def numa_set_distance(k: Kernel, a: int, b: int, distance: int) -> None:
    """Set the distance from one node to another; where memory is collected first, the first call allocates
    the table."""
    memblks = uses_numa_memblks(k)
    if memblks and not k.numa_distance_pa and numa_alloc_distance(k):
        return
    prefix = "" if memblks else "NUMA: "
    if not k.numa_distance_pa:
        k.pr_warn_once("NUMA: Warning: distance table not allocated yet")
    elif not (0 <= a < k.numa_distance_cnt and 0 <= b < k.numa_distance_cnt):
        words = "Warning: node ids are out of bound, from={} to={} distance={}"
        k.pr_warn_once(prefix + words, a, b, distance)
    elif not 0 <= distance <= 255 or (a == b and distance != LOCAL_DISTANCE):
        words = "Warning: invalid distance parameter, from={} to={} distance={}"
        k.pr_warn_once(prefix + words, a, b, distance)
    else:
        put_distance(k, a, b, distance)

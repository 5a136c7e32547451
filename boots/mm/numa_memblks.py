"""The memory of nodes, collected before memblock learns of it.  Mirrors mm/numa_memblks.c, which arm64 uses
since 6.12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import (
    NUMA_NO_NODE,
    PHYS_ADDR_MAX,
    for_each_reserved_mem_region,
    memblock_clear_hotplug,
    memblock_end_of_DRAM,
    memblock_free,
    memblock_overlaps_region,
    memblock_set_node,
    memblock_start_of_DRAM,
    numa_valid_node,
)
from ...model.memory.numa import NumaMemblk
from ...model.trace.recorder import traced

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/numa_memblks.c"

EINVAL = 22


def numa_nodemask(k: Kernel) -> tuple[int, ...]:
    """``numa_nodes_parsed``, and the nodes of all memory collected (``numa_nodemask_from_meminfo``)."""
    with_memory = {block.nid for block in k.numa.numa_meminfo if block.start != block.end}
    return tuple(sorted({*k.numa.numa_nodes_parsed, *with_memory}))


@traced
def numa_add_memblk_to(k: Kernel, nid: int, start: int, end: int) -> int:
    """Collect the memory from `start` up to `end` for a node.  Returns 0 or an error."""
    if start == end:
        return 0
    max_numnodes = k.memblock.max_numnodes
    if start > end or not 0 <= nid < max_numnodes:
        k.pr_warn("Warning: invalid memblk node {} [mem {:#010x}-{:#010x}]", nid, start, end - 1)
        return 0
    # NR_NODE_MEMBLKS
    if len(k.numa.numa_meminfo) >= 2 * max_numnodes:
        k.pr_err("too many memblk ranges")
        return -EINVAL
    k.numa.numa_meminfo.append(NumaMemblk(start, end, nid))
    return 0


def _trimmed(k: Kernel) -> list[NumaMemblk]:
    """What of the collected blocks is memory: those that touch none are left out, the others end where it
    does."""
    low, high = memblock_start_of_DRAM(k.memblock), memblock_end_of_DRAM(k.memblock)
    kept: list[NumaMemblk] = []
    for block in k.numa.numa_meminfo:
        if memblock_overlaps_region(k.memblock, "memory", block.start, block.end - block.start):
            block = NumaMemblk(max(block.start, low), min(block.end, high), block.nid)
            if block.start < block.end:
                kept.append(block)
    return kept


def _overlap_is_an_error(k: Kernel, one: NumaMemblk, other: NumaMemblk) -> bool:
    """Complain of two blocks that overlap; only those of one node may."""
    if one.end <= other.start or one.start >= other.end:
        return False
    if one.nid == other.nid:
        k.pr_warn(
            "Warning: node {} [mem {:#010x}-{:#010x}] overlaps with itself [mem {:#010x}-{:#010x}]",
            *(one.nid, one.start, one.last, other.start, other.last),
        )
        return False
    k.pr_err(
        "node {} [mem {:#010x}-{:#010x}] overlaps with node {} [mem {:#010x}-{:#010x}]",
        *(one.nid, one.start, one.last, other.nid, other.start, other.last),
    )
    return True


def _joined(k: Kernel, blocks: list[NumaMemblk], one: NumaMemblk, other: NumaMemblk) -> NumaMemblk | None:
    """Two blocks of one node and the hole between them, if no other node has memory there."""
    start, end = min(one.start, other.start), max(one.end, other.end)
    between = (block for block in blocks if block.nid != one.nid)
    if one.nid != other.nid or any(start < block.end and end > block.start for block in between):
        return None
    k.pr_info(
        "NUMA: Node {} [mem {:#010x}-{:#010x}] + [mem {:#010x}-{:#010x}] -> [mem {:#010x}-{:#010x}]",
        *(one.nid, one.start, one.last, other.start, other.last, start, end - 1),
    )
    return NumaMemblk(start, end, one.nid)


@traced
def numa_cleanup_meminfo(k: Kernel) -> int:
    """Trim the blocks to memory, and join those of a node with nothing of others between them.  Returns 0 or
    an error."""
    blocks = k.numa.numa_meminfo = _trimmed(k)
    at = 0
    while at < len(blocks):
        following = at + 1
        while following < len(blocks):
            if _overlap_is_an_error(k, blocks[at], blocks[following]):
                return -EINVAL
            joined = _joined(k, blocks, blocks[at], blocks[following])
            if joined is None:
                following += 1
            else:
                blocks[at] = joined
                del blocks[following]
        at += 1
    return 0


@traced
def numa_clear_kernel_node_hotplug(k: Kernel) -> None:
    """Memory of a node that the kernel uses already cannot be unplugged."""
    for block in k.numa.numa_meminfo:
        memblock_set_node(k.memblock, block.start, block.end - block.start, "reserved", block.nid)
    used = {region.nid for region in for_each_reserved_mem_region(k.memblock)}
    for block in k.numa.numa_meminfo:
        if block.nid in used and numa_valid_node(k.memblock, block.nid):
            memblock_clear_hotplug(k.memblock, block.start, block.end - block.start)


@traced
def numa_register_meminfo(k: Kernel) -> int:
    """Tell memblock which node each block is on.  Returns 0 or an error."""
    k.numa.node_possible_map = numa_nodemask(k)
    if not k.numa.node_possible_map:
        return -EINVAL
    for block in k.numa.numa_meminfo:
        memblock_set_node(k.memblock, block.start, block.end - block.start, "memory", block.nid)
    numa_clear_kernel_node_hotplug(k)
    return 0


def forget_nodes(k: Kernel) -> None:
    """What ``numa_memblks_init`` begins with: nothing is known of nodes, and no memory can be unplugged."""
    k.numa.numa_nodes_parsed = k.numa.node_possible_map = k.numa.node_online_map = ()
    k.numa.numa_meminfo = []
    memblock_set_node(k.memblock, 0, PHYS_ADDR_MAX, "memory", NUMA_NO_NODE)
    memblock_set_node(k.memblock, 0, PHYS_ADDR_MAX, "reserved", NUMA_NO_NODE)
    memblock_clear_hotplug(k.memblock, 0, PHYS_ADDR_MAX)


@traced
def numa_reset_distance(k: Kernel) -> None:
    """Free the table of distances."""
    if k.numa_distance_cnt:
        memblock_free(k.memblock, k.numa_distance_pa, k.numa_distance_cnt**2)
    k.numa_distance_pa = k.numa_distance_cnt = 0
    k.numa.numa_distances.clear()


@traced
def numa_memblks_init(k: Kernel, init_func: str) -> int:
    """Collect the memory of nodes and hand it to memblock.  Returns 0 or an error."""
    forget_nodes(k)
    numa_reset_distance(k)
    return k.arch.numa_init_functions[init_func](k) or numa_cleanup_meminfo(k) or numa_register_meminfo(k)

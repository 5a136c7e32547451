"""The blocks of memory that firmware puts on nodes, collected and tidied.  Mirrors mm/numa_memblks.c, which
all use since 6.12; before, x86 has the same in arch/x86/mm/numa.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import (
    memblock_end_of_DRAM,
    memblock_overlaps_region,
    memblock_start_of_DRAM,
)
from ....model.memory.numa import NumaMemblk
from ....model.memory.recorded import RecordedList
from ....model.trace.recorder import traced

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/numa_memblks.c"

EINVAL = 22


def uses_numa_memblks(k: Kernel) -> bool:
    """Whether the memory of nodes is collected first: x86 does that in all releases, all since 6.12."""
    return k.release >= (6, 12) or k.arch.numa_memblks


def numa_nodemask_from_meminfo(k: Kernel) -> set[int]:
    """``numa_nodes_parsed``, and the nodes of all memory collected."""
    with_memory = {block.nid for block in k.state.numa.meminfo if block.start != block.end}
    return {*k.numa.numa_nodes_parsed, *with_memory}


def node_set(k: Kernel, nid: int) -> None:
    """Add a node to ``numa_nodes_parsed``."""
    k.numa.numa_nodes_parsed = tuple(sorted({*k.numa.numa_nodes_parsed, nid}))


def too_many_blocks(k: Kernel, blocks: RecordedList) -> bool:
    """Whether there is no room for another block (``NR_NODE_MEMBLKS``)."""
    return len(blocks) >= 2 * k.memblock.max_numnodes


@traced
def numa_add_memblk_to(k: Kernel, nid: int, start: int, end: int, mi: RecordedList) -> int:
    """Collect the memory from `start` up to `end` for a node.  Returns 0 or an error."""
    if start == end:
        return 0
    if start > end or not 0 <= nid < k.memblock.max_numnodes:
        k.pr_warn("Warning: invalid memblk node {} [mem {:#010x}-{:#010x}]", nid, start, end - 1)
        return 0
    if too_many_blocks(k, mi):
        k.pr_err("too many memblk ranges")
        return -EINVAL
    mi.replace(len(mi), 0, (NumaMemblk(start, end, nid),))
    return 0


def _limits(k: Kernel) -> tuple[int, int]:
    """Where memory begins and ends."""
    if k.release >= (6, 12):
        return memblock_start_of_DRAM(k.memblock), memblock_end_of_DRAM(k.memblock)
    return 0, k.max_pfn << k.layout.page_shift


def _trim(k: Kernel, mi: RecordedList) -> None:
    """Blocks that touch no memory, and what lies above all memory, may still be plugged in: these are kept
    apart.  The others begin and end where memory does."""
    low, high = _limits(k)
    plugged_later = k.state.numa.reserved_meminfo
    at = 0
    while at < len(mi):
        block: NumaMemblk = mi[at]
        if not memblock_overlaps_region(k.memblock, "memory", block.start, block.end - block.start):
            plugged_later.replace(len(plugged_later), 0, (block,))
            mi.replace(at, 1, ())
            continue
        if block.end > high:
            numa_add_memblk_to(k, block.nid, high, block.end, plugged_later)
        block = NumaMemblk(max(block.start, low), min(block.end, high), block.nid)
        kept = block.start < block.end
        mi.replace(at, 1, (block,) if kept else ())
        at += kept


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


def _joined(k: Kernel, blocks: RecordedList, one: NumaMemblk, other: NumaMemblk) -> NumaMemblk | None:
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
def numa_cleanup_meminfo(k: Kernel, mi: RecordedList) -> int:
    """Trim the blocks to memory, and join those of a node with nothing of others between them.  Returns 0 or
    an error."""
    _trim(k, mi)
    at = 0
    while at < len(mi):
        following = at + 1
        while following < len(mi):
            if _overlap_is_an_error(k, mi[at], mi[following]):
                return -EINVAL
            joined = _joined(k, mi, mi[at], mi[following])
            if joined is None:
                following += 1
            else:
                mi.replace(at, 1, (joined,))
                mi.replace(following, 1, ())
        at += 1
    return 0


@traced
def numa_fill_memblks(k: Kernel, start: int, end: int) -> bool:
    """Let the blocks that lie in a window reach from its start to its end, without holes.  Returns whether
    there are any."""
    mi = k.state.numa.meminfo
    inside = [at for at, block in enumerate(mi) if start < block.end and end > block.start]
    inside.sort(key=lambda at: mi[at].start)
    reached = 0
    for number, at in enumerate(inside):
        block: NumaMemblk = mi[at]
        first = min(block.start, start if number == 0 else reached)
        last = max(block.end, end) if number == len(inside) - 1 else block.end
        mi.replace(at, 1, (NumaMemblk(first, last, block.nid),))
        reached = max(reached, block.end)
    return bool(inside)

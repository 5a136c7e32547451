"""Pages and nodes, while only memblock knows.  Mirrors ``early_pfn_to_nid()`` and
``get_pfn_range_for_nid()`` of mm/page_alloc.c (mm/mm_init.c since 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import NUMA_NO_NODE, for_each_mem_pfn_range, memblock_search_pfn_nid
from ...model.trace.recorder import traced

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"


@traced
def early_pfn_to_nid(k: Kernel, pfn: int) -> int:
    """The node of the memory that `pfn` lies in; of a hole, the first node that is online."""
    nid = memblock_search_pfn_nid(k.memblock, pfn)[0]
    return min(k.numa.node_online_map, default=0) if nid == NUMA_NO_NODE else nid


@traced
def get_pfn_range_for_nid(k: Kernel, nid: int) -> tuple[int, int]:
    """The first pfn of a node's memory and the one after its last; 0, 0 if it has none."""
    ranges = [(start, end) for start, end, _ in for_each_mem_pfn_range(k.memblock, nid)]
    if not ranges:
        return 0, 0
    return min(start for start, _ in ranges), max(end for _, end in ranges)

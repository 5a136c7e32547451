"""Nodes get their data, when it is settled which memory they have.  Mirrors arch/x86/mm/numa.c."""

from __future__ import annotations

from .....model.base.pfn import ALIGN
from .....model.memory.memblock import (
    memblock_dump_all,
    memblock_phys_alloc_try_nid,
    memblock_validate_numa_coverage,
)
from .....model.memory.zones import Node
from .....model.trace.recorder import traced
from ....mm import numa
from ....mm.early_pfn import early_pfn_to_nid, get_pfn_range_for_nid
from ....mm.numa_memblks.memblks import tell_memblock
from ....mm.zones.sizes import absent_pages
from ...variables import Kernel
from .numa_cpus import node_set_online

KERNEL_FILE = "arch/x86/mm/numa.c"

EINVAL = 22
SLACK = 1 << 20
"""So many bytes of memory may be on no node."""


@traced
def alloc_node_data(k: Kernel, nid: int) -> None:
    """Allocate a node's ``pg_data_t``, on the node itself if it has room (until 6.11)."""
    size = ALIGN(k.sizes.sizeof("struct pglist_data"), k.layout.page_size)
    address = memblock_phys_alloc_try_nid(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES"), nid)
    if not address:
        k.pr_err("Cannot find {} bytes in any node (initial node: {})", size, nid)
        return
    k.pr_info("NODE_DATA({}) allocated [mem {:#010x}-{:#010x}]", nid, address, address + size - 1)
    on_node = early_pfn_to_nid(k, address >> k.layout.page_shift)
    if on_node != nid:
        k.pr_info("    NODE_DATA({}) on node {}", nid, on_node)
    k.access(address, size)
    k.zones.set_node(Node(nid, address))
    node_set_online(k, nid)


@traced
def numa_meminfo_cover_memory(k: Kernel) -> bool:
    """Whether nodes have all memory but 1 MiB at most (until 6.7)."""
    shift, covered = k.layout.page_shift, 0
    for block in k.state.numa.meminfo:
        start, end = block.start >> shift, block.end >> shift
        covered += end - start - absent_pages(k, block.nid, start, end)
    everywhere = k.memblock.max_numnodes
    ram = k.max_pfn - absent_pages(k, everywhere, 0, k.max_pfn)
    if ram - covered < SLACK >> shift:
        return True
    words = "NUMA: nodes only cover {}MB of your {}MB e820 RAM. Not used."
    k.pr_err(words, covered << shift >> 20, ram << shift >> 20)
    return False


@traced
def numa_register_memblks(k: Kernel) -> int:
    """Tell memblock which node each block is on, and give nodes that have memory their data (until 6.11).
    Returns 0 or an error."""
    error = tell_memblock(k)
    if error:
        return error
    # Since 6.8 memblock itself counts what is on no node.
    if k.release >= (6, 8):
        covered = memblock_validate_numa_coverage(k.memblock, SLACK)
    else:
        covered = numa_meminfo_cover_memory(k)
    if not covered:
        return -EINVAL
    with_memory = {block.nid for block in k.state.numa.meminfo if block.start < block.end}
    for nid in k.numa.node_possible_map:
        if nid in with_memory:
            alloc_node_data(k, nid)
    memblock_dump_all(k.memblock)
    return 0


@traced
def numa_register_nodes(k: Kernel) -> int:
    """Give nodes that have memory their data (since 6.12).  Returns 0 or an error."""
    if not memblock_validate_numa_coverage(k.memblock, SLACK):
        return -EINVAL
    for nid in k.numa.node_possible_map:
        start_pfn, end_pfn = get_pfn_range_for_nid(k, nid)
        if start_pfn < end_pfn:
            k.zones.set_node(Node(nid, numa.alloc_node_data(k, nid)))
            node_set_online(k, nid)
    memblock_dump_all(k.memblock)
    return 0

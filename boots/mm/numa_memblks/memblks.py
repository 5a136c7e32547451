"""From what firmware tells of nodes to memblock, which knows the node of each region.  Mirrors
mm/numa_memblks.c (since 6.12; arch/x86/mm/numa.c has the same before).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import (
    NUMA_NO_NODE,
    PHYS_ADDR_MAX,
    for_each_reserved_mem_region,
    memblock_clear_hotplug,
    memblock_set_bottom_up,
    memblock_set_node,
    numa_valid_node,
)
from ....model.trace.recorder import traced
from .distance import numa_reset_distance
from .emulation import numa_emulation
from .meminfo import numa_cleanup_meminfo, numa_nodemask_from_meminfo

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/numa_memblks.c"

EINVAL = 22


@traced
def numa_clear_kernel_node_hotplug(k: Kernel) -> None:
    """Memory of a node that the kernel uses already cannot be unplugged."""
    for block in k.state.numa.meminfo:
        memblock_set_node(k.memblock, block.start, block.end - block.start, "reserved", block.nid)
    used = {region.nid for region in for_each_reserved_mem_region(k.memblock)}
    for block in k.state.numa.meminfo:
        if block.nid in used and numa_valid_node(k.memblock, block.nid):
            memblock_clear_hotplug(k.memblock, block.start, block.end - block.start)


def tell_memblock(k: Kernel) -> int:
    """Tell memblock which node each block is on.  Returns 0 or an error."""
    k.numa.node_possible_map = tuple(sorted(numa_nodemask_from_meminfo(k)))
    if not k.numa.node_possible_map:
        k.warn_on("nodes_empty(node_possible_map)")
        return -EINVAL
    for block in k.state.numa.meminfo:
        memblock_set_node(k.memblock, block.start, block.end - block.start, "memory", block.nid)
    numa_clear_kernel_node_hotplug(k)
    return 0


@traced
def numa_register_meminfo(k: Kernel) -> int:
    """Tell memblock which node each block is on.  Returns 0 or an error."""
    return tell_memblock(k)


def forget_nodes(k: Kernel) -> None:
    """What learning the nodes begins with: nothing is known of them, and no memory can be unplugged."""
    k.numa.numa_nodes_parsed = k.numa.node_possible_map = k.numa.node_online_map = ()
    meminfo = k.state.numa.meminfo
    meminfo.replace(0, len(meminfo), (), depth=2)
    nobody = NUMA_NO_NODE if k.release >= (6, 10) else k.memblock.max_numnodes
    memblock_set_node(k.memblock, 0, PHYS_ADDR_MAX, "memory", nobody)
    memblock_set_node(k.memblock, 0, PHYS_ADDR_MAX, "reserved", nobody)
    memblock_clear_hotplug(k.memblock, 0, PHYS_ADDR_MAX)


def learn_nodes_by(k: Kernel, init_func: str, memblock_force_top_down: bool) -> int:
    """Let one way of learning the nodes collect their memory, then tidy it and fake nodes if that is asked
    for.  Returns 0 or an error."""
    forget_nodes(k)
    numa_reset_distance(k)
    error = k.arch.numa_init_functions[init_func](k)
    if error < 0:
        return error
    if memblock_force_top_down:
        # What can be unplugged is known now, so the kernel may be anywhere again.
        memblock_set_bottom_up(k.memblock, False)
    error = numa_cleanup_meminfo(k, k.state.numa.meminfo)
    if not error:
        numa_emulation(k)
    return error


@traced
def numa_memblks_init(k: Kernel, init_func: str, memblock_force_top_down: bool) -> int:
    """Collect the memory of nodes and hand it to memblock.  Returns 0 or an error."""
    return learn_nodes_by(k, init_func, memblock_force_top_down) or numa_register_meminfo(k)

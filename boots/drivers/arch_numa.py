"""Nodes: which memory and which CPUs belong together.  Mirrors drivers/base/arch_numa.c."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ...model.memory.memblock import (
    NUMA_NO_NODE,
    for_each_mem_region,
    memblock_alloc,
    memblock_end_of_DRAM,
    memblock_start_of_DRAM,
    memblock_validate_numa_coverage,
)
from ...model.memory.zones import Node
from ...model.trace.recorder import traced
from ..core.params import early_param
from ..mm.early_pfn import get_pfn_range_for_nid
from ..mm.mm_init import setup_nr_node_ids
from ..mm.numa import alloc_node_data, place_node_data
from ..mm.numa_memblks.distance import numa_alloc_distance, numa_free_distance, numa_reset_distance
from ..mm.numa_memblks.emulation import numa_emu_cmdline
from ..mm.numa_memblks.memblks import numa_memblks_init
from ..mm.numa_memblks.meminfo import node_set
from ..mm.numa_tables import numa_add_memblk
from ..mm.percpu.page import pcpu_page_first_chunk
from ..mm.percpu.percpu import pcpu_embed_first_chunk
from .acpi.pxm import srat_disabled
from .acpi.srat import acpi_numa_init
from .of.numa import of_numa_init

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "drivers/base/arch_numa.c"

EINVAL = 22


@early_param("numa")
@traced
def numa_parse_early_param(k: Kernel, opt: str | None) -> int:
    """``numa=off``: pretend that there is one node; ``numa=fake=``: that there are more (since 6.12)."""
    if opt is None:
        return -EINVAL
    if opt.startswith("off"):
        k.numa_off = True
    if k.release >= (6, 12) and opt.startswith("fake="):
        return numa_emu_cmdline(k, opt.removeprefix("fake="))
    return 0


def numa_emu_dma_end(k: Kernel) -> int:
    """Where memory for devices ends, which fake nodes should not divide (bytes)."""
    return memblock_start_of_DRAM(k.memblock) + (4 << 30)


@traced
def numa_emu_update_cpu_to_node(k: Kernel, emu_nid_to_phys: Mapping[int, int]) -> None:
    """Put each CPU on the first fake node of its physical one."""
    for cpu, node in k.numa.cpu_to_node.items():
        if node != NUMA_NO_NODE:
            fakes = (nid for nid, physical in sorted(emu_nid_to_phys.items()) if physical == node)
            k.numa.cpu_to_node[cpu] = next(fakes, 0)


@traced
def setup_node_data(k: Kernel, nid: int, start_pfn: int, end_pfn: int) -> None:
    """Allocate a node's ``pg_data_t``, on the node itself if it has room."""
    if start_pfn >= end_pfn:
        k.pr_info("NUMA: Initmem setup node {} [<memory-less node>]", nid)
    if k.release >= (6, 12):
        address = alloc_node_data(k, nid)
    else:
        address = place_node_data(k, nid, "NUMA: NODE_DATA", "NUMA: NODE_DATA({}) on node {}")
    k.numa.node_id[nid] = nid
    k.zones.set_node(Node(nid, address, start_pfn=start_pfn, spanned=max(end_pfn - start_pfn, 0)))


@traced
def numa_register_nodes(k: Kernel) -> int:
    """Make sure that all memory is on some node, and set the nodes up.  Returns 0 or an error."""
    if k.release >= (6, 12):
        if not memblock_validate_numa_coverage(k.memblock, 0):
            return -EINVAL
    elif _has_region_without_node(k):
        return -EINVAL
    for nid in k.numa.numa_nodes_parsed:
        start_pfn, end_pfn = get_pfn_range_for_nid(k, nid)
        setup_node_data(k, nid, start_pfn, end_pfn)
        k.numa.node_online_map = (*k.numa.node_online_map, nid)
    k.numa.node_possible_map = k.numa.numa_nodes_parsed
    return 0


def _has_region_without_node(k: Kernel) -> bool:
    """Complain of the first memory region that is on no node."""
    for region in for_each_mem_region(k.memblock):
        if not 0 <= region.nid < k.memblock.max_numnodes:
            last = region.base + region.size - 1
            k.pr_warn(
                "NUMA: Warning: invalid memblk node {} [mem {:#018x}-{:#018x}]", region.nid, region.base, last
            )
            return True
    return False


@traced
def alloc_bootmem_cpumask_var(k: Kernel) -> int:
    """Allocate a ``cpumask_var_t`` where it is not an array, ``CONFIG_CPUMASK_OFFSTACK`` (lib/cpumask.c)."""
    return memblock_alloc(k.memblock, -(-k.nr_cpu_ids // 64) * 8, k.sizes.constant("SMP_CACHE_BYTES"))


@traced
def setup_node_to_cpumask_map(k: Kernel) -> None:
    """Give every node a set of CPUs."""
    if k.nr_node_ids == k.memblock.max_numnodes:
        setup_nr_node_ids(k)
    if k.config.enabled("CPUMASK_OFFSTACK"):
        for _ in range(k.nr_node_ids):
            alloc_bootmem_cpumask_var(k)


@traced
def numa_init(k: Kernel, init_func: str) -> int:
    """Try one way of learning the nodes.  Returns 0 or an error."""
    k.numa.numa_nodes_parsed = k.numa.node_possible_map = k.numa.node_online_map = ()
    if k.release >= (6, 12):
        error = numa_memblks_init(k, init_func, False)
    else:
        error = numa_alloc_distance(k) or k.arch.numa_init_functions[init_func](k)
    if not error and not k.numa.numa_nodes_parsed:
        k.pr_info("NUMA: No NUMA configuration found")
        error = -EINVAL
    error = error or numa_register_nodes(k)
    if error:
        give_up = numa_reset_distance if k.release >= (6, 12) else numa_free_distance
        give_up(k)
        return error
    setup_node_to_cpumask_map(k)
    return 0


def _put_on_node_0(k: Kernel, start: int, end: int) -> int:
    """Put all memory on node 0: until 5.9 region by region.  Returns 0 or an error."""
    if k.release >= (5, 10):
        return numa_add_memblk(k, 0, start, end)
    regions = list(for_each_mem_region(k.memblock))
    return next((error for region in regions if (error := numa_add_memblk(k, 0, region.base, region.end))), 0)


@traced
def dummy_numa_init(k: Kernel) -> int:
    """Put all memory on node 0.  Returns 0 or an error."""
    start, end = memblock_start_of_DRAM(k.memblock), memblock_end_of_DRAM(k.memblock)
    if k.numa_off:
        k.pr_info("NUMA: NUMA disabled")
    k.pr_info("NUMA: Faking a node at [mem {:#018x}-{:#018x}]", start, end - 1)
    error = _put_on_node_0(k, start, end)
    if error:
        k.pr_err("NUMA: NUMA init failed")
        return error
    node_set(k, 0)
    k.numa_off = True
    return 0


@traced
def arch_acpi_numa_init(k: Kernel) -> int:
    """Learn the nodes from ACPI.  Returns 0 or an error."""
    error = acpi_numa_init(k)
    if error:
        # 6.12 only says so when it is debugged.
        if k.release < (6, 12):
            k.pr_info("NUMA: Failed to initialise from firmware")
        return error
    return -EINVAL if srat_disabled(k) else 0


INIT_FUNCTIONS: Mapping[str, Callable[[Kernel], int]] = {
    "arch_acpi_numa_init": arch_acpi_numa_init,
    "of_numa_init": of_numa_init,
    "dummy_numa_init": dummy_numa_init,
}
"""The ways of learning the nodes, by their names."""


@traced
def arch_numa_init(k: Kernel) -> None:
    """Learn the nodes from ACPI or the device tree, or else fake one."""
    learn_nodes(k)


def learn_nodes(k: Kernel) -> None:
    """What `arch_numa_init` does."""
    firmware = "of_numa_init" if k.acpi_disabled else "arch_acpi_numa_init"
    if not k.numa_off and numa_init(k, firmware) == 0:
        return
    numa_init(k, "dummy_numa_init")


@traced
def setup_per_cpu_areas(k: Kernel) -> None:
    """Give every possible CPU its own copy of the per-CPU variables."""
    reserved = k.sizes.constant("PERCPU_MODULE_RESERVE")
    error = -EINVAL
    if k.pcpu_chosen_fc != "page":
        error = pcpu_embed_first_chunk(
            k, reserved, k.sizes.constant("PERCPU_DYNAMIC_RESERVE"), k.layout.page_size, True
        )
        if error < 0 and k.config.enabled("NEED_PER_CPU_PAGE_FIRST_CHUNK"):
            k.pr_warn(
                "NUMA: PERCPU: {} allocator failed ({}), falling back to page size", k.pcpu_chosen_fc, error
            )
    if error < 0 and k.config.enabled("NEED_PER_CPU_PAGE_FIRST_CHUNK"):
        error = pcpu_page_first_chunk(k, reserved)
    if error < 0:
        k.panic(f"Failed to initialize percpu areas (err={error}).")

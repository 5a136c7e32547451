"""Per-CPU areas.  Mirrors arch/x86/kernel/setup_percpu.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ...core.kernel import U64
from ...mm.numa_memblks.distance import LOCAL_DISTANCE, REMOTE_DISTANCE
from ...mm.numa_tables import early_cpu_to_node
from ...mm.percpu.page import pcpu_page_first_chunk
from ...mm.percpu.percpu import EINVAL, pcpu_embed_first_chunk
from ..mm.physaddr import kaslr_offset
from ..mm.set_pte_vaddr import populate_extra_pte
from ..variables import Kernel
from .cpu_masks import setup_cpu_local_masks, setup_node_to_cpumask_map

KERNEL_FILE = "arch/x86/kernel/setup_percpu.c"


def set_boot_percpu_offset(k: Kernel) -> None:
    """The first value of ``__per_cpu_offset[]`` (BOOT_PERCPU_OFFSET): until there are areas, every CPU has
    the variables that are in the image."""
    if k.image.has("__per_cpu_load"):
        offset = k.image.symbol("__per_cpu_load") + kaslr_offset(k)
        k.state.numa.per_cpu_offset[:] = [offset] * k.nr_cpu_ids


@traced
def pcpu_cpu_distance(k: Kernel, from_: int, to: int) -> int:
    """How far apart two CPUs are: what counts is whether they are on one node."""
    if not k.config.enabled("NUMA"):
        return LOCAL_DISTANCE
    return LOCAL_DISTANCE if early_cpu_to_node(k, from_) == early_cpu_to_node(k, to) else REMOTE_DISTANCE


@traced
def pcpu_populate_pte(k: Kernel, addr: int) -> None:
    """Make page tables for an address of the vmalloc area."""
    populate_extra_pte(k, addr)


def _first_chunk(k: Kernel) -> int:
    """Reserve the areas: in large pieces of the direct map, or else page by page.  Returns 0 or an error."""
    # Modules' variables must be within 2 GiB of the kernel's: they come out of the first chunk.
    reserved = k.sizes.constant("PERCPU_MODULE_RESERVE")
    error = -EINVAL
    if k.pcpu_chosen_fc != "page":
        dynamic = k.sizes.constant("PERCPU_DYNAMIC_RESERVE")
        error = pcpu_embed_first_chunk(k, reserved, dynamic, k.layout.pmd_size, True)
        if error < 0:
            k.pr_warn(
                "setup_percpu: {} allocator failed ({}), falling back to page size", k.pcpu_chosen_fc, error
            )
    return error if error >= 0 else pcpu_page_first_chunk(k, reserved)


@traced
def setup_per_cpu_areas(k: Kernel) -> None:
    """Give every possible CPU its copy of the per-CPU variables."""
    # nr_cpumask_bits is an old name of nr_cpu_ids.
    k.pr_info(
        "setup_percpu: NR_CPUS:{} nr_cpumask_bits:{} nr_cpu_ids:{} nr_node_ids:{}",
        *(k.config.integer("NR_CPUS", 1), k.nr_cpu_ids, k.nr_cpu_ids, k.nr_node_ids),
    )
    error = _first_chunk(k)
    if error < 0:
        k.panic(f"cannot initialize percpu area (err={error})")
    # The symbol is no address but an offset, which KASLR does not move: 0 with SMP.
    delta = k.pcpu_base_addr - k.image.symbol("__per_cpu_start")
    offsets = k.state.numa.per_cpu_offset[: k.nr_cpu_ids]
    for cpu in k.cpu_possible:
        offsets[cpu] = (delta + k.pcpu_unit_offsets[cpu]) & U64
    # There are no CPUs behind nr_cpu_ids.
    k.state.numa.per_cpu_offset.replace(0, len(k.state.numa.per_cpu_offset), offsets)
    if k.config.enabled("NUMA"):
        setup_node_to_cpumask_map(k)
    setup_cpu_local_masks(k)

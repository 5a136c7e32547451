"""Every CPU's own copy of the per-CPU variables.  Mirrors mm/percpu.c (``pcpu_embed_first_chunk``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.pfn import PFN_ALIGN
from ....model.memory.memblock import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    NUMA_NO_NODE,
    memblock_alloc,
    memblock_alloc_from,
    memblock_alloc_try_nid,
    memblock_free,
)
from ....model.trace.recorder import traced, traced_sibling_call, traced_unless_debugged
from ...core.params import early_param
from ..numa_memblks.distance import LOCAL_DISTANCE
from ..numa_tables import early_cpu_to_node
from .chunk import (
    POINTER,
    AllocInfo,
    GroupInfo,
    pcpu_alloc_alloc_info,
    pcpu_free_alloc_info,
    pcpu_setup_first_chunk,
)

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/percpu.c"

EINVAL, ENOMEM = 22, 12


@early_param("percpu_alloc")
@traced
def percpu_alloc_setup(k: Kernel, p: str | None) -> int:
    """``percpu_alloc=embed|page``: in one piece from the linear map, or page by page in the vmalloc area."""
    if p is None:
        return -EINVAL
    if p in ("embed", "page") and k.config.enabled(f"NEED_PER_CPU_{p.upper()}_FIRST_CHUNK"):
        k.pcpu_chosen_fc = p
    else:
        k.pr_warn("percpu: unknown allocator {} specified", p)
    return 0


def _are_near(k: Kernel, cpu: int, other: int) -> bool:
    """Whether there is no distance between two CPUs, in either direction."""
    distance = k.arch.pcpu_cpu_distance
    return LOCAL_DISTANCE == distance(k, cpu, other) == distance(k, other, cpu)


def _group_cpus(k: Kernel, by_distance: bool) -> list[list[int]]:
    """The possible CPUs, those that are near each other in one group."""
    left = list(k.cpu_possible)
    groups: list[list[int]] = []
    while left:
        cpu = left.pop(0)
        near = [other for other in left if not by_distance or _are_near(k, cpu, other)]
        left = [other for other in left if other not in near]
        groups.append([cpu, *near])
    return groups


def _best_units_per_alloc(k: Kernel, alloc_size: int, max_upa: int, groups: list[list[int]]) -> int:
    """How many units to put in an allocation: few allocations, with no more than a third of the units
    wasted."""
    last_allocs, best = 1 << 31, 0
    for upa in range(max_upa, 0, -1):
        if not _divides(k, alloc_size, upa):
            continue
        allocs = sum(-(-len(group) // upa) for group in groups)
        wasted = allocs * upa - sum(map(len, groups))
        if wasted > len(k.cpu_possible) // 3:
            continue
        if allocs > last_allocs:
            break
        last_allocs, best = allocs, upa
    return best


def _divides(k: Kernel, alloc_size: int, upa: int) -> bool:
    """Whether `upa` units of whole pages fill an allocation."""
    return alloc_size % upa == 0 and alloc_size // upa % k.layout.page_size == 0


@traced
def pcpu_build_alloc_info(
    k: Kernel, reserved_size: int, dyn_size: int, atom_size: int, by_distance: bool
) -> AllocInfo | None:
    """Decide the size of a unit, and who gets which; sizes in bytes.  Returns None if there is no memory to
    write that down."""
    static_size = k.image.symbol("__per_cpu_end") - k.image.symbol("__per_cpu_start")
    dyn_size = max(dyn_size, k.sizes.constant("PERCPU_DYNAMIC_EARLY_SIZE"))
    size_sum = PFN_ALIGN(static_size + reserved_size + dyn_size, k.layout.page_shift)
    min_unit_size = max(size_sum, k.sizes.constant("PCPU_MIN_UNIT_SIZE"))
    alloc_size = -(-min_unit_size // atom_size) * atom_size
    upa = alloc_size // min_unit_size
    while not _divides(k, alloc_size, upa):
        upa -= 1
    cpus = _group_cpus(k, by_distance)
    upa = _best_units_per_alloc(k, alloc_size, upa, cpus)

    maps = [(*group, *[None] * (-len(group) % upa)) for group in cpus]
    address, ai_size = pcpu_alloc_alloc_info(k, len(maps), sum(map(len, maps)))
    if not address:
        return None
    return AllocInfo(
        address,
        ai_size,
        static_size,
        reserved_size,
        size_sum - static_size - reserved_size,
        alloc_size // upa,
        atom_size,
        alloc_size,
        tuple(GroupInfo(cpu_map) for cpu_map in maps),
    )


@traced_unless_debugged
def pcpu_fc_alloc(k: Kernel, cpu: int, size: int, align: int) -> int:
    """Allocate memory for a CPU on its node.  Returns its physical address, or 0."""
    goal = k.arch.max_dma_address(k)
    if not k.config.enabled("NUMA"):
        return memblock_alloc_from(k.memblock, size, align, goal)
    node = early_cpu_to_node(k, cpu)
    if node != NUMA_NO_NODE and node in k.numa.node_online_map:
        return memblock_alloc_try_nid(k.memblock, size, align, goal, MEMBLOCK_ALLOC_ACCESSIBLE, node)
    address = memblock_alloc_from(k.memblock, size, align, goal)
    k.pr_info("percpu: cpu {} has no node {} or node-local memory", cpu, node)
    return address


@traced_sibling_call
def pcpu_fc_free(k: Kernel, address: int, size: int) -> None:
    """Free memory that `pcpu_fc_alloc` gave."""
    memblock_free(k.memblock, address, size)


def _alloc_groups(k: Kernel, ai: AllocInfo) -> list[int]:
    """Allocate a piece of memory for each group; fewer than there are groups if memory runs out."""
    areas: list[int] = []
    for group in ai.groups:
        first_cpu = next(cpu for cpu in group.cpu_map if cpu is not None)
        area = pcpu_fc_alloc(k, first_cpu, len(group.cpu_map) * ai.unit_size, ai.atom_size)
        if not area:
            break
        areas.append(area)
    return areas


def _is_too_far(k: Kernel, ai: AllocInfo, areas: list[int]) -> bool:
    """Whether the groups are further apart than chunks in the vmalloc area can be."""
    highest = areas.index(max(areas))
    max_distance = max(areas) - min(areas) + ai.unit_size * len(ai.groups[highest].cpu_map)
    vmalloc_total = k.layout.vmalloc.size
    if max_distance <= vmalloc_total * 3 // 4:
        return False
    k.pr_warn("percpu: max_distance={:#x} too large for vmalloc space {:#x}", max_distance, vmalloc_total)
    return k.config.enabled("NEED_PER_CPU_PAGE_FIRST_CHUNK")


def _free_unused(k: Kernel, ai: AllocInfo, areas: list[int]) -> None:
    """Give back the units that no CPU has, and the end of those that one has."""
    for group, area in zip(ai.groups, areas, strict=True):
        for unit, cpu in enumerate(group.cpu_map):
            address = area + unit * ai.unit_size
            if cpu is None:
                pcpu_fc_free(k, address, ai.unit_size)
            else:
                pcpu_fc_free(k, address + ai.size_sum, ai.unit_size - ai.size_sum)


def _embed(k: Kernel, ai: AllocInfo) -> int:
    """Allocate the groups and set the first chunk up in them.  Returns 0 or an error."""
    if not ai.groups:
        # No CPU is possible, which only possible_cpus=0 brings about.
        k.pr_crit("percpu: failed to initialize, ai->nr_groups <= 0")
        k.bug("ai->nr_groups <= 0")
    areas = _alloc_groups(k, ai)
    error = -ENOMEM if len(areas) < len(ai.groups) else -EINVAL if _is_too_far(k, ai, areas) else 0
    if error:
        for group, area in zip(ai.groups, areas, strict=False):
            pcpu_fc_free(k, area, len(group.cpu_map) * ai.unit_size)
        return error
    _free_unused(k, ai, areas)
    base = min(areas)
    groups = (group._replace(base_offset=area - base) for group, area in zip(ai.groups, areas, strict=True))
    ai = ai._replace(groups=tuple(groups))
    k.pr_info(
        "percpu: Embedded {} pages/cpu s{} r{} d{} u{}",
        ai.size_sum >> k.layout.page_shift,
        ai.static_size,
        ai.reserved_size,
        ai.dyn_size,
        ai.unit_size,
    )
    pcpu_setup_first_chunk(k, ai, k.phys_to_virt(base))
    return 0


@traced
def pcpu_embed_first_chunk(
    k: Kernel, reserved_size: int, dyn_size: int, atom_size: int, by_distance: bool
) -> int:
    """Put the first chunk into the linear map, a piece for each group of CPUs, which may be grouped by
    distance; sizes in bytes.  Returns 0 or an error."""
    ai = pcpu_build_alloc_info(k, reserved_size, dyn_size, atom_size, by_distance)
    if ai is None:
        return -ENOMEM
    areas_size = PFN_ALIGN(len(ai.groups) * POINTER, k.layout.page_shift)
    areas_table = memblock_alloc(k.memblock, areas_size, k.sizes.constant("SMP_CACHE_BYTES"))
    error = _embed(k, ai) if areas_table else -ENOMEM
    pcpu_free_alloc_info(k, ai.address, ai.ai_size)
    if areas_table:
        memblock_free(k.memblock, areas_table, areas_size)
    return error


@traced
def setup_per_cpu_areas(k: Kernel) -> None:
    """Give every possible CPU its own copy of the per-CPU variables, where there are no nodes to look at."""
    reserved, dynamic = k.sizes.constant("PERCPU_MODULE_RESERVE"), k.sizes.constant("PERCPU_DYNAMIC_RESERVE")
    if pcpu_embed_first_chunk(k, reserved, dynamic, k.layout.page_size, False) < 0:
        k.panic("Failed to initialize percpu areas.")

"""The constants that a kernel's compiler saw, worked out from its release, configuration and address map.

Mirrors the ``#define`` lines of include/linux/{cma,percpu,mmzone}.h, arch/arm64/include/asm/{memory,cache}.h,
mm/memblock.c and drivers/of/of_private.h.
"""

from __future__ import annotations

from ...base.pfn import PFN_ALIGN
from ...build.address_map import AddressMap
from ...build.kconfig import KConfig
from ...build.release import Release

INIT_MEMBLOCK_REGIONS = 128
KIB = 1 << 10


def computed_constants(release: Release, config: KConfig, layout: AddressMap) -> dict[str, int]:
    """Every constant a boot needs, by its name in the kernel."""
    optional_zones = ("ZONE_DMA", "ZONE_DMA32", "ZONE_DEVICE")
    return {
        **layout.constants(),
        **_memblock(release, config),
        **_percpu(release, config, layout),
        **_old_cma_alignment(release, layout),
        "NR_CPUS": config.integer("NR_CPUS", 1),
        "MAX_NR_ZONES": 2 + sum(map(config.enabled, optional_zones)),
        "MIGRATE_TYPES": 4 + config.enabled("CMA") + config.enabled("MEMORY_ISOLATION"),
        "MAX_CMA_AREAS": _max_cma_areas(release, config),
        "MAX_RESERVED_REGIONS": 64,
        "COMMAND_LINE_SIZE": 2 * KIB,
        "SMP_CACHE_BYTES": 64,
    }


def _memblock(release: Release, config: KConfig) -> dict[str, int]:
    """UEFI cuts memory into many regions (there is room for them since 6.1), and every CPU's table for
    interrupts may be one."""
    more = config.enabled("EFI") and release >= (6, 1)
    reserved = INIT_MEMBLOCK_REGIONS
    if config.enabled("EFI") and config.enabled("ARM_GIC_V3_ITS"):
        reserved += config.integer("NR_CPUS", 1) + 1
    return {
        "INIT_MEMBLOCK_MEMORY_REGIONS": INIT_MEMBLOCK_REGIONS * (8 if more else 1),
        "INIT_MEMBLOCK_RESERVED_REGIONS": reserved,
    }


def _percpu(release: Release, config: KConfig, layout: AddressMap) -> dict[str, int]:
    shift, early = 10, 12
    # Since 6.2 there is room for more caches in early boot, since 6.6 for random ones.
    if release >= (6, 2):
        early = 20
        if config.enabled("RANDOM_KMALLOC_CACHES"):
            shift = 13 if config.enabled("LOCKDEP") and layout.page_shift != 12 else 12
    # Since 6.10 modules may bring the counters of allocation profiling.
    profiling = release >= (6, 10) and config.enabled("MEM_ALLOC_PROFILING")
    return {
        "PERCPU_DYNAMIC_EARLY_SIZE": early << shift,
        "PERCPU_DYNAMIC_RESERVE": 28 << shift,
        "PERCPU_MODULE_RESERVE": (8 << (13 if profiling else 10)) if config.enabled("MODULES") else 0,
        "PCPU_MIN_UNIT_SIZE": PFN_ALIGN(32 * KIB, layout.page_shift),
    }


def _old_cma_alignment(release: Release, layout: AddressMap) -> dict[str, int]:
    """Until 5.17 an area consists of whole largest blocks, not only of page blocks."""
    order = max(layout.nr_page_orders - 1, layout.pageblock_order)
    return {"CMA_MIN_ALIGNMENT_BYTES": layout.page_size << order} if release < (5, 18) else {}


def _max_cma_areas(release: Release, config: KConfig) -> int:
    if not config.enabled("CMA"):
        return 0
    areas = config.integer("CMA_AREAS", 7)
    # One for the default area was added to the configured number until 6.8.
    return areas if release >= (6, 9) else areas + 1

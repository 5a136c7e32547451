"""The constants that a kernel's compiler saw in headers of every architecture.

Mirrors the ``#define`` lines of include/linux/{cma,percpu,mmzone}.h.
"""

from __future__ import annotations

from ..base.pfn import PFN_ALIGN
from ..build.address_map import AddressMap
from ..build.kconfig import KConfig
from ..build.release import Release

KIB = 1 << 10


def zone_constants(config: KConfig) -> dict[str, int]:
    """How many zones there are, and kinds of page blocks."""
    optional_zones = ("ZONE_DMA", "ZONE_DMA32", "ZONE_DEVICE")
    return {
        "MAX_NR_ZONES": 2 + sum(map(config.enabled, optional_zones)),
        "MIGRATE_TYPES": 4 + config.enabled("CMA") + config.enabled("MEMORY_ISOLATION"),
    }


def percpu_constants(release: Release, config: KConfig, layout: AddressMap) -> dict[str, int]:
    """The sizes of per-CPU areas, in bytes."""
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


def cma_constants(release: Release, config: KConfig, layout: AddressMap) -> dict[str, int]:
    """How many areas of contiguous memory there may be; until 5.17 one consists of whole largest blocks, not
    only of page blocks."""
    order = max(layout.nr_page_orders - 1, layout.pageblock_order)
    return {
        "MAX_CMA_AREAS": _max_cma_areas(release, config),
        **({"CMA_MIN_ALIGNMENT_BYTES": layout.page_size << order} if release < (5, 18) else {}),
    }


def _max_cma_areas(release: Release, config: KConfig) -> int:
    if not config.enabled("CMA"):
        return 0
    areas = config.integer("CMA_AREAS", 7)
    # One for the default area was added to the configured number until 6.8.
    return areas if release >= (6, 9) else areas + 1

"""The constants that a kernel's compiler saw, worked out from its release, configuration and address map.

Mirrors the ``#define`` lines of arch/arm64/include/asm/{memory,cache}.h, mm/memblock.c and
drivers/of/of_private.h; those of include/linux are every architecture's.
"""

from __future__ import annotations

from ...build.address_map import AddressMap
from ...build.kconfig import KConfig
from ...build.release import Release
from ..constants import cma_constants, percpu_constants, zone_constants

INIT_MEMBLOCK_REGIONS = 128
KIB = 1 << 10


def computed_constants(release: Release, config: KConfig, layout: AddressMap) -> dict[str, int]:
    """Every constant a boot needs, by its name in the kernel."""
    return {
        **layout.constants(),
        **_memblock(release, config),
        **zone_constants(config),
        **percpu_constants(release, config, layout),
        **cma_constants(release, config, layout),
        "NR_CPUS": config.integer("NR_CPUS", 1),
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

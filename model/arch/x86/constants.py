"""The constants that a kernel's compiler saw, worked out from its release, configuration and address map.

Mirrors the ``#define`` lines of arch/x86/include/asm/{cache,setup,page_types,numa,apicdef}.h,
arch/x86/include/asm/e820/types.h and arch/x86/include/uapi/asm/setup_data.h; those of other folders are every
architecture's.
"""

from __future__ import annotations

from ...build.address_map import AddressMap
from ...build.kconfig import KConfig
from ...build.release import Release
from ..constants import cma_constants, percpu_constants, zone_constants

INIT_MEMBLOCK_REGIONS = 128
KIB, MIB = 1 << 10, 1 << 20
E820_MAX_ENTRIES_ZEROPAGE = 128


def computed_constants(release: Release, config: KConfig, layout: AddressMap) -> dict[str, int]:
    """Every constant a boot needs, by its name in the kernel."""
    line = 1 << config.integer("X86_L1_CACHE_SHIFT", 6)
    internode = 1 << config.integer("X86_INTERNODE_CACHE_SHIFT", 6)
    numa_entries = 3 * layout.max_numnodes if config.enabled("NUMA") else 0
    return {
        **layout.constants(),
        **zone_constants(config),
        **percpu_constants(release, config, layout),
        **cma_constants(release, config, layout),
        "INIT_MEMBLOCK_MEMORY_REGIONS": INIT_MEMBLOCK_REGIONS,
        "INIT_MEMBLOCK_RESERVED_REGIONS": INIT_MEMBLOCK_REGIONS,
        "NR_CPUS": config.integer("NR_CPUS", 1),
        "MAX_RESERVED_REGIONS": 64,
        "COMMAND_LINE_SIZE": 2 * KIB,
        "SMP_CACHE_BYTES": line,
        "L1_CACHE_BYTES": line,
        "INTERNODE_CACHE_BYTES": internode,
        "MAX_IO_APICS": 128,
        "MAX_LOCAL_APIC": 32768,
        "NR_NODE_MEMBLKS": 2 * layout.max_numnodes,
        "E820_MAX_ENTRIES_ZEROPAGE": E820_MAX_ENTRIES_ZEROPAGE,
        "E820_MAX_ENTRIES": E820_MAX_ENTRIES_ZEROPAGE + numa_entries,
        "MAX_DMA_PFN": 16 * MIB >> layout.page_shift,
        "MAX_DMA32_PFN": 1 << 32 - layout.page_shift,
        "CONFIG_PHYSICAL_START": config.integer("PHYSICAL_START", 16 * MIB),
        "CONFIG_PHYSICAL_ALIGN": config.integer("PHYSICAL_ALIGN", 2 * MIB),
    }

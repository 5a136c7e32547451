"""The structures whose sizes a boot depends on, and the enumerations: all that is read of a kernel's
types."""

from __future__ import annotations

STRUCTURES = frozenset(
    (
        *("page", "mem_section", "mem_section_usage", "pglist_data", "memblock_region", "resource"),
        *("pcpu_alloc_info", "pcpu_group_info", "pcpu_chunk", "pcpu_block_md"),
        *("device_node", "property", "reserved_mem", "prb_desc", "printk_info"),
        *("io_tlb_slot", "io_tlb_area"),
    )
)
"""Names of structures, without ``struct``."""
OF_SOME = frozenset(("firmware_map_entry", "tss_struct"))
"""Those that kernels of some architectures only have."""
OF_DEVICE_TREES = frozenset(("device_node", "property", "reserved_mem"))
"""Those that kernels without CONFIG_OF do not have."""
SHOWN = frozenset(
    (
        *("memblock", "memblock_type", "zone", "free_area", "zonelist", "zoneref", "list_head", "cma"),
        *("per_cpu_pages", "io_tlb_mem", "io_tlb_pool", "printk_ringbuffer", "callback_head", "lruvec"),
        *("e820_table", "e820_entry", "numa_memblk", "numa_meminfo", "boot_params", "setup_header"),
        *("page_ext", "vm_struct", "kmem_cache", "thread_info", "efi_memory_map", "crash_mem"),
        *("cpuinfo_arm64", "cpuinfo_x86"),
        *("prb_desc_ring", "prb_data_ring", "prb_data_blk_lpos", "dev_printk_info"),
    )
)
"""Structures that no boot depends on, and that people ask a debugger about: read where they are met."""
MEMBERS = STRUCTURES | OF_SOME | SHOWN
"""Those whose members are kept: of mem_section_usage the boot itself depends on them."""
ENUMERATIONS = frozenset(("fixed_addresses",))
ANCHORS = (
    "firmware_map_add_early",
    *("sparse_init", "setup_per_cpu_areas", "memblock_add", "unflatten_device_tree", "setup_log_buf"),
    *(
        "early_init_fdt_scan_reserved_mem",
        "early_fixmap_init",
        "swiotlb_init_remap",
        "pcpu_embed_first_chunk",
    ),
    *("paging_init", "setup_arch", "free_area_init", "swiotlb_init", "fdt_init_reserved_mem"),
    "of_reserved_mem_lookup",
)
"""Functions whose source files between them use all of these types in most kernels."""
SOURCES = (
    *("mm/sparse.c", "mm/percpu.c", "mm/memblock.c", "mm/page_alloc.c", "mm/mm_init.c"),
    *("drivers/of/fdt.c", "drivers/of/of_reserved_mem.c", "kernel/printk/printk.c", "kernel/dma/swiotlb.c"),
    *("/mm/mmu.c", "/mm/fixmap.c", "/kernel/setup.c"),
)
"""Ends of the names of these files; the last are the architecture's."""

"""What x86's own functions and variables mean to a reader of its boots: who has which memory, what a phase
begins with, what people call things.
"""

from __future__ import annotations

from ...language.words import translatable
from ..spec import BOOT_LOADER, OwnerRule, OwnerRules, PhaseOpener, Variable

_TABLES = OwnerRule(translatable("page tables (direct map)"))
_VMEMMAP = OwnerRule(translatable("page tables (vmemmap)"))
_INITRD = OwnerRule("initrd", BOOT_LOADER, options=("initrd",))
_MP = OwnerRule(translatable("MP configuration table"), translatable("the firmware"))
_NOSAVE = OwnerRule(translatable("list of memory not saved in hibernation"))
_MAP = translatable("the firmware's map (e820)")

OWNERS = OwnerRules(
    reserved={
        # arch/x86/kernel/setup.c
        "early_reserve_memory": OwnerRule(
            translatable("kernel image, or what firmware keeps below 1 MiB"), BOOT_LOADER
        ),
        "_reserve_image": OwnerRule(translatable("kernel image"), BOOT_LOADER),
        "_reserve_low_memory": OwnerRule(translatable("the first 64 KiB, which BIOSes write to")),
        "early_reserve_initrd": _INITRD,
        "reserve_initrd": _INITRD,
        "relocate_initrd": OwnerRule(translatable("initrd, moved"), BOOT_LOADER, options=("initrd",)),
        "memblock_x86_reserve_range_setup_data": OwnerRule("setup_data", BOOT_LOADER),
        "early_reserve_setup_data": OwnerRule("setup_data", BOOT_LOADER),
        "trim_snb_memory": OwnerRule(translatable("pages that a graphics processor cannot reach")),
        "trim_low_memory_range": OwnerRule(translatable("what firmware keeps below 1 MiB")),
        "reserve_brk": OwnerRule(translatable("early heap (brk)")),
        "reserve_bios_regions": OwnerRule(translatable("BIOS data"), translatable("the firmware")),
        "reserve_real_mode": OwnerRule(translatable("real-mode trampoline")),
        "_reserve_first_mib": OwnerRule(translatable("the first MiB, which BIOSes write to")),
        "setup_bios_corruption_check": OwnerRule(
            translatable("memory that is watched for the BIOS's writes"), options=("memory_corruption_check",)
        ),
        # Tables of the firmware
        "smp_scan_config": _MP,
        "smp_reserve_memory": _MP,
        "e820__memblock_alloc_reserved_mpc_new": _MP,
        "acpi_table_upgrade": OwnerRule(translatable("ACPI tables, replaced"), options=("initrd",)),
        "acpi_initrd_override": OwnerRule(translatable("ACPI tables, replaced"), options=("initrd",)),
        "acpi_reserve_initial_tables": OwnerRule(translatable("ACPI tables"), "ACPI"),
        "acpi_boot_table_init": OwnerRule(translatable("ACPI tables"), "ACPI"),
        "acpi_parse_hpet": OwnerRule(translatable("resource table (HPET)")),
        "efi_memblock_x86_reserve_range": OwnerRule(translatable("UEFI memory map"), "UEFI"),
        "efi_memmap_alloc": OwnerRule(translatable("UEFI memory map"), "UEFI"),
        "efi_reserve_boot_services": OwnerRule(
            translatable("UEFI boot services"), translatable("UEFI memory map")
        ),
        # The e820 map
        "e820__memblock_setup": OwnerRule(translatable("soft-reserved memory"), _MAP),
        "e820__reserve_resources": OwnerRule(translatable("resource table (e820)")),
        "e820_reserve_resources": OwnerRule(translatable("resource table (e820)")),
        "firmware_map_add_early": OwnerRule(translatable("firmware's map, for /sys/firmware/memmap")),
        "io_apic_init_mappings": OwnerRule(translatable("resource table (IO-APIC)")),
        "register_nosave_region": _NOSAVE,
        "__register_nosave_region": _NOSAVE,
        # Page tables
        "init_mem_mapping": _TABLES,
        "alloc_low_pages": _TABLES,
        "spp_getpage": OwnerRule(translatable("page tables (fixmap and other areas)")),
        "vmemmap_pud_populate": _VMEMMAP,
        "vmemmap_p4d_populate": _VMEMMAP,
        # NUMA
        "alloc_node_data": OwnerRule(translatable("node data (pg_data_t)")),
        "numa_alloc_distance": OwnerRule(translatable("NUMA distances")),
        "numa_emulation": OwnerRule(translatable("NUMA distances"), options=("numa",)),
    },
    memory={
        "e820__memblock_setup": OwnerRule("RAM", _MAP),
        "memblock_x86_fill": OwnerRule("RAM", _MAP),
        "trim_low_memory_range": OwnerRule(translatable("what firmware keeps below 1 MiB")),
        "efi_find_mirror": OwnerRule(translatable("mirrored memory"), translatable("UEFI memory map")),
        "numa_init": OwnerRule(translatable("nodes of memory"), "ACPI SRAT"),
    },
    untraced=frozenset(("_reserve_image", "_reserve_low_memory")),
)

_LIMITS, _IMAGE, _FIRMWARE = (
    translatable("limits of memory"),
    translatable("addresses and the image"),
    "firmware",
)
_PER_CPU = translatable("per-CPU areas")
_RESERVED, _TABLES_OF = translatable("reserved memory and CMA"), translatable("page tables")
VARIABLES = (
    *(Variable(f"{name}_pfn_mapped", _LIMITS, "pfn") for name in ("max", "max_low", "min")),
    Variable("pfn_mapped", _LIMITS, "pfn ranges"),
    *(Variable(f"{part}_resource", _IMAGE, "address") for part in ("code", "rodata", "data", "bss")),
    *(Variable(name, _RESERVED, "address") for name in ("crashk_res", "crashk_low_res")),
    *(Variable(name, _TABLES_OF, "pfn") for name in ("pgt_buf_start", "pgt_buf_end", "pgt_buf_top")),
    *(Variable(name, _TABLES_OF) for name in ("can_use_brk_pgt", "after_bootmem", "page_size_mask")),
    *(Variable(name, _TABLES_OF) for name in ("direct_gbpages", "__pgtable_l5_enabled")),
    Variable("phys_base", _IMAGE, "address"),
    Variable("page_offset_base", _IMAGE, "address"),
    Variable("vmalloc_base", _IMAGE, "address"),
    Variable("vmemmap_base", _IMAGE, "address"),
    Variable("_brk_start", _IMAGE, "address"),
    Variable("_brk_end", _IMAGE, "address"),
    Variable("cr3", _TABLES_OF),
    Variable("real_mode_header", _IMAGE, "address"),
    Variable("log_buf", translatable("the log"), "address"),
    Variable("pcpu_base_addr", _PER_CPU, "address"),
    *(Variable(f"pcpu_{name}", _PER_CPU, "bytes") for name in ("unit_size", "atom_size")),
    *(Variable(f"pcpu_nr_{name}", _PER_CPU) for name in ("units", "groups")),
    Variable("pci_mem_start", _FIRMWARE, "address"),
    Variable("mpf_base", _FIRMWARE, "address"),
    Variable("efi_memmap_phys", _FIRMWARE, "address"),
    Variable("efi_memmap_nr", _FIRMWARE),
)

PHASES = (
    PhaseOpener(translatable("the firmware's map"), "e820", ("early_reserve_memory", "e820__memory_setup")),
    PhaseOpener("memblock", "memblock", ("e820__memblock_setup",)),
    PhaseOpener(translatable("page tables"), translatable("tables"), ("init_mem_mapping",)),
    PhaseOpener("NUMA", "NUMA", ("initmem_init",)),
    PhaseOpener("zones", "zones", ("zone_sizes_init",)),
    PhaseOpener("resources", "iomem", ("e820__reserve_resources",)),
)

SUBJECTS = {
    "initrd": ("early_reserve_initrd", "reserve_initrd"),
    "e820": ("e820__memory_setup", "e820__memblock_setup"),
    "brk": ("reserve_brk", "extend_brk"),
    "ACPI": ("acpi_boot_table_init",),
}
ALIASES = {
    "memblock_x86_fill": "e820__memblock_setup",
    "setup_memory_map": "e820__memory_setup",
    "e820_reserve_resources": "e820__reserve_resources",
}
"""Until 4.11 the functions of e820 had other names."""

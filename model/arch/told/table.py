"""The architectures whose logs are read, with the functions of theirs that take memory."""

from __future__ import annotations

from collections.abc import Mapping

from ..spec import Arch, OwnerRule, OwnerRules
from .no_page_tables import told_arch

IMAGE, TREE, TABLES = OwnerRule("kernel image"), OwnerRule("device tree blob"), OwnerRule("page tables")
INITRD, ACPI, NUMA = OwnerRule("initrd"), OwnerRule("ACPI tables"), OwnerRule("NUMA distances")
CRASH, RESOURCES = OwnerRule("crash kernel"), OwnerRule("resource table")
FLAT_TREE: Mapping[str, OwnerRule] = {
    "early_init_dt_scan": TREE,
    "early_init_fdt_reserve_self": TREE,
    "early_init_devtree": OwnerRule("device tree blob and kernel image"),
}
MEMORY: Mapping[str, OwnerRule] = {
    "early_init_dt_add_memory_arch": OwnerRule("the device tree's memory nodes"),
    "e820__memblock_setup": OwnerRule("the e820 map"),
    "memblock_x86_fill": OwnerRule("the e820 map"),
}
PC: Mapping[str, OwnerRule] = {
    "reserve_real_mode": OwnerRule("real-mode trampoline"),
    "acpi_reserve_initial_tables": ACPI,
    "acpi_table_upgrade": ACPI,
    "acpi_initrd_override": ACPI,
    "early_reserve_initrd": INITRD,
    "reserve_brk": OwnerRule("early heap (brk)"),
    "early_reserve_memory": OwnerRule("kernel image and the first 64 KiB"),
    "reserve_bios_regions": OwnerRule("BIOS area"),
    "smp_scan_config": OwnerRule("MP configuration table"),
    "setup_bios_corruption_check": OwnerRule("low memory that is checked"),
    "alloc_low_pages": TABLES,
    "init_mem_mapping": TABLES,
    "numa_init": NUMA,
    "numa_alloc_distance": NUMA,
    "alloc_node_data": OwnerRule("node data (pg_data_t)"),
    "efi_memblock_x86_reserve_range": OwnerRule("UEFI memory map"),
    "efi_reserve_boot_services": OwnerRule("UEFI boot services"),
    "e820__reserve_resources": RESOURCES,
    "firmware_map_add_early": OwnerRule("firmware map entries"),
    "trim_snb_memory": OwnerRule("pages that a graphics processor cannot reach"),
}


def _owners(*reserved: Mapping[str, OwnerRule]) -> OwnerRules:
    together = {name: rule for rules in (FLAT_TREE, *reserved) for name, rule in rules.items()}
    return OwnerRules(reserved=together, memory=MEMORY)


TOLD: Mapping[str, Arch] = {
    arch.name: arch
    for arch in (
        told_arch("x86-64", "x86", _owners(PC)),
        told_arch("32-bit x86", "x86", _owners(PC)),
        told_arch(
            "32-bit Arm",
            "arm",
            _owners(
                {
                    "arm_memblock_init": IMAGE,
                    "arm_mm_memblock_reserve": OwnerRule("the first page table (swapper_pg_dir)"),
                    "early_alloc": TABLES,
                    "arm_initrd_init": INITRD,
                    "request_standard_resources": RESOURCES,
                }
            ),
        ),
        told_arch(
            "RISC-V",
            "riscv",
            _owners(
                {
                    "setup_bootmem": IMAGE,
                    "paging_init": TREE,
                    "alloc_pte_late": TABLES,
                    "alloc_pte_fixmap": TABLES,
                    "alloc_pmd_fixmap": TABLES,
                    "alloc_pud_fixmap": TABLES,
                    "alloc_p4d_fixmap": TABLES,
                    "init_resources": RESOURCES,
                }
            ),
        ),
        told_arch("MIPS", "mips", _owners({"bootmem_init": IMAGE, "resource_init": RESOURCES})),
        told_arch("PowerPC", "powerpc", _owners({"early_alloc_pgtable": TABLES})),
        told_arch(
            "s390",
            "s390",
            _owners(
                {
                    "reserve_kernel": IMAGE,
                    "reserve_initrd": INITRD,
                    "reserve_crashkernel": CRASH,
                    "setup_resources": RESOURCES,
                    "setup_lowcore_dat_off": OwnerRule("lowcore"),
                }
            ),
        ),
        told_arch("LoongArch", "loongarch", _owners({"memblock_init": IMAGE, "resource_init": RESOURCES})),
        told_arch("PA-RISC", "parisc", _owners({"setup_bootmem": IMAGE})),
        told_arch("SuperH", "sh", _owners({"paging_init": IMAGE})),
        told_arch("OpenRISC", "openrisc", _owners({"setup_memory": IMAGE})),
    )
}
"""By the names that logs are told with."""

OTHER_NAMES: Mapping[str, str] = {
    "x86_64": "x86-64",
    "amd64": "x86-64",
    "i386": "32-bit x86",
    "i686": "32-bit x86",
    "x86": "32-bit x86",
    "x86-32": "32-bit x86",
    "arm": "32-bit Arm",
    "arm32": "32-bit Arm",
    "riscv": "RISC-V",
    "riscv64": "RISC-V",
    "mips": "MIPS",
    "mips64": "MIPS",
    "powerpc": "PowerPC",
    "ppc": "PowerPC",
    "ppc64": "PowerPC",
    "ppc64le": "PowerPC",
    "s390x": "s390",
    "loongarch": "LoongArch",
    "loongarch64": "LoongArch",
    "parisc": "PA-RISC",
    "hppa": "PA-RISC",
    "sh": "SuperH",
    "sh4": "SuperH",
    "openrisc": "OpenRISC",
    "or1k": "OpenRISC",
    "aarch64": "arm64",
}
"""What people call them."""

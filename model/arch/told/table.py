"""The architectures whose logs are read, with functions of their own that take memory."""

from __future__ import annotations

from collections.abc import Mapping

from ...language.words import translatable
from ..spec import Arch, OwnerRule, OwnerRules
from .no_page_tables import told_arch

TABLES, INITRD = OwnerRule(translatable("page tables")), OwnerRule("initrd")
ACPI, RESOURCES = OwnerRule(translatable("ACPI tables")), OwnerRule(translatable("resource table"))
PC: Mapping[str, OwnerRule] = {
    "acpi_table_upgrade": ACPI,
    "acpi_initrd_override": ACPI,
    "early_reserve_initrd": INITRD,
    "early_reserve_memory": OwnerRule(translatable("kernel image, or what firmware keeps below 1 MiB")),
    "reserve_brk": OwnerRule(translatable("early heap (brk)")),
    "trim_snb_memory": OwnerRule(translatable("pages that a graphics processor cannot reach")),
    "alloc_node_data": OwnerRule(translatable("node data (pg_data_t)")),
    "numa_alloc_distance": OwnerRule(translatable("NUMA distances")),
    "e820_reserve_resources": RESOURCES,
}
"""Functions of PCs' kernels of 32 bits."""


def _arch(name: str, directory: str, reserved: Mapping[str, OwnerRule]) -> Arch:
    return told_arch(name, directory, OwnerRules(reserved=reserved, memory={}))


TOLD: Mapping[str, Arch] = {
    arch.name: arch
    for arch in (
        _arch("32-bit x86", "x86", PC),
        _arch("32-bit Arm", "arm", {"arm_initrd_init": INITRD}),
        _arch(
            "RISC-V",
            "riscv",
            {
                "alloc_pte_fixmap": TABLES,
                "alloc_pud_fixmap": TABLES,
                "alloc_p4d_fixmap": TABLES,
                "init_resources": RESOURCES,
            },
        ),
        _arch("MIPS", "mips", {"resource_init": RESOURCES}),
        _arch("PowerPC", "powerpc", {"early_alloc_pgtable": TABLES}),
        _arch(
            "s390",
            "s390",
            {
                "reserve_kernel": OwnerRule(translatable("kernel image")),
                "reserve_initrd": INITRD,
                "setup_resources": RESOURCES,
            },
        ),
        _arch("LoongArch", "loongarch", {"resource_init": RESOURCES}),
        _arch("PA-RISC", "parisc", {}),
        _arch("SuperH", "sh", {}),
        _arch("OpenRISC", "openrisc", {"setup_memory": OwnerRule(translatable("kernel image or initrd"))}),
    )
}
"""By the names that logs are told with."""

OTHER_NAMES: Mapping[str, str] = {
    "x86-64": "x86_64",
    "amd64": "x86_64",
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

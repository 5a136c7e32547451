"""What arm64's own functions and variables mean to a reader of its boots: who has which memory, what a phase
begins with, what people call things.
"""

from __future__ import annotations

from ...language.words import translatable
from ..spec import BOOT_LOADER, CONFIGURED, OwnerRule, OwnerRules, PhaseOpener, Variable

OWNERS = OwnerRules(
    reserved={
        "setup_machine_fdt": OwnerRule(translatable("device tree blob"), BOOT_LOADER),
        "arm64_memblock_init": OwnerRule(translatable("kernel image"), BOOT_LOADER),
        "keep_initrd": OwnerRule(
            "initrd", translatable("device tree /chosen linux,initrd-start"), options=("initrd",)
        ),
        "map_kernel": OwnerRule(translatable("page tables (kernel image)")),
        "map_mem": OwnerRule(translatable("page tables (linear map)")),
        "create_idmap": OwnerRule(translatable("page tables (identity map)")),
        "arm64_kfence_alloc_pool": OwnerRule(
            translatable("KFENCE pool"), CONFIGURED, options=("kfence.sample_interval",)
        ),
        "kvm_hyp_reserve": OwnerRule(translatable("hypervisor memory (pKVM)"), options=("kvm-arm.mode",)),
        "request_standard_resources": OwnerRule(translatable("resource table")),
    },
    memory={
        "arm64_memblock_init": OwnerRule(
            translatable("kernel image, put back after a limit"), options=("mem",)
        ),
        "keep_initrd": OwnerRule(
            translatable("initrd, put back"),
            translatable("device tree /chosen linux,initrd-start"),
            options=("initrd",),
        ),
        "map_mem": OwnerRule(translatable("the linear map's own mark")),
    },
    untraced=frozenset(("keep_initrd",)),
)

_LIMITS, _IMAGE, _HYPERVISOR = (
    translatable("limits of memory"),
    translatable("addresses and the image"),
    translatable("the hypervisor"),
)
VARIABLES = (
    Variable("arm64_dma_phys_limit", _LIMITS),
    Variable("memstart_addr", _IMAGE, nothing=-1),
    Variable("memstart_offset_seed", _IMAGE),
    Variable("kimage_voffset", _IMAGE, "offset"),
    Variable("init_mm_pgd", _IMAGE),
    Variable("arm64_use_ng_mappings", _IMAGE),
    Variable("rodata_full", _IMAGE),
    Variable("crash_mem_map", _IMAGE),
    Variable("kvm_mode", _HYPERVISOR),
    Variable("hyp_mem_base", _HYPERVISOR, "address"),
    Variable("hyp_mem_size", _HYPERVISOR),
)

PHASES = (
    PhaseOpener(
        translatable("early fixmap and device tree"),
        translatable("fixmap"),
        ("early_fixmap_init", "setup_machine_fdt"),
    ),
    PhaseOpener("memblock", "memblock", ("efi_init", "arm64_memblock_init")),
    PhaseOpener(translatable("page tables"), translatable("tables"), ("paging_init",)),
    PhaseOpener("NUMA", "NUMA", ("bootmem_init",)),
    PhaseOpener("zones", "zones", ("zone_sizes_init",)),
    PhaseOpener("resources", "iomem", ("request_standard_resources",)),
)

SUBJECTS = {"initrd": ("arm64_memblock_init",)}
ALIASES = {"arm64_numa_init": "arch_numa_init"}
"""Until 5.11 its NUMA setup was arm64's alone."""

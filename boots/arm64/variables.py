"""The kernel with the variables that are arm64's own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from ..core import kernel
from ..core.variables import Traced


class Kernel(kernel.Kernel):
    """A kernel for arm64.  `idreg_overrides` are what the command line says of CPU features; `init_mm_pgd` is
    the tree of page tables that the kernel uses."""

    # arch/arm64/mm/init.c
    memstart_addr: Traced[int] = -1
    arm64_dma_phys_limit: Traced[int] = 0
    arm64_dma32_phys_limit: Traced[int] = 0

    # arch/arm64/mm/mmu.c
    kimage_voffset: Traced[int] = 0
    rodata_full: Traced[bool] = True
    crash_mem_map: Traced[bool] = False
    init_mm_pgd: Traced[str] = "init_pg_dir"
    kfence_early_init: Traced[bool] = False

    # arch/arm64/kernel
    arm64_use_ng_mappings: Traced[bool] = False
    memstart_offset_seed: Traced[int] = 0
    idreg_overrides: Mapping[str, int] = MappingProxyType({})

    # arch/arm64/kvm
    kvm_mode: Traced[str] = "default"
    hyp_mem_base: Traced[int] = 0
    hyp_mem_size: Traced[int] = 0

    shown_after: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "boot_command_line": ("memstart_addr", "kimage_voffset"),
        "initrd_end": ("arm64_dma_phys_limit", "arm64_dma32_phys_limit"),
        "rodata_enabled": ("rodata_full", "crash_mem_map"),
        "numa_off": ("arm64_use_ng_mappings", "memstart_offset_seed", "init_mm_pgd", "kfence_early_init"),
        "panic_later": ("kvm_mode", "hyp_mem_base", "hyp_mem_size"),
    }

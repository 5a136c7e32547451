"""The kernel with the variables that are x86's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...model.firmware.boot_params import SetupData
from ...model.firmware.pc_firmware import MpPointer
from ..core import kernel
from ..core.variables import Traced
from .subsystems import Apic, Dmi

Range = tuple[int, ...]
"""A ``struct resource``: its first and its last byte, as physical addresses; (0, 0) where there is none."""
NOWHERE: Range = (0, 0)


class Kernel(kernel.Kernel):
    """A kernel for x86-64.  `cr3` is the root of the page tables that the CPU walks, by its symbol;
    `supported_pte_mask` the bits that entries may have on this CPU (``__supported_pte_mask``),
    `default_kernel_pte_mask` those of kernel mappings (``__default_kernel_pte_mask``); `next_early_pgt`
    counts the image's pages for tables that are in use; `has_pti` tells whether user space gets page tables
    of its own (X86_FEATURE_PTI).  `setup_data` is the list as it has been read, `userdef` says whether the
    command line has changed the e820 map, `mpf` is the pointer to the MP table that was found and
    `num_procs` how many CPUs it tells of; `enable_update_mptable` and what follows are options about a new
    one.  `apic` holds what is known of CPUs and interrupt controllers, `dmi` what is of SMBIOS."""

    # arch/x86/kernel/head64.c
    phys_base: Traced[int] = 0
    page_offset_base: Traced[int] = 0
    vmalloc_base: Traced[int] = 0
    vmemmap_base: Traced[int] = 0
    pgtable_l5_enabled: Traced[int] = 0
    cr3: Traced[str] = "early_top_pgt"

    # arch/x86/mm/init.c, init_64.c
    max_pfn_mapped: Traced[int] = 0
    max_low_pfn_mapped: Traced[int] = 0
    min_pfn_mapped: Traced[int] = 0
    pfn_mapped: Traced[Range] = ()
    pgt_buf_start: Traced[int] = 0
    pgt_buf_end: Traced[int] = 0
    pgt_buf_top: Traced[int] = 0
    can_use_brk_pgt: Traced[bool] = True
    after_bootmem: Traced[int] = 0
    page_size_mask: Traced[int] = 0
    direct_gbpages: Traced[int] = 0
    dma_reserve: Traced[int] = 0

    # arch/x86/kernel/setup.c
    _brk_start: Traced[int] = 0
    _brk_end: Traced[int] = 0
    code_resource: Traced[Range] = NOWHERE
    rodata_resource: Traced[Range] = NOWHERE
    data_resource: Traced[Range] = NOWHERE
    bss_resource: Traced[Range] = NOWHERE

    # arch/x86/realmode/init.c, kernel/mpparse.c, kernel/e820.c
    real_mode_header: Traced[int] = 0
    mpf_base: Traced[int] = 0
    pci_mem_start: Traced[int] = 0xAEEDBABE

    # kernel/crash_core.c
    crashk_res: Traced[Range] = NOWHERE
    crashk_low_res: Traced[Range] = NOWHERE

    # drivers/firmware/efi
    efi_memmap_phys: Traced[int] = 0
    efi_memmap_nr: Traced[int] = 0

    # kernel/printk/printk.c, mm/percpu.c
    log_buf: Traced[int] = 0
    pcpu_base_addr: Traced[int] = 0
    pcpu_unit_size: Traced[int] = 0
    pcpu_nr_units: Traced[int] = 0
    pcpu_atom_size: Traced[int] = 0
    pcpu_nr_groups: Traced[int] = 0

    # arch/x86/kernel, not recorded
    setup_data: tuple[SetupData, ...] = ()
    userdef: bool = False
    disable_mtrr_trim: bool = False
    mpf: MpPointer | None = None
    num_procs: int = 0
    enable_update_mptable: bool = False
    alloc_mptable: bool = False
    mpc_new_length: int = 4096

    # arch/x86/kernel/pci-dma.c, alternative.c
    no_iommu: bool = False
    noreplace_smp: bool = False
    x86_swiotlb_enable: bool = False

    # not recorded
    supported_pte_mask: int = (1 << 64) - 1
    default_kernel_pte_mask: int = (1 << 64) - 1
    next_early_pgt: int = 0
    trampoline_pgd_entry: int = 0
    pti_mode: str = ""
    has_pti: bool = False
    vsyscall_mode: str = ""

    c_names: ClassVar[Mapping[str, str]] = {"pgtable_l5_enabled": "__pgtable_l5_enabled"}
    compiled_if: ClassVar[Mapping[str, tuple[str, ...]]] = {
        **dict.fromkeys(("page_offset_base", "vmalloc_base", "vmemmap_base"), ("DYNAMIC_MEMORY_LAYOUT",)),
        **dict.fromkeys(("dt_root_addr_cells", "dt_root_size_cells"), ("OF_EARLY_FLATTREE",)),
        **dict.fromkeys(("reserved_mem_count", "total_reserved_mem_cnt"), ("OF_RESERVED_MEM",)),
        "pgtable_l5_enabled": ("X86_5LEVEL",),
        "mpf_base": ("X86_MPPARSE",),
        "memory_limit": (),
    }
    shown_after: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "boot_command_line": ("phys_base", "page_offset_base", "vmalloc_base", "vmemmap_base"),
    }

    def __init__(self, *inputs: Any, **named: Any) -> None:
        self.apic = Apic()
        self.dmi = Dmi()
        super().__init__(*inputs, **named)

"""What generic code asks of arm64."""

from __future__ import annotations

from ...model.arch.arm64 import record
from ..core.arch import ArchOps, FaultWords
from ..drivers.acpi.pxm import fix_pxm_node_maps
from ..drivers.arch_numa import (
    INIT_FUNCTIONS,
    numa_emu_dma_end,
    numa_emu_update_cpu_to_node,
    setup_per_cpu_areas,
)
from ..mm.numa_tables import pcpu_cpu_distance
from .kernel.acpi_numa import acpi_numa_gicc_affinity_init
from .kernel.assumptions import assumed
from .kernel.collisions import cannot_start, collisions
from .kernel.cpu_records import smp_prepare_boot_cpu
from .kernel.head import set_page_table_roots
from .kernel.setup import (
    arch_parse_debug_rodata,
    kernel_resources,
    setup_arch,
    smp_setup_processor_id,
    trap_init,
)
from .mm.fixmap import __set_fixmap
from .mm.hugetlbpage import arch_hugetlb_valid_size
from .mm.memory import (
    arch_low_address_limit,
    arch_pfn_offset,
    compiled_in,
    do_early_exception,
    max_dma_address,
    phys_to_virt,
    virt_to_phys,
)
from .mm.mmu import early_vm_areas, vmemmap_populate
from .mm.pgtable_prot import prot, table_prot
from .mm.reserve_crashkernel import crash_limits
from .order import ORDERS
from .variables import Kernel

ARM64: ArchOps[Kernel] = ArchOps(
    facts=record.ARM64,
    cannot_start=cannot_start,
    collisions=collisions,
    assumed=assumed,
    kernel=Kernel,
    compiled_in=compiled_in,
    orders=ORDERS,
    smp_setup_processor_id=smp_setup_processor_id,
    setup_arch=setup_arch,
    setup_per_cpu_areas=setup_per_cpu_areas,
    smp_prepare_boot_cpu=smp_prepare_boot_cpu,
    trap_init=trap_init,
    arch_parse_debug_rodata=arch_parse_debug_rodata,
    set_page_table_roots=set_page_table_roots,
    kernel_resources=kernel_resources,
    phys_to_virt=phys_to_virt,
    virt_to_phys=virt_to_phys,
    arch_pfn_offset=arch_pfn_offset,
    max_dma_address=max_dma_address,
    arch_low_address_limit=arch_low_address_limit,
    set_fixmap=__set_fixmap,
    prot=prot,
    table_prot=table_prot,
    vmemmap_populate=vmemmap_populate,
    do_early_exception=do_early_exception,
    early_vm_areas=early_vm_areas,
    crash_limits=crash_limits,
    arch_hugetlb_valid_size=arch_hugetlb_valid_size,
    # arch/arm64/mm/fault.c
    fault_words=FaultWords(
        "Unable to handle kernel {} at virtual address {:016x}", "NULL pointer dereference", "paging request"
    ),
    pcpu_cpu_distance=pcpu_cpu_distance,
    numa_init_functions=INIT_FUNCTIONS,
    numa_emu_dma_end=numa_emu_dma_end,
    numa_emu_update_cpu_to_node=numa_emu_update_cpu_to_node,
    fix_pxm_node_maps=fix_pxm_node_maps,
    acpi_numa_gicc_affinity_init=acpi_numa_gicc_affinity_init,
)

"""What generic code asks of x86-64."""

from __future__ import annotations

from ...model.arch.x86 import record
from ...model.arch.x86.entry_format import PAGE_KERNEL, PAGE_KERNEL_IO, PAGE_TABLE, page_kernel_ro
from ..core.arch import ArchOps, FaultWords, Protection
from ..drivers.acpi.pxm import fix_pxm_node_maps
from .kernel.acpi.root_pointer import acpi_arch_get_root_pointer, acpi_find_root_pointer
from .kernel.alternative import arch_cpu_finalize_init
from .kernel.apic.io_apic import arch_disable_smp_support
from .kernel.assumptions import assumed, cannot_start, collisions
from .kernel.early_pgtable import do_early_exception
from .kernel.head64 import set_page_table_roots
from .kernel.reserve_crashkernel import crash_limits
from .kernel.setup import (
    arch_parse_debug_rodata,
    kernel_resources,
    setup_arch,
    smp_prepare_boot_cpu,
    smp_setup_processor_id,
)
from .kernel.setup_percpu import (
    pcpu_cpu_distance,
    pcpu_populate_pte,
    set_boot_percpu_offset,
    setup_per_cpu_areas,
)
from .mm.cpu_entry_area import trap_init
from .mm.fixmap import set_fixmap
from .mm.hugetlbpage import arch_hugetlb_valid_size
from .mm.init_64 import vmemmap_populate
from .mm.levels import kernel_prot
from .mm.nodes.numa import INIT_FUNCTIONS, numa_emu_dma_end
from .mm.nodes.numa_cpus import numa_emu_update_cpu_to_node
from .mm.nodes.srat import acpi_numa_processor_affinity_init, acpi_numa_x2apic_affinity_init
from .mm.physaddr import (
    arch_low_address_limit,
    arch_pfn_offset,
    compiled_in,
    max_dma_address,
    phys_to_virt,
    virt_to_phys,
)
from .order import ORDERS
from .platform.efi import efi_arch_tables
from .platform.quirks import efi_arch_mem_reserve
from .variables import Kernel


def set_image(k: Kernel) -> None:
    """What the image brings of memory's state: the roots of page tables, and where per-CPU variables are."""
    set_page_table_roots(k)
    set_boot_percpu_offset(k)


def prot(k: Kernel, protection: Protection) -> int:
    """The bits of a protection that generic code names (arch/x86/include/asm/pgtable_types.h)."""
    bits = {
        "PAGE_KERNEL": PAGE_KERNEL,
        "PAGE_KERNEL_RO": page_kernel_ro(k.release),
        "FIXMAP_PAGE_IO": PAGE_KERNEL_IO,
    }
    return kernel_prot(k, bits[protection])


X86: ArchOps[Kernel] = ArchOps(
    facts=record.X86_64,
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
    arch_cpu_finalize_init=arch_cpu_finalize_init,
    arch_parse_debug_rodata=arch_parse_debug_rodata,
    set_page_table_roots=set_image,
    kernel_resources=kernel_resources,
    has_frame_pointers=lambda config: config.enabled("FRAME_POINTER"),
    phys_to_virt=phys_to_virt,
    virt_to_phys=virt_to_phys,
    arch_pfn_offset=arch_pfn_offset,
    max_dma_address=max_dma_address,
    arch_low_address_limit=arch_low_address_limit,
    set_fixmap=set_fixmap,
    prot=prot,
    table_prot=lambda k: PAGE_TABLE,
    vmemmap_populate=vmemmap_populate,
    do_early_exception=do_early_exception,
    early_vm_areas=lambda k: [],
    crash_limits=crash_limits,
    arch_hugetlb_valid_size=arch_hugetlb_valid_size,
    # arch/x86/mm/fault.c
    fault_words=FaultWords(
        "BUG: {} address: {:016x}", "kernel NULL pointer dereference,", "unable to handle page fault for"
    ),
    efi_arch_tables=efi_arch_tables,
    efi_arch_mem_reserve=efi_arch_mem_reserve,
    pcpu_cpu_distance=pcpu_cpu_distance,
    pcpu_populate_pte=pcpu_populate_pte,
    numa_init_functions=INIT_FUNCTIONS,
    numa_emu_dma_end=numa_emu_dma_end,
    numa_emu_update_cpu_to_node=numa_emu_update_cpu_to_node,
    fix_pxm_node_maps=fix_pxm_node_maps,
    numa_memblks=True,
    arch_disable_smp_support=arch_disable_smp_support,
    acpi_arch_get_root_pointer=acpi_arch_get_root_pointer,
    acpi_find_root_pointer=acpi_find_root_pointer,
    acpi_numa_processor_affinity_init=acpi_numa_processor_affinity_init,
    acpi_numa_x2apic_affinity_init=acpi_numa_x2apic_affinity_init,
)

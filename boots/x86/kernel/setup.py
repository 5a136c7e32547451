"""The architecture's part of start_kernel.  Mirrors arch/x86/kernel/setup.c."""

from __future__ import annotations

from ....model.memory.memblock import memblock_set_bottom_up, memblock_set_current_limit
from ....model.trace.recorder import traced
from ...core.event_limit import refuse_if_too_long
from ...core.params import parse_early_param
from ...drivers.acpi.tables import acpi_table_upgrade
from ...drivers.efi.efi import efi_find_mirror
from ...drivers.efi.esrt import efi_esrt_init
from ...drivers.efi.flags import EFI_BOOT
from ...drivers.efi.mokvar_table import efi_mokvar_table_init
from ...drivers.efi.secureboot import efi_set_secure_boot
from ...kernel.dma_contiguous import dma_contiguous_reserve
from ...kernel.printk import setup_log_buf
from ...mm.hugetlb.hugetlb import hugetlb_cma_reserve
from ..mm.cpu_features import has_gbpages, x86_configure_nx, x86_report_nx
from ..mm.fixmap import early_ioremap_init
from ..mm.init import get_max_mapped, tables_of_direct_map
from ..mm.init_64 import cleanup_highmap
from ..mm.kaslr import kernel_randomize_memory
from ..mm.low_pages import early_alloc_pgt_buf
from ..mm.nodes.numa_cpus import init_cpu_to_node, init_gi_nodes
from ..mm.paging import memblock_find_dma_reserve, paging_init
from ..mm.vsyscall import map_vsyscall
from ..platform.efi import efi_init, efi_memblock_x86_reserve_range, set_efi_flags
from ..platform.fake_mem import efi_fake_memmap
from ..platform.quirks import efi_apply_memmap_quirks, efi_reserve_boot_services
from ..realmode.init import reserve_real_mode
from ..variables import Kernel
from .acpi.boot import acpi_boot_init, acpi_boot_table_init, early_acpi_boot_init
from .acpi.params import acpi_mps_check
from .apic.apic import check_x2apic, init_apic_mappings
from .apic.io_apic import io_apic_init_mappings
from .apic.smpboot import prefill_possible_map
from .apic.topology import topology_apply_cmdline_limits_early, topology_init_possible_cpus
from .brk import reserve_brk
from .dmi.scan import dmi_setup
from .e820.memblock import e820__end_of_low_ram_pfn, e820__end_of_ram_pfn
from .e820.memory_setup import e820__reserve_setup_data
from .e820.params import e820__finish_early_params
from .e820.resources import (
    e820__register_nosave_regions,
    e820__reserve_resources,
    e820__setup_pci_gap,
)
from .early.ibft import reserve_ibft_region
from .early.initrd import reserve_initrd
from .early.reserve import e820_add_kernel_range, early_reserve_memory, trim_bios_range
from .early.setup_data import parse_setup_data
from .mpparse import e820__memblock_alloc_reserved_mpc_new, find_mptable
from .mtrr_cleanup import mtrr_trim_uncached_memory
from .reserve_crashkernel import arch_reserve_crashkernel, reserve_crashkernel
from .smp_config import early_parse_smp_cfg, parse_smp_cfg

KERNEL_FILE = "arch/x86/kernel/setup.c"

ISA_END_ADDRESS = 0x100000
FOUR_GIB_PFN = 1 << 20


def smp_setup_processor_id(k: Kernel) -> None:
    """The boot CPU is number 0, whatever its APIC's id."""


def smp_prepare_boot_cpu(k: Kernel) -> None:
    """Nothing that has to do with memory (arch/x86/kernel/smpboot.c)."""


def arch_parse_debug_rodata(k: Kernel, arg: str | None) -> bool:
    """x86 knows no words of its own for ``rodata=``."""
    return False


def kernel_resources(k: Kernel) -> tuple[tuple[str, str, str], ...]:
    """The lines of /proc/iomem that are of the image: their names, and the symbols where they start and
    end."""
    return (
        ("Kernel code", "_text", "_etext"),
        ("Kernel rodata", "__start_rodata", "__end_rodata"),
        ("Kernel data", "_sdata", "_edata"),
        ("Kernel bss", "__bss_start", "__bss_stop"),
    )


def _set_resources(k: Kernel) -> None:
    """Where the parts of the image are, first and last byte."""
    parts = ("code", "rodata", "data", "bss")
    for name, (_, start, end) in zip(parts, kernel_resources(k), strict=True):
        setattr(k, f"{name}_resource", (k.pa_symbol(start), k.pa_symbol(end) - 1))


def _early_reservations(k: Kernel) -> None:
    """From what must not be overwritten to an e820 map that is settled."""
    early_reserve_memory(k)
    k.order.scan_firmware(k)
    parse_setup_data(k)
    _set_resources(k)
    x86_configure_nx(k)
    parse_early_param(k)
    if k.efi.enabled(EFI_BOOT):
        efi_memblock_x86_reserve_range(k)
    if k.memblock.movable_node:
        # Near the image memory can hardly be hot-unplugged; SRAT is not read yet.
        memblock_set_bottom_up(k.memblock, True)
    x86_report_nx(k)
    k.apic.apic_is_disabled |= acpi_mps_check(k)
    e820__reserve_setup_data(k)
    e820__finish_early_params(k)
    if k.efi.enabled(EFI_BOOT):
        efi_init(k)
    if k.image.has("efi_set_secure_boot"):
        efi_set_secure_boot(k, k.firmware.boot_params.number("secure_boot"))
    if k.release >= (6, 5) and k.config.enabled("ISCSI_IBFT_FIND"):
        reserve_ibft_region(k)
    if k.config.enabled("DMI"):
        dmi_setup(k)
    e820_add_kernel_range(k)
    trim_bios_range(k)


def _end_of_ram(k: Kernel) -> None:
    """How much memory there is."""
    k.max_pfn = e820__end_of_ram_pfn(k)
    if mtrr_trim_uncached_memory(k, k.max_pfn):
        k.max_pfn = e820__end_of_ram_pfn(k)
    k.max_possible_pfn = k.max_pfn
    kernel_randomize_memory(k)
    check_x2apic(k)
    k.max_low_pfn = e820__end_of_low_ram_pfn(k) if k.max_pfn > FOUR_GIB_PFN else k.max_pfn
    k.high_memory = k.phys_to_virt((k.max_pfn << k.layout.page_shift) - 1) + 1


def _efi_memory(k: Kernel) -> None:
    """What UEFI says of memory, now that memblock knows it."""
    if k.release < (6, 11) and k.config.enabled("EFI_FAKE_MEMMAP"):
        efi_fake_memmap(k)
    efi_find_mirror(k)
    if k.config.enabled("EFI_ESRT"):
        efi_esrt_init(k)
    if k.config.enabled("LOAD_UEFI_KEYS"):
        efi_mokvar_table_init(k)
    efi_reserve_boot_services(k)


def _fill_memblock(k: Kernel) -> None:
    """From the settled e820 map to memory that is mapped."""
    find_mptable(k)
    early_alloc_pgt_buf(k)
    reserve_brk(k)
    cleanup_highmap(k)
    memblock_set_current_limit(k.memblock, ISA_END_ADDRESS)
    k.order.memblock_init(k)
    if k.config.enabled("EFI"):
        _efi_memory(k)
    e820__memblock_alloc_reserved_mpc_new(k)
    reserve_real_mode(k)
    refuse_if_too_long(k, tables_of_direct_map(k))
    k.order.paging_init(k)
    memblock_set_current_limit(k.memblock, get_max_mapped(k))


def _nodes_and_zones(k: Kernel) -> None:
    """From memory that is mapped to memory that has nodes, sections and zones."""
    setup_log_buf(k, 1)
    if k.config.enabled("BLK_DEV_INITRD"):
        reserve_initrd(k)
    if k.config.enabled("ACPI_TABLE_UPGRADE"):
        acpi_table_upgrade(k)
    acpi_boot_table_init(k)
    early_acpi_boot_init(k)
    if k.release >= (6, 9):
        early_parse_smp_cfg(k)
    k.order.bootmem_init(k)
    dma_contiguous_reserve(k, k.max_pfn_mapped << k.layout.page_shift)
    if has_gbpages(k):
        hugetlb_cma_reserve(k, k.layout.pud_shift - k.layout.page_shift)
    # Since 6.7 generic code looks for a place.
    if k.release >= (6, 7):
        arch_reserve_crashkernel(k)
    else:
        reserve_crashkernel(k)
    # Since 6.10 the pages that a zone manages are not guessed before they are counted.
    if k.release < (6, 10):
        memblock_find_dma_reserve(k)
    paging_init(k)
    map_vsyscall(k)


def _cpus_and_resources(k: Kernel) -> None:
    """The CPUs that there may be, and what /proc/iomem shows."""
    if k.release >= (6, 9):
        topology_apply_cmdline_limits_early(k)
    acpi_boot_init(k)
    parse_smp_cfg(k)
    init_apic_mappings(k)
    if k.release >= (6, 9):
        topology_init_possible_cpus(k)
    else:
        prefill_possible_map(k)
    init_cpu_to_node(k)
    init_gi_nodes(k)
    io_apic_init_mappings(k)
    e820__reserve_resources(k)
    e820__register_nosave_regions(k, k.max_pfn)
    e820__setup_pci_gap(k)
    if k.efi.enabled(EFI_BOOT):
        efi_apply_memmap_quirks(k)


@traced
def setup_arch(k: Kernel) -> None:
    """From the e820 map to memory that has nodes, sections and zones."""
    k.pr_info("Command line: {}", k.boot_command_line)
    early_ioremap_init(k)
    set_efi_flags(k)
    _early_reservations(k)
    _end_of_ram(k)
    _fill_memblock(k)
    _nodes_and_zones(k)
    _cpus_and_resources(k)

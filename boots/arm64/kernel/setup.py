"""The architecture's part of start_kernel.  Mirrors arch/arm64/kernel/setup.c."""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import PAGE_KERNEL, PAGE_KERNEL_RO
from ....model.memory.memblock import (
    for_each_mem_region,
    memblock_alloc,
    memblock_alloc_low,
    memblock_reserve,
)
from ....model.trace.recorder import traced
from ...core.event_limit import refuse_if_too_long
from ...core.params import parse_early_param
from ...drivers.acpi.tables import acpi_table_upgrade
from ...drivers.efi.efi_init import efi_init
from ...drivers.efi.flags import EFI_BOOT
from ...drivers.of.unflatten import unflatten_device_tree
from ..mm.fixmap import early_fixmap_init, early_ioremap_init, fixmap_remap_fdt
from ..mm.memory import arch_low_address_limit
from ..mm.mmu import first_protected, tables_of_linear_map
from ..mm.pgtable_prot import maybe_ng
from ..variables import Kernel
from .acpi import acpi_boot_table_init
from .cpu import this_cpu
from .cpu_records import psci_init
from .kaslr_early import kaslr_init
from .smp import smp_init_cpus

KERNEL_FILE = "arch/arm64/kernel/setup.c"

INVALID_BLOB = (
    "\nError: invalid device tree blob at physical address {:#018x} (virtual address 0x0000000000000000)"
    "\nThe dtb must be 8-byte aligned and must not exceed 2 MB in size\n\nPlease check your bootloader."
)
"""A record of five lines."""
WAITS = (
    "it has no device tree and waits for ever; its words are in its log buffer only, no console is set up yet"
)


def arch_parse_debug_rodata(k: Kernel, arg: str | None) -> bool:
    """Whether ``rodata=`` is ``full``, ``on`` or ``off``: these are about the alias of read-only data in the
    linear map too (arch/arm64/include/asm/setup.h)."""
    if arg not in ("full", "on", "off"):
        return False
    k.rodata_enabled = arg != "off"
    k.rodata_full = arg == "full"
    return True


@traced
def smp_setup_processor_id(k: Kernel) -> None:
    """Say which CPU this is."""
    k.pr_info("Booting Linux on physical CPU 0x{:010x} [0x{:08x}]", 0, this_cpu(k).midr)


def trap_init(k: Kernel) -> None:
    """Nothing that has to do with memory (arch/arm64/kernel/traps.c)."""


@traced
def early_fdt_map(k: Kernel) -> None:
    """Make the device tree readable for the first time: the code before start_kernel looks for KASLR's seed
    and for CPU feature overrides."""
    early_fixmap_init(k)
    fixmap_remap_fdt(k, k.machine.dtb_address, maybe_ng(k, PAGE_KERNEL))


@traced
def kaslr_requires_kpti(k: Kernel) -> bool:
    """A randomized kernel hides its addresses from user space, which needs non-global mappings unless the CPU
    prevents the probing itself (arch/arm64/kernel/cpufeature.c)."""
    if not k.config.enabled("RANDOMIZE_BASE"):
        return False
    if k.config.enabled("ARM64_E0PD") and this_cpu(k).e0pd:
        return False
    return k.kaslr_offset > 0


@traced
def setup_machine_fdt(k: Kernel, dt_phys: int) -> None:
    """Reserve the device tree, and read from it the command line and where memory is."""
    size = fixmap_remap_fdt(k, dt_phys, maybe_ng(k, PAGE_KERNEL))
    if size:
        memblock_reserve(k.memblock, dt_phys, size)
    if not size or not k.order.scan_firmware(k):
        k.hang(INVALID_BLOB.format(dt_phys), WAITS)
    fixmap_remap_fdt(k, dt_phys, maybe_ng(k, PAGE_KERNEL_RO))
    root = k.fdt.root
    name = root.string("model") or root.string("compatible")
    if name:
        k.pr_info("Machine model: {}", name)


def kernel_resources(k: Kernel) -> tuple[tuple[str, str, str], ...]:
    """The lines of /proc/iomem that are of the image: their names, and the symbols where they start and
    end."""
    return ("Kernel code", first_protected(k), "__init_begin"), ("Kernel data", "_sdata", "_end")


@traced
def request_standard_resources(k: Kernel) -> None:
    """Allocate the table of "System RAM" lines of /proc/iomem, one for every memory region."""
    count = len(list(for_each_mem_region(k.memblock)))
    size = count * k.sizes.sizeof("struct resource")
    align = k.memblock.config.smp_cache_bytes
    # Until 5.16 the table has to be where devices reach it.
    if k.release < (5, 17):
        table = memblock_alloc_low(k.memblock, size, align, arch_low_address_limit(k))
    else:
        table = memblock_alloc(k.memblock, size, align)
    if not table:
        k.panic(f"request_standard_resources: Failed to allocate {size} bytes")


@traced
def setup_arch(k: Kernel) -> None:
    """From the device tree to memory that has nodes, sections and zones."""
    if k.release >= (6, 5):
        # Since 6.5 this is said so early.
        kaslr_init(k)
    if k.release < (6, 9):
        # Since 6.9 the mappings are what they are: the kernel has mapped itself already.
        k.arm64_use_ng_mappings = kaslr_requires_kpti(k)
    early_fixmap_init(k)
    early_ioremap_init(k)
    setup_machine_fdt(k, k.machine.dtb_address)
    parse_early_param(k)
    efi_init(k)
    # 5.10 is the first to complain.
    complains = k.release >= (5, 10) and not k.efi.enabled(EFI_BOOT)
    if complains and k.va_symbol("_text") % Arm64Layout(k.layout).min_kimg_align:
        k.pr_warn("[Firmware Bug]: Kernel image misaligned at boot, please fix your bootloader!")
    k.order.memblock_init(k)
    refuse_if_too_long(k, tables_of_linear_map(k))
    k.order.paging_init(k)
    if k.config.enabled("ACPI"):
        if k.config.enabled("ACPI_TABLE_UPGRADE"):
            acpi_table_upgrade(k)
        acpi_boot_table_init(k)
    if k.acpi_disabled:
        unflatten_device_tree(k)
    k.order.bootmem_init(k)
    request_standard_resources(k)
    psci_init(k)
    smp_init_cpus(k)

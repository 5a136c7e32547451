"""UEFI on a PC: the map that the boot stub left, the system table and what it leads to.  Mirrors
arch/x86/platform/efi/efi.c."""

from __future__ import annotations

from collections.abc import Mapping

from ....model.firmware.boot_params import EFI32_LOADER_SIGNATURE, EFI64_LOADER_SIGNATURE
from ....model.memory.memblock import memblock_reserve
from ....model.trace.recorder import traced
from ...core.subsystems import EfiMemoryMapData
from ...drivers.efi.config_tables import efi_config_parse_tables
from ...drivers.efi.efi import efi_runtime_disabled, efi_systab_report_header
from ...drivers.efi.flags import (
    EFI_64BIT,
    EFI_BOOT,
    EFI_DBG,
    EFI_PRESERVE_BS_REGIONS,
    EFI_RUNTIME_SERVICES,
)
from ...drivers.efi.memmap import efi_memmap_init_early, efi_memmap_unmap
from ...mm.early_ioremap import early_memremap_ro, early_memunmap
from ..variables import Kernel
from .fake_mem import efi_fake_memmap_early
from .map_checks import efi_clean_memmap, efi_print_memmap
from .map_to_e820 import do_add_efi_memmap, do_efi_soft_reserve, efi_remove_e820_mmio
from .memmap import show_memmap
from .quirks import efi_reuse_config, efi_runtime_supported

KERNEL_FILE = "arch/x86/platform/efi/efi.c"

ENOMEM = 12
SYSTEM_TABLE_64_SIZE, SYSTEM_TABLE_32_SIZE = 120, 72
SETUP_DATA_SIZE, PROPERTIES_TABLE_SIZE = 96, 16
EFI_1_10_SYSTEM_TABLE_REVISION = 1 << 16 | 10


def efi_arch_tables(k: Kernel) -> Mapping[str, str]:
    """The configuration tables that x86 alone knows, by their GUIDs (``arch_tables``)."""
    known = {
        "880aaca3-4adc-4a04-9079-b747340825e5": "PROP",
        "61a4d49e-6f68-4f1b-b922-a86eed0b07a2": "UGA",
    }
    if k.config.enabled("X86_UV"):
        known["3b13a7d4-633e-11dd-93ec-da2556d89593"] = "UVsystab"
    return known


def set_efi_flags(k: Kernel) -> None:
    """Whether UEFI started the kernel, one of 32 or of 64 bits, by what the boot stub signs the zero page
    with (part of ``setup_arch``)."""
    if not k.config.enabled("EFI"):
        return
    signature = k.firmware.boot_params.efi_loader_signature
    if signature in (EFI32_LOADER_SIGNATURE, EFI64_LOADER_SIGNATURE):
        k.efi.flags.add(EFI_BOOT)
    if signature == EFI64_LOADER_SIGNATURE:
        k.efi.flags.add(EFI_64BIT)


@traced
def efi_memblock_x86_reserve_range(k: Kernel) -> int:
    """Map the memory map that the boot stub left, and keep it.  Returns 0 or an error."""
    page = k.firmware.boot_params
    data = EfiMemoryMapData(
        page.efi_memmap, page.efi_memmap_size, page.efi_memdesc_size, page.efi_memdesc_version
    )
    error = efi_memmap_init_early(k, data)
    if error:
        return error
    show_memmap(k, data)
    if k.efi.add_memmap or do_efi_soft_reserve(k):
        do_add_efi_memmap(k)
    if k.release < (6, 11) and k.config.enabled("EFI_FAKE_MEMMAP"):
        efi_fake_memmap_early(k)
    if data.desc_version != 1:
        k.warn("Unexpected EFI_MEMORY_DESCRIPTOR version {}", data.desc_version)
    memblock_reserve(k.memblock, data.phys_map, data.nr_map * data.desc_size)
    k.efi.flags.add(EFI_PRESERVE_BS_REGIONS)
    return 0


@traced
def efi_systab_init(k: Kernel, phys: int) -> int:
    """Read the system table.  Returns 0 or an error.

    Where the vendor's name is, nobody told: its mapping is not shown.
    """
    size = SYSTEM_TABLE_64_SIZE if k.efi.enabled(EFI_64BIT) else SYSTEM_TABLE_32_SIZE
    table = early_memremap_ro(k, phys, size)
    if not table:
        k.pr_err("efi: Couldn't map the system table!")
        return -ENOMEM
    firmware = k.firmware.efi
    major, minor = firmware.revision >> 16, firmware.revision & 0xFFFF
    if major < 1 and k.release < (6, 2):
        k.pr_err("efi: Warning: System table version {}.{:02d}, expected 1.00 or greater!", major, minor)
    if k.efi.enabled(EFI_64BIT) and k.efi.setup:
        setup_data = early_memremap_ro(k, k.efi.setup, SETUP_DATA_SIZE)
        if not setup_data:
            early_memunmap(k, table, size)
            return -ENOMEM
        early_memunmap(k, setup_data, SETUP_DATA_SIZE)
    efi_systab_report_header(k)
    if firmware.revision > EFI_1_10_SYSTEM_TABLE_REVISION and firmware.vendor == "Apple":
        k.pr_info("efi: Apple Mac detected, using EFI v1.10 runtime services only")
    early_memunmap(k, table, size)
    return 0


@traced
def efi_config_init(k: Kernel) -> int:
    """Read the configuration tables.  Returns 0 or an error.

    Where their array is, nobody told: its mapping is not shown.
    """
    return efi_config_parse_tables(k) if k.firmware.efi.config_tables else 0


def _parse_properties_table(k: Kernel) -> None:
    address = k.efi.tables.get("PROP")
    if address is None:
        return
    table = early_memremap_ro(k, address, PROPERTIES_TABLE_SIZE)
    if table:
        early_memunmap(k, table, PROPERTIES_TABLE_SIZE)
    else:
        k.pr_err("efi: Could not map Properties table!")


@traced
def efi_init(k: Kernel) -> None:
    """Read UEFI's tables, and see which of its memory map makes sense."""
    if efi_systab_init(k, k.firmware.boot_params.efi_systab):
        return
    if efi_reuse_config(k) or efi_config_init(k):
        return
    if not efi_runtime_supported(k):
        k.pr_err("efi: No EFI runtime due to 32/64-bit mismatch with kernel")
    if not efi_runtime_supported(k) or efi_runtime_disabled(k):
        efi_memmap_unmap(k)
        return
    _parse_properties_table(k)
    k.efi.flags.add(EFI_RUNTIME_SERVICES)
    efi_clean_memmap(k)
    if k.release >= (6, 2):
        efi_remove_e820_mmio(k)
    if k.efi.enabled(EFI_DBG):
        efi_print_memmap(k)

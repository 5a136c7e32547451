"""UEFI's memory map becomes memblock's.  Mirrors drivers/firmware/efi/efi-init.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.pfn import ALIGN
from ....model.firmware.efi_memmap import (
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_BOOT_SERVICES_CODE,
    EFI_BOOT_SERVICES_DATA,
    EFI_CONVENTIONAL_MEMORY,
    EFI_LOADER_CODE,
    EFI_LOADER_DATA,
    EFI_MEMORY_SP,
    EFI_MEMORY_WB,
    EFI_MEMORY_WC,
    EFI_MEMORY_WT,
    EFI_PAGE_SHIFT,
    EFI_PERSISTENT_MEMORY,
    EfiMemoryDesc,
)
from ....model.memory.memblock import (
    PHYS_ADDR_MAX,
    memblock_dump_all,
    memblock_is_map_memory,
    memblock_mark_nomap,
    memblock_remove,
    memblock_reserve,
)
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap_ro, early_memunmap
from ..of.fdt import early_init_dt_add_memory_arch, early_init_dt_check_for_usable_mem_range
from .config_tables import efi_config_parse_tables
from .efi import efi_find_mirror, efi_md_typeattr_format, efi_soft_reserve_enabled, efi_systab_report_header
from .esrt import efi_esrt_init
from .fdtparams import efi_get_fdt_params
from .flags import EFI_BOOT, EFI_DBG
from .memmap import efi_memmap_init_early, efi_memmap_unmap
from .mokvar_table import efi_mokvar_table_init
from .secureboot import efi_set_secure_boot

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/efi-init.c"

ENOMEM = 12
U64 = (1 << 64) - 1
SYSTEM_TABLE_SIZE = 120
"""``sizeof(efi_system_table_t)``."""
USABLE_TYPES = frozenset(
    (
        EFI_LOADER_CODE,
        EFI_LOADER_DATA,
        EFI_ACPI_RECLAIM_MEMORY,
        EFI_BOOT_SERVICES_CODE,
        EFI_BOOT_SERVICES_DATA,
        EFI_CONVENTIONAL_MEMORY,
        EFI_PERSISTENT_MEMORY,
    )
)


def is_memory(md: EfiMemoryDesc) -> bool:
    """Whether there is memory behind a descriptor: what can be cached, or at least written in bursts."""
    return bool(md.attribute & (EFI_MEMORY_WB | EFI_MEMORY_WT | EFI_MEMORY_WC))


def is_usable_memory(md: EfiMemoryDesc) -> bool:
    """Whether the kernel may use it as RAM, now that firmware's boot services have ended."""
    return md.type in USABLE_TYPES and bool(md.attribute & EFI_MEMORY_WB)


def memrange_efi_to_native(k: Kernel, md: EfiMemoryDesc) -> tuple[int, int]:
    """Base and size (bytes) in the kernel's own pages, rounded outwards."""
    page_size, shift = k.layout.page_size, k.layout.page_shift
    pages = (((md.phys_addr + md.size + page_size - 1) & U64) >> shift) - (md.phys_addr >> shift)
    return md.phys_addr & -page_size, pages << shift & U64


@traced
def init_screen_info(k: Kernel) -> None:
    """Take the frame buffer out of the linear map."""
    screen = k.firmware.efi.screen
    if screen is not None and memblock_is_map_memory(k.memblock, screen[0]):
        memblock_mark_nomap(k.memblock, *screen)


@traced
def uefi_init(k: Kernel, efi_system_table: int) -> int:
    """Read the system table, and the configuration tables it points to.  Returns 0 or an error.

    Where the tables' array and the vendor's name are, nobody told: their mappings are not shown.
    """
    table = early_memremap_ro(k, efi_system_table, SYSTEM_TABLE_SIZE)
    if not table:
        k.pr_warn("efi: Unable to map EFI system table.")
        return -ENOMEM
    k.efi.flags.add(EFI_BOOT)
    if k.firmware.efi.revision >> 16 < 2 and k.release < (6, 2):
        k.pr_err(
            "efi: Warning: System table version {}.{:02d}, expected 2.00 or greater!",
            k.firmware.efi.revision >> 16,
            k.firmware.efi.revision & 0xFFFF,
        )
    efi_systab_report_header(k)
    error = efi_config_parse_tables(k)
    early_memunmap(k, table, SYSTEM_TABLE_SIZE)
    return error


@traced
def reserve_regions(k: Kernel) -> None:
    """Forget the memory the device tree told of, and take UEFI's."""
    if k.efi.enabled(EFI_DBG):
        k.pr_info("efi: Processing EFI memory map:")
    memblock_dump_all(k.memblock)
    memblock_remove(k.memblock, 0, PHYS_ADDR_MAX)
    for md in k.efi.memmap:
        if k.efi.enabled(EFI_DBG):
            last = (md.phys_addr + (md.num_pages << EFI_PAGE_SHIFT) - 1) & U64
            k.pr_info("efi:   0x{:012x}-0x{:012x} {}", md.phys_addr, last, efi_md_typeattr_format(k, md))
        if is_memory(md):
            _add_region(k, md)


def _add_region(k: Kernel, md: EfiMemoryDesc) -> None:
    """One descriptor's memory: not in the linear map unless it is usable, and reserved if it holds ACPI's
    tables, which a kernel started by kexec will want to read too."""
    if efi_soft_reserve_enabled(k) and md.attribute & EFI_MEMORY_SP:
        return
    base, size = memrange_efi_to_native(k, md)
    early_init_dt_add_memory_arch(k, base, size)
    if not is_usable_memory(md):
        memblock_mark_nomap(k.memblock, base, size)
    if md.type == EFI_ACPI_RECLAIM_MEMORY:
        memblock_reserve(k.memblock, base, size)


@traced
def efi_init(k: Kernel) -> None:
    """If UEFI booted this kernel, its memory map is the one that counts."""
    if not k.config.enabled("EFI"):
        return
    efi_system_table = efi_get_fdt_params(k)
    data = k.efi.data
    if not efi_system_table or data is None:
        return
    if efi_memmap_init_early(k, data) < 0:
        k.panic("Unable to map EFI memory map.\n")
    if data.desc_version != 1:
        k.warn("Unexpected EFI_MEMORY_DESCRIPTOR version {}", data.desc_version)
    if uefi_init(k, efi_system_table) < 0:
        efi_memmap_unmap(k)
        return
    if k.image.has("efi_set_secure_boot"):
        efi_set_secure_boot(k, k.efi.secure_boot)
    reserve_regions(k)
    early_init_dt_check_for_usable_mem_range(k)
    efi_find_mirror(k)
    if k.config.enabled("EFI_ESRT"):
        efi_esrt_init(k)
    if k.config.enabled("LOAD_UEFI_KEYS"):
        efi_mokvar_table_init(k)
    page_size = k.layout.page_size
    size = ALIGN(data.size + data.phys_map % page_size, page_size)
    memblock_reserve(k.memblock, data.phys_map & -page_size, size)
    init_screen_info(k)

"""Which descriptors of UEFI's map make sense, and what they are.  Mirrors the part of
arch/x86/platform/efi/efi.c that cleans and prints the map."""

from __future__ import annotations

from ....model.firmware.efi_memmap import EFI_PAGE_SHIFT, EfiMemoryDesc
from ....model.trace.recorder import traced
from ...drivers.efi.efi import efi_md_typeattr_format
from ..variables import Kernel
from .memmap import efi_memmap_install

KERNEL_FILE = "arch/x86/platform/efi/efi.c"

U64 = (1 << 64) - 1
EFI_PAGES_MAX = U64 >> EFI_PAGE_SHIFT
OVERFLOW_ADDR_SHIFT = 64 - EFI_PAGE_SHIFT
U64_HIGH_BIT = 1 << 63


@traced
def efi_memmap_entry_valid(k: Kernel, md: EfiMemoryDesc, i: int) -> bool:
    """Whether a descriptor, the one numbered `i`, has pages, and ends below 2^64; complains if not."""
    end = (md.size + md.phys_addr - 1) & U64
    end_hi = 0
    if md.num_pages == 0:
        end = 0
    elif md.num_pages <= EFI_PAGES_MAX and EFI_PAGES_MAX - md.num_pages >= md.phys_addr >> EFI_PAGE_SHIFT:
        return True
    else:
        end_hi = md.num_pages >> OVERFLOW_ADDR_SHIFT
        if md.phys_addr & U64_HIGH_BIT and not end & U64_HIGH_BIT:
            end_hi += 1
    k.pr_warn_once("efi: [Firmware Bug]: Invalid EFI memory map entries:")
    high = f"{end_hi:x}" if end_hi else ""
    what = efi_md_typeattr_format(k, md)
    k.pr_warn("efi: mem{:02d}: {} range=[0x{:016x}-0x{}{:016x}] (invalid)", i, what, md.phys_addr, high, end)
    return False


@traced
def efi_clean_memmap(k: Kernel) -> None:
    """Take out of the map what makes no sense."""
    data, descriptors = k.efi.data, k.efi.memmap
    valid = [md for i, md in enumerate(descriptors) if efi_memmap_entry_valid(k, md, i)]
    n_removal = len(descriptors) - len(valid)
    if n_removal and data is not None:
        k.pr_warn("efi: Removing {} invalid memory map entries.", n_removal)
        size = data.desc_size * (data.nr_map - n_removal)
        efi_memmap_install(k, data._replace(size=size, from_memblock=False), valid)


@traced
def efi_print_memmap(k: Kernel) -> None:
    """Print the map."""
    for i, md in enumerate(k.efi.memmap):
        k.pr_info(
            "efi: mem{:02d}: {} range=[0x{:016x}-0x{:016x}] ({}MB)",
            i,
            efi_md_typeattr_format(k, md),
            md.phys_addr,
            (md.phys_addr + md.size - 1) & U64,
            md.num_pages >> (20 - EFI_PAGE_SHIFT),
        )

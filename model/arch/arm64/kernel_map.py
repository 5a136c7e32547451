"""Which area of the kernel's virtual addresses begins and ends where, release by release.

Mirrors arch/arm64/include/asm/{memory,pgtable}.h.  Addresses and sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...build.kconfig import KConfig
from ...build.release import Release

U64 = (1 << 64) - 1
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


def _kasan_scale(config: KConfig) -> int:
    """How many times smaller KASAN's shadow is than memory, as a shift; 0 without KASAN."""
    return 3 if config.enabled("KASAN_GENERIC") else 4 if config.enabled("KASAN_SW_TAGS") else 0


def _kasan_shadow_end(config: KConfig, linear_end: int) -> int:
    """KASAN_SHADOW_END: where the linear map ends if there is no KASAN."""
    scale = _kasan_scale(config)
    return (1 << (64 - scale)) + config.integer("KASAN_SHADOW_OFFSET") & U64 if scale else linear_end


def _page_end(config: KConfig, bits: Mapping[str, int]) -> int:
    linear_end = -(1 << (bits["va_bits_min"] - 1)) & U64
    scale = _kasan_scale(config)
    if not scale:
        return linear_end
    return (_kasan_shadow_end(config, linear_end) - (1 << (bits["vabits_actual"] - scale))) & U64


def kernel_map(
    release: Release, config: KConfig, bits: Mapping[str, int], sizeof_page: int, pud_size: int
) -> dict[str, int]:
    """The bounds of every area, by the kernel's names in lower case; `bits` has the widths of addresses and
    of the offset in a page, by such names too."""
    if release < (5, 11):
        return _old_kernel_map(config, bits, sizeof_page, pud_size)
    va_bits, page_shift = bits["va_bits"], bits["page_shift"]
    page_offset = -(1 << va_bits) & U64
    modules_vaddr = -(1 << (bits["va_bits_min"] - 1)) & U64
    # The module area grew from 128 MiB to 2 GiB in 6.5.
    modules_end = modules_vaddr + (2 * GIB if release >= (6, 5) else 128 * MIB)
    linear_pages = (modules_vaddr - page_offset) >> page_shift
    if release >= (6, 9):
        above = _vmemmap_first(page_offset, linear_pages, bits, sizeof_page)
    else:
        above = _vmemmap_last(linear_pages, bits, sizeof_page)
    return {
        "page_offset": page_offset,
        "page_end": _page_end(config, bits),
        "modules_vaddr": modules_vaddr,
        "modules_end": modules_end,
        "kimage_vaddr": modules_end,
        "vmalloc_start": modules_end,
        **above,
    }


def _old_kernel_map(
    config: KConfig, bits: Mapping[str, int], sizeof_page: int, pud_size: int
) -> dict[str, int]:
    """Until 5.10: compiled BPF programs lie below the modules, vmemmap at the top of all, PCI I/O and fixmap
    just below it."""
    page_offset = -(1 << bits["va_bits"]) & U64
    linear_end = -(1 << (bits["va_bits_min"] - 1)) & U64
    modules_vaddr = _kasan_shadow_end(config, linear_end) + 128 * MIB
    modules_end = modules_vaddr + 128 * MIB
    vmemmap_size = (linear_end - page_offset) >> bits["page_shift"] << (sizeof_page - 1).bit_length()
    vmemmap_start = -vmemmap_size - 2 * MIB & U64
    pci_io_end = vmemmap_start - 2 * MIB
    return {
        "page_offset": page_offset,
        "page_end": _page_end(config, bits),
        "modules_vaddr": modules_vaddr,
        "modules_end": modules_end,
        "kimage_vaddr": modules_end,
        "vmalloc_start": modules_end,
        "vmalloc_end": -pud_size - vmemmap_size - 64 * KIB & U64,
        "vmemmap_start": vmemmap_start,
        "vmemmap_size": vmemmap_size,
        "vmemmap_end": vmemmap_start + vmemmap_size,
        "pci_io_end": pci_io_end,
        "pci_io_start": pci_io_end - 16 * MIB,
        "fixaddr_top": pci_io_end - 18 * MIB,
    }


def _vmemmap_last(linear_pages: int, bits: Mapping[str, int], sizeof_page: int) -> dict[str, int]:
    """Until 6.8: fixmap and PCI I/O lie below vmemmap, which counts in powers of two."""
    struct_page_max_shift = (sizeof_page - 1).bit_length()
    start = -(1 << (bits["va_bits"] - (bits["page_shift"] - struct_page_max_shift))) & U64
    size = linear_pages << struct_page_max_shift
    return {
        "vmemmap_start": start,
        "vmemmap_size": size,
        "vmemmap_end": (start + size) & U64,
        "vmalloc_end": start - 256 * MIB,
        "pci_io_end": start - 8 * MIB,
        "pci_io_start": start - 24 * MIB,
        "fixaddr_top": start - 32 * MIB,
    }


def _vmemmap_first(
    page_offset: int, linear_pages: int, bits: Mapping[str, int], sizeof_page: int
) -> dict[str, int]:
    """Since 6.9: vmemmap ends 1 GiB below the top; PCI I/O and fixmap lie above it."""
    end = -GIB & U64
    size = linear_pages * sizeof_page
    start = end - size
    unused = ((-(1 << bits["vabits_actual"]) & U64) - page_offset) >> bits["page_shift"]
    return {
        "vmemmap_start": start,
        "vmemmap_size": size,
        "vmemmap_end": end,
        "vmalloc_end": start + unused * sizeof_page - 8 * MIB,
        "pci_io_start": end + 8 * MIB,
        "pci_io_end": end + 24 * MIB,
        "fixaddr_top": -8 * MIB & U64,
    }

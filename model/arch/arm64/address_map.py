"""The kernel's virtual address map on arm64, and the limits its configuration sets.

Mirrors arch/arm64/include/asm/{pgtable-hwdef,kernel-pgtable,sparsemem,boot}.h,
include/linux/pageblock-flags.h and MAX_ORDER of include/linux/mmzone.h; `kernel_map` has the addresses.
Addresses and sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ...base.errors import InputError
from ...build.address_map import AddressMap, Range
from ...build.kconfig import KConfig
from ...build.release import Release
from .fixmap import fixed_addresses
from .kernel_map import kernel_map

KIB, MIB = 1 << 10, 1 << 20
VA_BITS = {12: (39, 48, 52), 14: (36, 47, 48, 52), 16: (42, 48, 52)}
"""What CONFIG_ARM64_VA_BITS can be, by PAGE_SHIFT."""


def address_map_of(
    release: Release,
    config: KConfig,
    sizeof_page: int = 64,
    lva: bool = False,
    slots: Mapping[str, int] | None = None,
) -> AddressMap:
    """The map of a kernel.  `sizeof_page` is ``sizeof(struct page)``; `lva` tells whether the CPU has 52-bit
    virtual addresses; `slots` is ``enum fixed_addresses`` where the build tells it.  Raises `InputError` if
    the configuration is not one of arm64."""
    page_shift = _page_shift(config)
    va_bits = config.integer("ARM64_VA_BITS")
    if va_bits not in VA_BITS[page_shift]:
        possible = ", ".join(map(str, VA_BITS[page_shift]))
        what = f"expected one of {possible} with pages of {1 << page_shift >> 10} KiB"
        raise InputError(f"{config.filename}: CONFIG_ARM64_VA_BITS={va_bits}: {what}")
    va_bits_min = _va_bits_min(release, va_bits, page_shift)
    bits = {
        "page_shift": page_shift,
        "va_bits": va_bits,
        "va_bits_min": va_bits_min,
        "vabits_actual": va_bits if lva else va_bits_min,
        "pa_bits": config.integer("ARM64_PA_BITS", 48),
    }
    levels = _levels(config, page_shift, va_bits)
    sections = _sections(release, config, page_shift, levels, _max_physmem_bits(config, bits))
    areas = kernel_map(release, config, bits, sizeof_page, 1 << levels["pud_shift"])
    slots = slots or fixed_addresses(release, config, page_shift)
    fixmap = Range(
        areas["fixaddr_top"] - (slots["__end_of_permanent_fixed_addresses"] << page_shift),
        areas["fixaddr_top"],
    )
    return AddressMap(
        page_shift=page_shift,
        va_bits=va_bits,
        levels=levels["levels"],
        direct_map=Range(areas["page_offset"], areas["page_end"]),
        vmalloc=Range(areas["vmalloc_start"], areas["vmalloc_end"]),
        vmemmap=Range(areas["vmemmap_start"], areas["vmemmap_end"]),
        modules=Range(areas["modules_vaddr"], areas["modules_end"]),
        image=Range(areas["kimage_vaddr"], areas["vmalloc_end"]),
        fixmap=fixmap,
        fixmap_slots=slots,
        section_size_bits=sections["section_size_bits"],
        max_physmem_bits=sections["max_physmem_bits"],
        nr_page_orders=sections["nr_page_orders"],
        pageblock_order=sections["pageblock_order"],
        nodes_shift=config.integer("NODES_SHIFT"),
        vmemmap_align=sections["memstart_align"],
        extra=_own_numbers(release, config, bits, levels, sections["memstart_align"], areas),
    )


def _own_numbers(
    release: Release,
    config: KConfig,
    bits: Mapping[str, int],
    levels: Mapping[str, int],
    memstart_align: int,
    areas: Mapping[str, int],
) -> dict[str, int]:
    """The numbers that `Arm64Layout` reads back."""
    thread_shift = 14 + (config.enabled("KASAN_GENERIC") or config.enabled("KASAN_SW_TAGS"))
    if config.enabled("VMAP_STACK"):
        thread_shift = max(thread_shift, bits["page_shift"])
    return {
        "VA_BITS": bits["va_bits"],
        "VA_BITS_MIN": bits["va_bits_min"],
        "VABITS_ACTUAL": bits["vabits_actual"],
        "PA_BITS": bits["pa_bits"],
        "PAGE_END": areas["page_end"],
        "KIMAGE_VADDR": areas["kimage_vaddr"],
        "VMEMMAP_SIZE": areas["vmemmap_end"] - areas["vmemmap_start"],
        "PCI_IO_START": areas["pci_io_start"],
        "PCI_IO_END": areas["pci_io_end"],
        "PTRS_PER_PGD": 1 << (bits["va_bits"] - levels["pgdir_shift"]),
        "CONT_PTE_SHIFT": levels["cont_pte_shift"],
        "CONT_PTE_SIZE": 1 << levels["cont_pte_shift"],
        "CONT_PMD_SHIFT": levels["cont_pmd_shift"],
        "CONT_PMD_SIZE": 1 << levels["cont_pmd_shift"],
        "CONT_PTES": 1 << levels["cont_pte_shift"] - bits["page_shift"],
        "CONT_PMDS": 1 << levels["cont_pmd_shift"] - levels["pmd_shift"],
        "ARM64_MEMSTART_ALIGN": memstart_align,
        "THREAD_SIZE": 1 << thread_shift,
        "IRQ_STACK_SIZE": 1 << thread_shift,
        "SEGMENT_ALIGN": 64 * KIB,
        "MIN_KIMG_ALIGN": 2 * MIB,
        "MAX_FDT_SIZE": 2 * MIB,
        # Since 5.8 the image begins where its 2 MiB do.
        "TEXT_OFFSET": 0x80000 if release < (5, 8) else 0,
    }


class Arm64Layout(Struct, frozen=True):
    """What arm64's own code reads of an address map, by the kernel's names in lower case.  Addresses and
    sizes are bytes."""

    address_map: AddressMap

    def _own(self, name: str) -> int:
        return self.address_map.extra[name]

    @property
    def va_bits_min(self) -> int:
        """VA_BITS_MIN: the width of virtual addresses that every CPU has."""
        return self._own("VA_BITS_MIN")

    @property
    def vabits_actual(self) -> int:
        """The width of virtual addresses that this CPU has."""
        return self._own("VABITS_ACTUAL")

    @property
    def pa_bits(self) -> int:
        """CONFIG_ARM64_PA_BITS: the width of physical addresses."""
        return self._own("PA_BITS")

    @property
    def pci_io(self) -> Range:
        """Where the I/O ports of PCI are mapped."""
        return Range(self._own("PCI_IO_START"), self._own("PCI_IO_END"))

    @property
    def cont_pte_size(self) -> int:
        """CONT_PTE_SIZE: what a run of contiguous pages maps."""
        return self._own("CONT_PTE_SIZE")

    @property
    def cont_pmd_size(self) -> int:
        """CONT_PMD_SIZE: what a run of contiguous level 2 blocks maps."""
        return self._own("CONT_PMD_SIZE")

    @property
    def memstart_align(self) -> int:
        """ARM64_MEMSTART_ALIGN: ``memstart_addr`` is a multiple of it."""
        return self._own("ARM64_MEMSTART_ALIGN")

    @property
    def min_kimg_align(self) -> int:
        """MIN_KIMG_ALIGN: what KASLR moves the image by multiples of."""
        return self._own("MIN_KIMG_ALIGN")

    @property
    def max_fdt_size(self) -> int:
        """MAX_FDT_SIZE: how large a device tree may be."""
        return self._own("MAX_FDT_SIZE")

    @property
    def text_offset(self) -> int:
        """TEXT_OFFSET: how far above KIMAGE_VADDR the image is linked, and above a multiple of 2 MiB
        loaded."""
        return self._own("TEXT_OFFSET")

    @property
    def swapper_block_size(self) -> int:
        """SWAPPER_BLOCK_SIZE: what one entry of the first page tables maps, a block if pages are 4K, else a
        page."""
        whole = self.address_map
        return whole.pmd_size if whole.page_shift == 12 else whole.page_size


def _page_shift(config: KConfig) -> int:
    for name, shift in (("ARM64_4K_PAGES", 12), ("ARM64_16K_PAGES", 14), ("ARM64_64K_PAGES", 16)):
        if config.enabled(name):
            return shift
    raise InputError(
        f"{config.filename}: the configuration sets none of CONFIG_ARM64_{{4K,16K,64K}}_PAGES:"
        " it is not an arm64 kernel's"
    )


def _va_bits_min(release: Release, va_bits: int, page_shift: int) -> int:
    if va_bits <= 48:
        return va_bits
    # 16K pages have 52-bit addresses (LPA2) since 6.9.
    return 47 if page_shift == 14 and release >= (6, 9) else 48


def _levels(config: KConfig, page_shift: int, va_bits: int) -> dict[str, int]:
    """What the entries of each level map, as shifts.  Levels a kernel has not got are folded into the
    root."""
    stride = page_shift - 3
    needed = (va_bits - 4) // stride
    levels = config.integer("PGTABLE_LEVELS", needed)
    if levels != needed:
        what = f"expected {needed} with {va_bits} bits of virtual addresses"
        raise InputError(f"{config.filename}: CONFIG_PGTABLE_LEVELS={levels}: {what}")
    pgdir_shift = stride * levels + 3
    pmd_shift = min(stride * 2 + 3, pgdir_shift)
    default_pte, default_pmd = {12: (4, 4), 14: (7, 5), 16: (5, 5)}[page_shift]
    return {
        "levels": levels,
        "pgdir_shift": pgdir_shift,
        "pud_shift": min(stride * 3 + 3, pgdir_shift),
        "pmd_shift": pmd_shift,
        "cont_pte_shift": config.integer("ARM64_CONT_PTE_SHIFT", default_pte) + page_shift,
        "cont_pmd_shift": config.integer("ARM64_CONT_PMD_SHIFT", default_pmd) + pmd_shift,
    }


def _max_physmem_bits(config: KConfig, bits: Mapping[str, int]) -> int:
    """4K and 16K pages have 52-bit physical addresses (LPA2) where they have 52-bit virtual ones."""
    without_lpa2 = config.enabled("ARM64_LPA2") and bits["vabits_actual"] == bits["va_bits_min"]
    return 48 if without_lpa2 else bits["pa_bits"]


def _sections(
    release: Release,
    config: KConfig,
    page_shift: int,
    levels: Mapping[str, int],
    max_physmem_bits: int,
) -> dict[str, int]:
    # Sections of 1 GiB until 5.11.
    section_size_bits = 30 if release < (5, 12) else 29 if page_shift == 16 else 27
    memstart_shift = {12: levels["pud_shift"], 14: levels["cont_pmd_shift"], 16: levels["pmd_shift"]}[
        page_shift
    ]
    # CONFIG_ARCH_FORCE_MAX_ORDER is the largest order itself since 6.4, one more before.
    inclusive = release >= (6, 4)
    forced = config.integer("ARCH_FORCE_MAX_ORDER", 10 if inclusive else 11)
    if release < (6, 1):
        # Until 6.0 the option had another name.
        forced = config.integer("FORCE_MAX_ZONEORDER", forced)
    nr_page_orders = forced + 1 if inclusive else forced
    if nr_page_orders - 1 + page_shift > section_size_bits:
        what = f"blocks of {1 << (nr_page_orders - 1)} pages are larger than a section of memory"
        raise InputError(f"{config.filename}: CONFIG_ARCH_FORCE_MAX_ORDER={forced}: {what}")
    # Transparent huge pages alone decide the page block's order since 6.8.
    huge = config.enabled("HUGETLB_PAGE") or (release >= (6, 8) and config.enabled("TRANSPARENT_HUGEPAGE"))
    huge_order = levels["pmd_shift"] - page_shift
    return {
        "section_size_bits": section_size_bits,
        "max_physmem_bits": max_physmem_bits,
        "memstart_align": 1 << max(memstart_shift, section_size_bits),
        "nr_page_orders": nr_page_orders,
        "pageblock_order": min(huge_order, nr_page_orders - 1) if huge else nr_page_orders - 1,
    }

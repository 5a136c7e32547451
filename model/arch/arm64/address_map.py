"""The kernel's virtual address map on arm64, and the limits its configuration sets.

Mirrors arch/arm64/include/asm/{pgtable-hwdef,kernel-pgtable,sparsemem,boot}.h,
include/linux/pageblock-flags.h and MAX_ORDER of include/linux/mmzone.h; `kernel_map` has the addresses.
Addresses and sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...base.errors import InputError
from ...build.kconfig import Config
from ...build.release import Release
from .fixmap import fixed_addresses
from .kernel_map import kernel_map

KIB, MIB = 1 << 10, 1 << 20
VA_BITS = {12: (39, 48, 52), 14: (36, 47, 48, 52), 16: (42, 48, 52)}
"""What CONFIG_ARM64_VA_BITS can be, by PAGE_SHIFT."""


@dataclass(frozen=True)
class Layout:
    """Where everything is in the kernel's half of the virtual address space; names as in the kernel, in lower
    case.

    `nr_page_orders` counts the orders of the buddy allocator (MAX_ORDER until 6.3, MAX_PAGE_ORDER + 1 since
    6.8). `fixmap` has the indices of ``enum fixed_addresses``.  `text_offset` is how far above KIMAGE_VADDR
    the image is linked, and above a multiple of 2 MiB loaded.
    """

    page_shift: int
    va_bits: int
    va_bits_min: int
    vabits_actual: int
    pa_bits: int
    pgtable_levels: int
    page_offset: int
    page_end: int
    modules_vaddr: int
    modules_end: int
    kimage_vaddr: int
    vmalloc_start: int
    vmalloc_end: int
    vmemmap_start: int
    vmemmap_end: int
    vmemmap_size: int
    pci_io_start: int
    pci_io_end: int
    fixaddr_top: int
    fixaddr_size: int
    fixaddr_start: int
    fixmap: Mapping[str, int]
    pmd_shift: int
    pud_shift: int
    pgdir_shift: int
    cont_pte_shift: int
    cont_pmd_shift: int
    section_size_bits: int
    max_physmem_bits: int
    memstart_align: int
    nr_page_orders: int
    pageblock_order: int
    nodes_shift: int
    thread_size: int
    segment_align: int = 64 * KIB
    min_kimg_align: int = 2 * MIB
    max_fdt_size: int = 2 * MIB
    text_offset: int = 0

    @property
    def page_size(self) -> int:
        """PAGE_SIZE."""
        return 1 << self.page_shift

    @property
    def pmd_size(self) -> int:
        """PMD_SIZE: what one level 2 entry maps."""
        return 1 << self.pmd_shift

    @property
    def pud_size(self) -> int:
        """PUD_SIZE: what one level 1 entry maps; PGDIR_SIZE where that level is folded."""
        return 1 << self.pud_shift

    @property
    def p4d_size(self) -> int:
        """P4D_SIZE: what one level 0 entry maps; PGDIR_SIZE where that level is folded."""
        return (
            1 << (self.page_shift + 3 * (self.page_shift - 3)) if self.pgtable_levels > 4 else self.pgdir_size
        )

    @property
    def pgdir_size(self) -> int:
        """PGDIR_SIZE: what one entry of the root table maps."""
        return 1 << self.pgdir_shift

    @property
    def cont_pte_size(self) -> int:
        """CONT_PTE_SIZE: what a run of contiguous pages maps."""
        return 1 << self.cont_pte_shift

    @property
    def cont_pmd_size(self) -> int:
        """CONT_PMD_SIZE: what a run of contiguous level 2 blocks maps."""
        return 1 << self.cont_pmd_shift

    @property
    def swapper_block_size(self) -> int:
        """SWAPPER_BLOCK_SIZE: what one entry of the first page tables maps, a block if pages are 4K, else a
        page."""
        return self.pmd_size if self.page_shift == 12 else self.page_size

    @property
    def ptrs_per_pte(self) -> int:
        """PTRS_PER_PTE: entries of a full table."""
        return 1 << (self.page_shift - 3)

    @property
    def ptrs_per_pgd(self) -> int:
        """PTRS_PER_PGD: entries of the root table."""
        return 1 << (self.va_bits - self.pgdir_shift)

    @property
    def max_numnodes(self) -> int:
        """MAX_NUMNODES."""
        return 1 << self.nodes_shift

    @property
    def pages_per_section(self) -> int:
        """PAGES_PER_SECTION."""
        return 1 << (self.section_size_bits - self.page_shift)

    def fix_to_virt(self, slot: str | int) -> int:
        """``__fix_to_virt(slot)``: the address of a fixmap slot such as ``FIX_FDT``, or of the n-th."""
        index = slot if isinstance(slot, int) else self.fixmap[slot]
        return self.fixaddr_top - (index << self.page_shift)

    def constants(self) -> dict[str, int]:
        """The same facts by the names the kernel has for them."""
        section_bits, page_shift = self.section_size_bits, self.page_shift
        return {
            **{name.upper(): value for name, value in vars(self).items() if isinstance(value, int)},
            **{name: value for name, value in self.fixmap.items() if name.startswith("FIX_")},
            "PMD_SIZE": self.pmd_size,
            "PUD_SIZE": self.pud_size,
            "PGDIR_SIZE": self.pgdir_size,
            "CONT_PTE_SIZE": self.cont_pte_size,
            "CONT_PMD_SIZE": self.cont_pmd_size,
            "PTRS_PER_PTE": self.ptrs_per_pte,
            "PTRS_PER_PGD": self.ptrs_per_pgd,
            "CONFIG_PGTABLE_LEVELS": self.pgtable_levels,
            "ARM64_MEMSTART_ALIGN": self.memstart_align,
            "IRQ_STACK_SIZE": self.thread_size,
            "MAX_NUMNODES": self.max_numnodes,
            "PAGES_PER_SECTION": self.pages_per_section,
            "NR_MEM_SECTIONS": 1 << (self.max_physmem_bits - section_bits),
            "SUBSECTIONS_PER_SECTION": 1 << (section_bits - 21),
            "SECTION_BLOCKFLAGS_BITS": 4 << (section_bits - page_shift - self.pageblock_order),
            "MAX_ORDER": self.nr_page_orders,
            "MAX_PAGE_ORDER": self.nr_page_orders - 1,
            "pageblock_order": self.pageblock_order,
            "CMA_MIN_ALIGNMENT_BYTES": self.page_size << self.pageblock_order,
        }

    @classmethod
    def of(
        cls,
        release: Release,
        config: Config,
        sizeof_page: int = 64,
        lva: bool = False,
        slots: Mapping[str, int] | None = None,
    ) -> Layout:
        """The map of a kernel.  `sizeof_page` is ``sizeof(struct page)``; `lva` tells whether the CPU has
        52-bit virtual addresses; `slots` is ``enum fixed_addresses`` where the build tells it.  Raises
        `InputError` if the configuration is not one of arm64."""
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
        kernel = kernel_map(release, config, bits, sizeof_page, 1 << levels["pud_shift"])
        thread_shift = 14 + (config.enabled("KASAN_GENERIC") or config.enabled("KASAN_SW_TAGS"))
        if config.enabled("VMAP_STACK"):
            thread_shift = max(thread_shift, page_shift)
        slots = slots or fixed_addresses(release, config, page_shift)
        size = slots["__end_of_permanent_fixed_addresses"] << page_shift
        return cls(
            **bits,
            **levels,
            **sections,
            **kernel,
            fixmap=slots,
            fixaddr_size=size,
            fixaddr_start=kernel["fixaddr_top"] - size,
            nodes_shift=config.integer("NODES_SHIFT"),
            # Since 5.8 the image begins where its 2 MiB do.
            text_offset=0x80000 if release < (5, 8) else 0,
            thread_size=1 << thread_shift,
        )


def _page_shift(config: Config) -> int:
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


def _levels(config: Config, page_shift: int, va_bits: int) -> dict[str, int]:
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
        "pgtable_levels": levels,
        "pgdir_shift": pgdir_shift,
        "pud_shift": min(stride * 3 + 3, pgdir_shift),
        "pmd_shift": pmd_shift,
        "cont_pte_shift": config.integer("ARM64_CONT_PTE_SHIFT", default_pte) + page_shift,
        "cont_pmd_shift": config.integer("ARM64_CONT_PMD_SHIFT", default_pmd) + pmd_shift,
    }


def _max_physmem_bits(config: Config, bits: Mapping[str, int]) -> int:
    """4K and 16K pages have 52-bit physical addresses (LPA2) where they have 52-bit virtual ones."""
    without_lpa2 = config.enabled("ARM64_LPA2") and bits["vabits_actual"] == bits["va_bits_min"]
    return 48 if without_lpa2 else bits["pa_bits"]


def _sections(
    release: Release,
    config: Config,
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

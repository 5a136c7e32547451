"""Where everything is in the kernel's half of the virtual address space, and the limits its build sets.

What every architecture of 64 bits with page tables of 8-byte entries has; each makes its own map from the
configuration (`model/arch/*/address_map.py`) and keeps its own numbers in `extra`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field


class Range(Struct, frozen=True):
    """The addresses from `start` up to `end`, not included, in bytes."""

    start: int
    end: int

    def __contains__(self, address: int) -> bool:
        return self.start <= address < self.end

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.start


class AddressMap(Struct, frozen=True):
    """Where everything is in the kernel's half.  Addresses are virtual, in bytes.

    `levels` counts the levels of page tables.  `image` is where the image is linked, and what it may be moved
    in; `fixmap` the permanent part of the fixmap, up to FIXADDR_TOP, and `fixmap_slots` the indices of ``enum
    fixed_addresses``: slot n lies n pages below.  `nr_page_orders` counts the orders of the buddy allocator
    (MAX_ORDER until 6.3, MAX_PAGE_ORDER + 1 since 6.8).  The vmemmap counts from the first
    memory there is, rounded down to a multiple of `vmemmap_align` bytes, or if that is 0 from page frame 0.
    `extra` are the architecture's own numbers, by the kernel's names.
    """

    page_shift: int
    va_bits: int
    levels: int
    direct_map: Range
    vmalloc: Range
    vmemmap: Range
    modules: Range
    image: Range
    fixmap: Range
    fixmap_slots: Mapping[str, int]
    section_size_bits: int
    max_physmem_bits: int
    nr_page_orders: int
    pageblock_order: int
    nodes_shift: int
    vmemmap_align: int = 0
    extra: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def page_size(self) -> int:
        """PAGE_SIZE."""
        return 1 << self.page_shift

    @property
    def page_offset(self) -> int:
        """PAGE_OFFSET: where the direct map of all memory begins."""
        return self.direct_map.start

    def _shift(self, folded: int) -> int:
        """Bits that an entry translates `folded` levels above a page's; of the root if there are not so many
        levels."""
        return self.page_shift + min(folded, self.levels - 1) * (self.page_shift - 3)

    @property
    def pmd_shift(self) -> int:
        """PMD_SHIFT."""
        return self._shift(1)

    @property
    def pud_shift(self) -> int:
        """PUD_SHIFT; PGDIR_SHIFT where that level is folded."""
        return self._shift(2)

    @property
    def pgdir_shift(self) -> int:
        """PGDIR_SHIFT."""
        return self._shift(self.levels - 1)

    @property
    def pmd_size(self) -> int:
        """PMD_SIZE: what one entry of the lowest level but one maps."""
        return 1 << self.pmd_shift

    @property
    def pud_size(self) -> int:
        """PUD_SIZE: what one entry of the level above maps; PGDIR_SIZE where that level is folded."""
        return 1 << self.pud_shift

    @property
    def p4d_size(self) -> int:
        """P4D_SIZE: PGDIR_SIZE unless there are five levels."""
        return 1 << self._shift(3)

    @property
    def pgdir_size(self) -> int:
        """PGDIR_SIZE: what one entry of the root table maps."""
        return 1 << self.pgdir_shift

    @property
    def ptrs_per_pte(self) -> int:
        """PTRS_PER_PTE: entries of a full table."""
        return 1 << (self.page_shift - 3)

    @property
    def max_numnodes(self) -> int:
        """MAX_NUMNODES."""
        return 1 << self.nodes_shift

    @property
    def pages_per_section(self) -> int:
        """PAGES_PER_SECTION."""
        return 1 << (self.section_size_bits - self.page_shift)

    def fix_to_virt(self, slot: str | int) -> int:
        """``__fix_to_virt(slot)``: the address of a fixmap slot such as ``FIX_BTMAP_BEGIN``, or of the
        n-th."""
        index = slot if isinstance(slot, int) else self.fixmap_slots[slot]
        return self.fixmap.end - (index << self.page_shift)

    def constants(self) -> dict[str, int]:
        """The same facts by the names the kernel has for them."""
        section_bits, page_shift = self.section_size_bits, self.page_shift
        return {
            "PAGE_SHIFT": page_shift,
            "PAGE_OFFSET": self.page_offset,
            "VMALLOC_START": self.vmalloc.start,
            "VMALLOC_END": self.vmalloc.end,
            "VMEMMAP_START": self.vmemmap.start,
            "VMEMMAP_END": self.vmemmap.end,
            "MODULES_VADDR": self.modules.start,
            "MODULES_END": self.modules.end,
            "FIXADDR_START": self.fixmap.start,
            "FIXADDR_SIZE": self.fixmap.size,
            "FIXADDR_TOP": self.fixmap.end,
            **{name: value for name, value in self.fixmap_slots.items() if name.startswith("FIX_")},
            "PMD_SHIFT": self.pmd_shift,
            "PMD_SIZE": self.pmd_size,
            "PUD_SHIFT": self.pud_shift,
            "PUD_SIZE": self.pud_size,
            "PGDIR_SHIFT": self.pgdir_shift,
            "PGDIR_SIZE": self.pgdir_size,
            "PTRS_PER_PTE": self.ptrs_per_pte,
            "CONFIG_PGTABLE_LEVELS": self.levels,
            "NODES_SHIFT": self.nodes_shift,
            "MAX_NUMNODES": self.max_numnodes,
            "SECTION_SIZE_BITS": section_bits,
            "MAX_PHYSMEM_BITS": self.max_physmem_bits,
            "PAGES_PER_SECTION": self.pages_per_section,
            "NR_MEM_SECTIONS": 1 << (self.max_physmem_bits - section_bits),
            "SUBSECTIONS_PER_SECTION": 1 << (section_bits - 21),
            "SECTION_BLOCKFLAGS_BITS": 4 << (section_bits - page_shift - self.pageblock_order),
            "NR_PAGE_ORDERS": self.nr_page_orders,
            "MAX_ORDER": self.nr_page_orders,
            "MAX_PAGE_ORDER": self.nr_page_orders - 1,
            "pageblock_order": self.pageblock_order,
            "CMA_MIN_ALIGNMENT_BYTES": self.page_size << self.pageblock_order,
            **self.extra,
        }


class Placement(NamedTuple):
    """An address map as it lies at one moment, by the kernel's variables.

    `linear_base` is the physical address that the direct map begins with, None while the kernel has not
    chosen it; `waits_for` is the variable that will tell.  `vmemmap` is where the array of page structs
    begins.
    """

    address_map: AddressMap
    linear_base: int | None
    waits_for: str = ""

    def linear(self, physical: int) -> int | None:
        """The address in the direct map of a physical one; None if it does not reach there, or is not there
        yet."""
        if self.linear_base is None:
            return None
        direct_map = self.address_map.direct_map
        address = physical - self.linear_base + direct_map.start
        return address if address in direct_map else None

    def physical(self, address: int) -> int | None:
        """The physical address behind one of the direct map; None if it is none of that, or that is not there
        yet."""
        direct_map = self.address_map.direct_map
        if self.linear_base is None or address not in direct_map:
            return None
        return address - direct_map.start + self.linear_base

"""The memory models: where the ``struct page`` of a page frame is, and which page frame it describes.

Mirrors include/asm-generic/memory_model.h and the part of include/linux/mmzone.h that numbers sections.  A
kernel has one of four:

- ``vmemmap`` (CONFIG_SPARSEMEM_VMEMMAP): one array in virtual memory, mapped where there is memory.
- ``sparsemem`` (CONFIG_SPARSEMEM_EXTREME): an array for each section, found through roots.
- ``sparsemem-static`` (CONFIG_SPARSEMEM_STATIC): the same, all ``struct mem_section`` in the image.
- ``flatmem`` (CONFIG_FLATMEM): one array, ``mem_map``, from the first page of memory to the last.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ..build.address_map import AddressMap
from ..build.kconfig import KConfig
from ..build.release import Release
from ..build.sizes import Sizes, usage_head
from .sparsemem import section_map_last_bit

VMEMMAP = "vmemmap"
SPARSEMEM = "sparsemem"
SPARSEMEM_STATIC = "sparsemem-static"
FLATMEM = "flatmem"
MODELS = (VMEMMAP, SPARSEMEM, SPARSEMEM_STATIC, FLATMEM)
"""The memory models, by the names they have in machine files and options."""

BITS_PER_LONG = 64


def configured_model(config: KConfig) -> str:
    """The memory model of a kernel.  A configuration that names none is taken for what arm64 always
    selects."""
    if config.enabled("FLATMEM"):
        return FLATMEM
    if config.enabled("SPARSEMEM") and not config.enabled("SPARSEMEM_VMEMMAP"):
        return SPARSEMEM if config.enabled("SPARSEMEM_EXTREME") else SPARSEMEM_STATIC
    return VMEMMAP


class MemoryModel(Struct, frozen=True):
    """What a kernel's build decides about its page structs: the model, and the sizes it works with.

    Sizes and addresses are bytes.  `max_order_pages` is MAX_ORDER_NR_PAGES, `usage_head` what ``struct
    mem_section_usage`` has before its bitmaps, `vmemmap_align` what the address map says, `mapped` some
    addresses that have page tables before the sections are set up.
    """

    model: str
    page_shift: int
    section_size_bits: int
    max_physmem_bits: int
    pmd_shift: int
    pgdir_shift: int
    page_offset: int
    vmemmap_start: int
    pageblock_order: int
    max_order_pages: int
    vmemmap_align: int
    sizeof_page: int
    sizeof_mem_section: int
    map_last_bit: int
    usage_head: int = 16
    mapped: tuple[int, ...] = ()

    @classmethod
    def of(cls, release: Release, config: KConfig, sizes: Sizes, layout: AddressMap) -> MemoryModel:
        """The shape of a kernel.  Raises `InputError` if `sizes` do not tell the structures."""
        return cls(
            model=configured_model(config),
            page_shift=layout.page_shift,
            section_size_bits=layout.section_size_bits,
            max_physmem_bits=layout.max_physmem_bits,
            pmd_shift=layout.pmd_shift,
            pgdir_shift=layout.pgdir_shift,
            page_offset=layout.page_offset,
            vmemmap_start=layout.vmemmap.start,
            pageblock_order=layout.pageblock_order,
            max_order_pages=1 << (layout.nr_page_orders - 1),
            vmemmap_align=layout.vmemmap_align,
            sizeof_page=sizes.sizeof("struct page"),
            # Flat memory does without this structure.
            sizeof_mem_section=sizes.structures.get("struct mem_section", 16),
            # The flag of ZONE_DEVICE came in 5.12.
            map_last_bit=section_map_last_bit(release >= (5, 12) and config.enabled("ZONE_DEVICE")),
            usage_head=usage_head(release, sizes),
            mapped=(layout.image.start, layout.fixmap.start, layout.fixmap.end - 1),
        )

    def moved(self, layout: AddressMap) -> MemoryModel:
        """The same where an address map lies that the kernel has moved."""
        if (self.page_offset, self.vmemmap_start) == (layout.page_offset, layout.vmemmap.start):
            return self
        return replace(self, page_offset=layout.page_offset, vmemmap_start=layout.vmemmap.start)

    @property
    def is_sparse(self) -> bool:
        """Whether memory is kept in sections (CONFIG_SPARSEMEM)."""
        return self.model != FLATMEM

    @property
    def pages_per_section(self) -> int:
        """PAGES_PER_SECTION."""
        return 1 << (self.section_size_bits - self.page_shift)

    @property
    def nr_mem_sections(self) -> int:
        """NR_MEM_SECTIONS: the sections of all physical memory there can be."""
        return 1 << (self.max_physmem_bits - self.section_size_bits)

    @property
    def sections_per_root(self) -> int:
        """SECTIONS_PER_ROOT: as many as fit in a page, one where the array is in the image."""
        static = self.model == SPARSEMEM_STATIC
        return 1 if static else (1 << self.page_shift) // self.sizeof_mem_section

    @property
    def nr_section_roots(self) -> int:
        """NR_SECTION_ROOTS."""
        return -(-self.nr_mem_sections // self.sections_per_root)

    @property
    def section_map_size(self) -> int:
        """``section_map_size()``: the bytes set aside for the page structs of a section, a whole number of
        pages, or of what a PMD maps."""
        unit = self.pmd_shift if self.model == VMEMMAP else self.page_shift
        size = self.pages_per_section * self.sizeof_page
        return -(-size >> unit) << unit

    @property
    def usage_size(self) -> int:
        """``mem_section_usage_size()``: the bytes of a section's usage map."""
        subsections = 1 << (self.section_size_bits - 21)
        subsection_map = bitmap_bytes(subsections) if self.model == VMEMMAP else 0
        return self.usage_head + subsection_map + self.pageblock_flags(self.pages_per_section)

    def pageblock_flags(self, pages: int) -> int:
        """The bytes of the flags of page blocks: four bits for each."""
        return bitmap_bytes(4 * -(-pages >> self.pageblock_order))


def bitmap_bytes(bits: int) -> int:
    """The bytes of a bitmap, which is made of longs."""
    return -(-bits // BITS_PER_LONG) * 8

"""Sections and zones as this kernel was configured.  Mirrors include/linux/mmzone.h."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memory_model import VMEMMAP
from ...model.memory.sparsemem import BITS_PER_LONG, SUBSECTION_SHIFT, section_map_last_bit
from ...model.memory.zones import Node

if TYPE_CHECKING:
    from ..core.kernel import Kernel


def MAX_NUMNODES(k: Kernel) -> int:
    """How many nodes this kernel can have; in place of a node's number, it means all of them."""
    return k.memblock.max_numnodes


def PAGES_PER_SECTION(k: Kernel) -> int:
    """The pages of a section."""
    return k.layout.pages_per_section


def SECTIONS_PER_ROOT(k: Kernel) -> int:
    """How many ``struct mem_section`` a root holds: a page of them, or one where they are in the image."""
    return k.shape.sections_per_root


def NR_SECTION_ROOTS(k: Kernel) -> int:
    """How many roots there may be."""
    return k.shape.nr_section_roots


def SECTION_NID_SHIFT(k: Kernel) -> int:
    """SECTION_NID_SHIFT and SECTION_MAP_LAST_BIT: the number of flags in ``section_mem_map``."""
    # Until 5.12 a bit less than there are flags: the highest is not set that early.
    return 3 if k.release < (5, 13) else section_map_last_bit(k.config.enabled("ZONE_DEVICE"))


def PAGES_PER_SUBSECTION(k: Kernel) -> int:
    """The pages of a subsection."""
    return 1 << (SUBSECTION_SHIFT - k.layout.page_shift)


def subsection_map_words(k: Kernel) -> int:
    """How many longs ``subsection_map`` is; only vmemmap has one."""
    if k.shape.model != VMEMMAP:
        return 0
    subsections = 1 << (k.layout.section_size_bits - SUBSECTION_SHIFT)
    return -(-subsections // BITS_PER_LONG)


def usemap_size(k: Kernel) -> int:
    """The bytes of a section's ``pageblock_flags``: four bits a page block."""
    page_blocks = k.layout.pages_per_section >> k.layout.pageblock_order
    return -(-4 * page_blocks // BITS_PER_LONG) * 8


def pfn_to_section_nr(k: Kernel, pfn: int) -> int:
    """The section a pfn lies in."""
    return pfn // k.layout.pages_per_section


def section_nr_to_pfn(k: Kernel, section_nr: int) -> int:
    """A section's first pfn."""
    return section_nr * k.layout.pages_per_section


def MAX_ORDER_NR_PAGES(k: Kernel) -> int:
    """The pages of the buddy allocator's largest block."""
    return 1 << (k.layout.nr_page_orders - 1)


def zone_names(k: Kernel) -> tuple[str, ...]:
    """``zone_names[]``: the zones this kernel was built with, in their order."""
    wanted = {"DMA": "ZONE_DMA", "DMA32": "ZONE_DMA32", "Normal": "", "Movable": "", "Device": "ZONE_DEVICE"}
    return tuple(name for name, option in wanted.items() if not option or k.config.enabled(option))


def ZONE_NORMAL(k: Kernel) -> int:
    """The index of ZONE_NORMAL."""
    return zone_names(k).index("Normal")


def ZONE_MOVABLE(k: Kernel) -> int:
    """The index of ZONE_MOVABLE."""
    return zone_names(k).index("Movable")


def contig_page_data(k: Kernel) -> Node:
    """The one node of a kernel without NUMA, which is part of the image; an image that was built for nodes
    has no place for it."""
    return Node(0, k.pa_symbol("contig_page_data") if k.image.has("contig_page_data") else 0)

"""Sparse memory: the sections of physical memory, their roots and usage maps.

Mirrors the data of mm/sparse.c and include/linux/mmzone.h: ``mem_section``, ``struct mem_section``,
``struct mem_section_usage``.
"""

from __future__ import annotations

from typing import NamedTuple

from ..trace.events import Kind
from .recorded import RecordedDict

U64 = (1 << 64) - 1

SECTION_MARKED_PRESENT = 1 << 0
SECTION_HAS_MEM_MAP = 1 << 1
SECTION_IS_ONLINE = 1 << 2
SECTION_IS_EARLY = 1 << 3

SECTION_FLAGS = {
    "PRESENT": SECTION_MARKED_PRESENT,
    "HAS_MEM_MAP": SECTION_HAS_MEM_MAP,
    "ONLINE": SECTION_IS_ONLINE,
    "EARLY": SECTION_IS_EARLY,
}
"""The flags of ``section_mem_map`` that a boot sets, by their short names."""

SUBSECTION_SHIFT = 21
"""A subsection is 2 MiB, whatever the page size."""

BITS_PER_LONG = 64


def section_map_last_bit(zone_device: bool) -> int:
    """SECTION_MAP_LAST_BIT, which is SECTION_NID_SHIFT too: how many low bits of ``section_mem_map`` are
    flags. CONFIG_ZONE_DEVICE adds one."""
    return 5 if zone_device else 4


class MemSection(NamedTuple):
    """One ``struct mem_section``: the raw, encoded ``section_mem_map`` (its low bits are the flags), the
    physical address of its usage map (0: none yet) and the bits of its subsections, 64 a word."""

    section_mem_map: int
    usage_pa: int = 0
    subsection_map: tuple[int, ...] = ()

    def flag_names(self) -> tuple[str, ...]:
        """The flags that are set, in words."""
        return tuple(name for name, bit in SECTION_FLAGS.items() if self.section_mem_map & bit)

    @property
    def has_mem_map(self) -> bool:
        """``valid_section()``."""
        return bool(self.section_mem_map & SECTION_HAS_MEM_MAP)


FIELDS = ("mem_section_pa", "sparsemap_buf", "sparsemap_buf_end", "node_mem_map", "mem_map_pages", "mem_map")
"""The variables of mm/sparse.c and mm/page_alloc.c that `Sections.fields` holds."""


class Sections:
    """The state of ``mem_section``.

    `fields` holds ``mem_section_pa`` (0 before it is allocated) and the buffer that page arrays are cut
    from, ``sparsemap_buf`` and ``sparsemap_buf_end`` (physical addresses); `roots` maps a root's index to
    the physical address of its array of sections; `sections` maps a section number to its `MemSection`,
    present ones only.

    Flat memory has no sections.  Its one array of page structs is in `fields`: ``node_mem_map`` is where it
    was allocated, for ``mem_map_pages`` pages, ``mem_map`` where its index 0 would be (virtual addresses, 0
    before there is one).
    """

    def __init__(self) -> None:
        self.fields = RecordedDict("sections", Kind.SECTION, dict.fromkeys(FIELDS, 0))
        self.roots = RecordedDict("sections.roots", Kind.SECTION)
        self.sections = RecordedDict("sections.sections", Kind.SECTION)

    def set(self, number: int, section: MemSection | None) -> None:
        """Put a section's new state in place of its old one; None: it is not present.  Recorded."""
        self.sections.put(number, section, depth=2)

    def set_root(self, index: int, pa: int) -> None:
        """Let a root have its array of sections at a physical address.  Recorded."""
        self.roots.put(index, pa, depth=2)

    def set_fields(self, **values: int) -> None:
        """Set some of `FIELDS`.  Recorded as one event."""
        assert values.keys() <= self.fields.keys()
        self.fields.put_all(values, depth=2)


def sparse_encode_mem_map(mem_map: int, start_pfn: int, sizeof_page: int) -> int:
    """What ``section_mem_map`` holds of a page array: its virtual address less that of the page array a
    section's first pfn would have if pfn 0 stood at 0, so that adding a pfn gives its ``struct page``."""
    return (mem_map - start_pfn * sizeof_page) & U64


def sparse_decode_mem_map(coded: int, start_pfn: int, sizeof_page: int, last_bit: int) -> int:
    """The virtual address of a section's page array, from its ``section_mem_map``."""
    return ((coded >> last_bit << last_bit) + start_pfn * sizeof_page) & U64


def bitmap_set(words: tuple[int, ...], first: int, count: int) -> tuple[int, ...]:
    """`words` (64 bits each) with `count` bits set from bit `first` on."""
    bits = sum(word << (BITS_PER_LONG * at) for at, word in enumerate(words))
    bits |= ((1 << count) - 1) << first
    return tuple(bits >> (BITS_PER_LONG * at) & U64 for at in range(len(words)))

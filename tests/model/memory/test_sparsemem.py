"""``struct mem_section`` as real kernels encode it."""

from __future__ import annotations

from bootstep.model.memory.sparsemem import (
    MemSection,
    bitmap_set,
    section_map_last_bit,
    sparse_decode_mem_map,
    sparse_encode_mem_map,
)

# Linux 6.1 on QEMU virt, 4K pages: section 9 begins at pfn 0x48000, its page array 64 bytes a page further.
VMEMMAP_START = 0xFFFFFC0000000000
MEM_MAP = VMEMMAP_START + (0x48000 - 0x40000) * 64
SECTION_MEM_MAP = 0xFFFFFBFFFF00000F


def test_the_coded_address_is_the_same_for_all_sections_of_vmemmap() -> None:
    assert sparse_encode_mem_map(MEM_MAP, 0x48000, 64) == SECTION_MEM_MAP & ~0xF
    assert sparse_encode_mem_map(VMEMMAP_START, 0x40000, 64) == SECTION_MEM_MAP & ~0xF


def test_decoding_gives_the_page_array_back() -> None:
    assert sparse_decode_mem_map(SECTION_MEM_MAP, 0x48000, 64, section_map_last_bit(False)) == MEM_MAP


def test_the_low_bits_are_flags() -> None:
    section = MemSection(SECTION_MEM_MAP)
    assert section.flag_names() == ("PRESENT", "HAS_MEM_MAP", "ONLINE", "EARLY")
    assert section.has_mem_map
    assert not MemSection(0x5).has_mem_map


def test_subsections_of_a_64k_kernels_section_take_four_longs() -> None:
    words = bitmap_set((0, 0, 0, 0), 60, 10)
    assert words == (0xF << 60, 0x3F, 0, 0)
    assert bitmap_set(words, 0, 256) == ((1 << 64) - 1,) * 4

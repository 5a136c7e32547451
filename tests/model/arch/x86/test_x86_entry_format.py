"""What the bits of x86-64's page-table entries say, against values that kernels had in their tables.

Covers entry_format.py.
"""

from bootstep.model.arch.x86 import entry_format
from bootstep.model.arch.x86.entry_format import ENTRIES
from bootstep.model.build.release import Release


def test_protections_are_the_numbers_in_real_tables() -> None:
    assert entry_format.PAGE_KERNEL == 0x8000000000000163
    assert entry_format.PAGE_KERNEL_LARGE == 0x80000000000001E3
    assert entry_format.PAGE_KERNEL_LARGE_EXEC == 0x1E3
    assert entry_format.FIXMAP_PAGE_NOCACHE == 0x800000000000017B
    assert (entry_format.KERNPG_TABLE, entry_format.PAGE_TABLE) == (0x63, 0x67)


def test_what_is_read_only_is_not_dirty_since_6_6() -> None:
    assert entry_format.page_kernel_ro(Release(6, 1)) == 0x8000000000000161
    assert entry_format.page_kernel_ro(Release(6, 6)) == 0x8000000000000121
    assert entry_format.page_kernel_rox(Release(6, 12)) == 0x121
    assert entry_format.page_kernel_vvar(Release(6, 12)) == 0x8000000000000125


def test_one_bit_is_pse_above_the_last_level_and_pat_in_it() -> None:
    assert ENTRIES.words(0x80000000000001E3, 2) == ("RW", "PSE", "GLB", "NX")
    assert ENTRIES.words(0x80000000000001E3, 3) == ("RW", "PAT", "GLB", "NX")
    assert ENTRIES.words(0x1000 | 0x1E3, 2) == ("RW", "PSE", "PAT", "GLB", "x")
    assert entry_format.pgprot_4k_2_large(0x1E3) == 0x1163
    assert entry_format.pgprot_large_2_4k(0x1163) == 0x1E3


def test_every_word_has_a_meaning() -> None:
    everything = (1 << 64) - 1
    words = (
        *ENTRIES.words(everything, 3),
        *ENTRIES.words(everything, 2),
        *ENTRIES.words(1, 3),
        *ENTRIES.table_words(everything),
        *ENTRIES.table_words(1),
        *ENTRIES.software_words(everything),
    )
    assert all(ENTRIES.meaning(word) for word in words)


def test_the_address_of_an_entry_has_52_bits() -> None:
    assert entry_format.PTE_PFN_MASK == 0xFFFFFFFFFF000
    assert entry_format.PTE_FLAGS_MASK & entry_format.PAT_LARGE == 0

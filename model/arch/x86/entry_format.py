"""The bits of x86-64 page-table entries, and what they say in words.

Mirrors arch/x86/include/asm/pgtable_types.h; the words are those of ``/sys/kernel/debug/page_tables/kernel``
(arch/x86/mm/dump_pagetables.c).  Names are the kernel's without their leading underscores.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...build.release import Release
from ...language.words import translatable
from ...memory.pagetable.tables import PAGE_LEVEL

PRESENT = 1 << 0
RW = 1 << 1
USER = 1 << 2
PWT = 1 << 3
PCD = 1 << 4
ACCESSED = 1 << 5
DIRTY = 1 << 6
PSE = 1 << 7
"""A leaf above the last level.  In the last level the same bit is `PAT`."""
PAT = 1 << 7
GLOBAL = 1 << 8
SOFTW1 = 1 << 9
SOFTW2 = 1 << 10
SOFTW3 = 1 << 11
PAT_LARGE = 1 << 12
"""PAT of a leaf above the last level."""
SOFTW4 = 1 << 57
SOFTW5 = 1 << 58
PKEY_MASK = 0xF << 59
NX = 1 << 63

PTE_PFN_MASK = (1 << 52) - (1 << 12)
"""The bits of an entry that are an address: of 4 KiB pages, and of tables."""
PTE_FLAGS_MASK = (1 << 64) - 1 - PTE_PFN_MASK
CACHE_MASK = PWT | PCD | PAT
LARGE_CACHE_MASK = PWT | PCD | PAT_LARGE
NOCACHE = PWT | PCD
"""``_PAGE_NOCACHE``: the cache mode UC as long as PAT is as after reset."""

KERNPG_TABLE = PRESENT | RW | ACCESSED | DIRTY
"""An entry that points to a table of the kernel's half (``_KERNPG_TABLE``)."""
PAGE_TABLE = KERNPG_TABLE | USER
"""An entry that points to a table (``_PAGE_TABLE``)."""

PAGE_KERNEL = PRESENT | RW | ACCESSED | NX | DIRTY | GLOBAL
PAGE_KERNEL_EXEC = PAGE_KERNEL & ~NX
PAGE_KERNEL_NOCACHE = PAGE_KERNEL | NOCACHE
PAGE_KERNEL_LARGE = PAGE_KERNEL | PSE
PAGE_KERNEL_LARGE_EXEC = PAGE_KERNEL_EXEC | PSE
PAGE_KERNEL_IO = PAGE_KERNEL
FIXMAP_PAGE_NOCACHE = PAGE_KERNEL_NOCACHE


def page_kernel_ro(release: Release) -> int:
    """``__PAGE_KERNEL_RO``.  Since 6.6 what may not be written is not dirty either: the two together mean a
    shadow stack."""
    return (PAGE_KERNEL & ~RW) if release < (6, 6) else (PAGE_KERNEL & ~RW & ~DIRTY)


def page_kernel_rox(release: Release) -> int:
    """``__PAGE_KERNEL_ROX``."""
    return page_kernel_ro(release) & ~NX


def page_kernel_vvar(release: Release) -> int:
    """``__PAGE_KERNEL_VVAR``."""
    return page_kernel_ro(release) | USER


def pgprot_4k_2_large(prot: int) -> int:
    """The bits of a page's protection as those of a larger leaf's, PSE apart (``pgprot_4k_2_large``)."""
    kept = prot & ~(PAT | PAT_LARGE)
    return kept | (PAT_LARGE if prot & PAT else 0)


def pgprot_large_2_4k(prot: int) -> int:
    """The bits of a larger leaf's protection as those of a page's, PSE apart (``pgprot_large_2_4k``)."""
    kept = prot & ~(PAT | PAT_LARGE)
    return kept | (PAT if prot & PAT_LARGE else 0)


MEANINGS = {
    "USR": translatable("user space may access it, if all tables on the way allow it (_PAGE_USER)"),
    "ro": translatable("nobody may write here"),
    "RW": translatable("it may be written (_PAGE_RW)"),
    "PWT": translatable(
        "caches write through; with PCD and PAT it chooses one of eight ways of caching (_PAGE_PWT)"
    ),
    "PCD": translatable("it is not cached (_PAGE_PCD)"),
    "PSE": translatable("this level maps memory itself, 2 MiB or 1 GiB, and no table follows (_PAGE_PSE)"),
    "PAT": translatable("with PWT and PCD it chooses one of eight ways of caching (_PAGE_PAT)"),
    "GLB": translatable("global: a TLB keeps it when the address space changes (_PAGE_GLOBAL)"),
    "NX": translatable("what lies here may not be executed (_PAGE_NX)"),
    "x": translatable("what lies here may be executed"),
    "ACCESSED": translatable("it was used (_PAGE_ACCESSED); the kernel sets it so that the CPU need not"),
    "DIRTY": translatable("it was written to (_PAGE_DIRTY); the kernel sets it so that the CPU need not"),
    "SPECIAL": translatable("kept by software: no page struct counts this mapping (_PAGE_SPECIAL)"),
    "UFFD_WP": translatable("kept by software: userfaultfd wants to know of writes (_PAGE_UFFD_WP)"),
    "SOFT_DIRTY": translatable(
        "kept by software: it was written to since somebody last looked (_PAGE_SOFT_DIRTY)"
    ),
    "DEVMAP": translatable("kept by software: memory of a device (_PAGE_DEVMAP)"),
    "SAVED_DIRTY": translatable(
        "kept by software: it was written to, and may not be written now (_PAGE_SAVED_DIRTY)"
    ),
    "PKEY": translatable("one of the protection keys of user space (_PAGE_PKEY_MASK)"),
}
"""What each of these words says."""
NOT_IN_THE_DUMP = (
    (ACCESSED, "ACCESSED"),
    (DIRTY, "DIRTY"),
    (SOFTW1, "SPECIAL"),
    (SOFTW2, "UFFD_WP"),
    (SOFTW3, "SOFT_DIRTY"),
    (SOFTW4, "DEVMAP"),
    (SOFTW5, "SAVED_DIRTY"),
    (PKEY_MASK, "PKEY"),
)


class X86Entries:
    """The `EntryFormat` of x86-64."""

    level_names = ("PGD", "P4D", "PUD", "PMD", "PTE")
    block = translatable("large page")

    def level_number(self, level: int) -> int:
        """``enum pg_level``: 1 holds pages, the root is at 4, or 5."""
        return PAGE_LEVEL + 1 - level

    def level_words(self, level: int, start_level: int | None = None) -> str:
        """Its name."""
        return self.level_names[0 if level == start_level else level - PAGE_LEVEL - 1]

    def is_contiguous(self, attrs: int) -> bool:
        """x86 has no such sets."""
        return False

    def contiguous_entries(self, level: int, constants: Mapping[str, int]) -> int:
        """One, an entry by itself."""
        return 1

    def words(self, attrs: int, level: int) -> tuple[str, ...]:
        """The attributes of a leaf in the order and the words of the kernel's dump."""
        is_large = level < PAGE_LEVEL
        words = [
            "USR" if attrs & USER else "",
            "RW" if attrs & RW else "ro",
            "PWT" if attrs & PWT else "",
            "PCD" if attrs & PCD else "",
            "PSE" if is_large and attrs & PSE else "",
            "PAT" if attrs & (PAT_LARGE if is_large else PAT) else "",
            "GLB" if attrs & GLOBAL else "",
            "NX" if attrs & NX else "x",
        ]
        return tuple(word for word in words if word)

    def table_words(self, attrs: int) -> tuple[str, ...]:
        """What an entry that points to a table allows, and what it forbids."""
        words = [
            "USR" if attrs & USER else "",
            "RW" if attrs & RW else "ro",
            "NX" if attrs & NX else "",
        ]
        return tuple(word for word in words if word)

    def imposed_words(self, attrs: int) -> tuple[str, ...]:
        """What is not allowed in one entry is not allowed by those below."""
        forbidden = ("ro" if not attrs & RW else "", "NX" if attrs & NX else "")
        return tuple(word for word in forbidden if word)

    def software_words(self, attrs: int) -> tuple[str, ...]:
        """What the CPU and software have noted."""
        return tuple(word for bits, word in NOT_IN_THE_DUMP if attrs & bits)

    def meaning(self, word: str) -> str:
        """What a word says."""
        return MEANINGS.get(word, "")


ENTRIES = X86Entries()

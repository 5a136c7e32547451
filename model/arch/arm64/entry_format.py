"""The bits of arm64 page-table descriptors, and what they say in words.

Mirrors arch/arm64/include/asm/pgtable-hwdef.h and pgtable-prot.h; the words are those of ``/sys/kernel/debug/
kernel_page_tables`` (arch/arm64/mm/ptdump.c).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...language.words import translatable
from ...memory.pagetable.tables import PAGE_LEVEL

PTE_VALID = 1 << 0
TYPE_SECT = 1
"""The two lowest bits of a block descriptor."""
TYPE_TABLE = 3
"""The two lowest bits of a table descriptor, and of a page descriptor (``PTE_TYPE_PAGE``)."""
TABLE_BIT = 1 << 1
PTE_USER = 1 << 6
PTE_RDONLY = 1 << 7
PTE_SHARED = 3 << 8
PTE_AF = 1 << 10
PTE_NG = 1 << 11
PTE_GP = 1 << 50
PTE_WRITE = 1 << 51
"""Software's "may be written", which is the hardware's dirty-bit management."""
PTE_CONT = 1 << 52
PTE_PXN = 1 << 53
PTE_UXN = 1 << 54
PTE_DIRTY = 1 << 55
TABLE_PXN = 1 << 59
TABLE_UXN = 1 << 60

MT_NORMAL = 0
MT_NORMAL_TAGGED = 1
MT_NORMAL_NC = 2
MT_DEVICE_nGnRnE = 3
MT_DEVICE_nGnRE = 4
ATTRINDX_MASK = 7 << 2

MEMORY_TYPES = {
    MT_NORMAL: "MEM/NORMAL",
    MT_NORMAL_TAGGED: "MEM/NORMAL-TAGGED",
    MT_NORMAL_NC: "MEM/NORMAL-NC",
    MT_DEVICE_nGnRnE: "DEVICE/nGnRnE",
    MT_DEVICE_nGnRE: "DEVICE/nGnRE",
}


def attrindx(memory_type: int) -> int:
    """The AttrIndx field for a memory type (``PTE_ATTRINDX``)."""
    return memory_type << 2


PROT_NORMAL = TYPE_TABLE | PTE_AF | PTE_SHARED | PTE_PXN | PTE_UXN | PTE_WRITE | attrindx(MT_NORMAL)
PROT_SECT_NORMAL = TYPE_SECT | PTE_AF | PTE_SHARED | PTE_PXN | PTE_UXN | attrindx(MT_NORMAL)
PROT_SECT_NORMAL_WRITE = PROT_SECT_NORMAL | PTE_WRITE
"""PROT_SECT_NORMAL since 6.12."""
PAGE_KERNEL = PROT_NORMAL | PTE_DIRTY
PAGE_KERNEL_RO = (PROT_NORMAL & ~PTE_WRITE) | PTE_RDONLY | PTE_DIRTY
PAGE_KERNEL_ROX = (PROT_NORMAL & ~(PTE_WRITE | PTE_PXN)) | PTE_RDONLY | PTE_DIRTY
PAGE_KERNEL_EXEC = (PROT_NORMAL & ~PTE_PXN) | PTE_DIRTY
FIXMAP_PAGE_IO = TYPE_TABLE | PTE_AF | PTE_SHARED | PTE_PXN | PTE_UXN | PTE_WRITE | attrindx(MT_DEVICE_nGnRE)


def pgprot_tagged(prot: int) -> int:
    """The same protection with the memory type that allows allocation tags (``pgprot_tagged``)."""
    return prot & ~ATTRINDX_MASK | attrindx(MT_NORMAL_TAGGED)


def mk_sect_prot(prot: int) -> int:
    """A page's protection as a block's (``mk_pmd_sect_prot``, ``mk_pud_sect_prot``)."""
    return prot & ~TABLE_BIT | TYPE_SECT


def pgattr_change_is_safe(old: int, new: int) -> bool:
    """Whether a live descriptor may go from `old` to `new` without being taken down first
    (arch/arm64/mm/mmu.c: ``pgattr_change_is_safe``)."""
    if old == 0 or new == 0:
        return True
    if (old | new) & PTE_CONT:
        return False
    if old & ~new & PTE_NG:
        return False
    changeable = PTE_PXN | PTE_RDONLY | PTE_WRITE | PTE_NG
    tag_only = (attrindx(MT_NORMAL), attrindx(MT_NORMAL_TAGGED))
    if old & ATTRINDX_MASK in tag_only and new & ATTRINDX_MASK in tag_only:
        changeable |= ATTRINDX_MASK
    return (old ^ new) & ~changeable == 0


MEANINGS = {
    "ro": translatable("the kernel may read here, not write (PTE_RDONLY)"),
    "RW": translatable("the kernel may read and write here"),
    "NX": translatable("the kernel may not execute what lies here (PTE_PXN)"),
    "x": translatable("the kernel may execute what lies here"),
    "SHD": translatable("inner shareable: the caches of all CPUs see the same (PTE_SHARED)"),
    "AF": translatable("the access flag is set, so that the first access does not fault (PTE_AF)"),
    "NG": translatable("not global: a TLB keeps it for one address space only (PTE_NG)"),
    "CON": translatable("one of a set of neighbours that a TLB may keep as a single entry (PTE_CONT)"),
    "BLK": translatable("a block: this level maps memory itself, and no table follows"),
    "UXN": translatable("user space may not execute what lies here (PTE_UXN)"),
    "GP": translatable("guarded: an indirect branch may land on marked instructions only (PTE_GP)"),
    "USR": translatable("user space may access it (PTE_USER)"),
    "WRITE": translatable(
        "kept by software: it may be made writable, which is also DBM, the hardware's dirty management"
    ),
    "DIRTY": translatable("kept by software: it was written to"),
    "PXNTable": translatable("nothing below may be executed by the kernel"),
    "UXNTable": translatable("nothing below may be executed by user space"),
    "MEM/NORMAL": translatable("ordinary memory, cached and written back (MT_NORMAL)"),
    "MEM/NORMAL-TAGGED": translatable(
        "ordinary memory that may carry allocation tags of MTE (MT_NORMAL_TAGGED)"
    ),
    "MEM/NORMAL-NC": translatable("memory that is not cached (MT_NORMAL_NC)"),
    "DEVICE/nGnRnE": translatable(
        "a device: accesses are not gathered, not reordered, not acknowledged early"
    ),
    "DEVICE/nGnRE": translatable(
        "a device: accesses are not gathered and not reordered, but may be acknowledged early"
    ),
}
"""What each of these words says."""


class Arm64Entries:
    """The `EntryFormat` of arm64."""

    level_names = ("PGD", "P4D", "PUD", "PMD", "PTE")
    block = "block"

    def level_number(self, level: int) -> int:
        """As the hardware counts: 3 holds pages."""
        return level

    def level_words(self, level: int, start_level: int | None = None) -> str:
        """Its number."""
        return f"level {level}"

    def is_contiguous(self, attrs: int) -> bool:
        """Whether the contiguous bit is set."""
        return bool(attrs & PTE_CONT)

    def contiguous_entries(self, level: int, constants: Mapping[str, int]) -> int:
        """CONT_PTES and CONT_PMDS."""
        return constants["CONT_PTES" if level == PAGE_LEVEL else "CONT_PMDS"]

    def words(self, attrs: int, level: int) -> tuple[str, ...]:
        """The attributes of a leaf in the order and the words of ``kernel_page_tables``."""
        words = [
            "ro" if attrs & PTE_RDONLY else "RW",
            "NX" if attrs & PTE_PXN else "x",
            "SHD" if attrs & PTE_SHARED == PTE_SHARED else "",
            "AF" if attrs & PTE_AF else "",
            "NG" if attrs & PTE_NG else "",
            "CON" if attrs & PTE_CONT else "",
            "BLK" if level < PAGE_LEVEL else "",
            "UXN" if attrs & PTE_UXN else "",
            "GP" if attrs & PTE_GP else "",
            "USR" if attrs & PTE_USER else "",
            MEMORY_TYPES.get((attrs & ATTRINDX_MASK) >> 2, f"AttrIndx {(attrs & ATTRINDX_MASK) >> 2}"),
        ]
        return tuple(word for word in words if word)

    def table_words(self, attrs: int) -> tuple[str, ...]:
        """What a table descriptor imposes."""
        return tuple(word for bit, word in ((TABLE_PXN, "PXNTable"), (TABLE_UXN, "UXNTable")) if attrs & bit)

    def imposed_words(self, attrs: int) -> tuple[str, ...]:
        """All of them."""
        return self.table_words(attrs)

    def software_words(self, attrs: int) -> tuple[str, ...]:
        """Whether it may be written, and was."""
        return tuple(word for bit, word in ((PTE_WRITE, "WRITE"), (PTE_DIRTY, "DIRTY")) if attrs & bit)

    def meaning(self, word: str) -> str:
        """What a word says."""
        return MEANINGS.get(word, "a type of memory that the kernel does not define")


ENTRIES = Arm64Entries()

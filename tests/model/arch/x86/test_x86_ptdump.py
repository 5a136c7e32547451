"""x86-64's dump of page tables against files that real kernels printed.

Each file of tests/data/ptdump/x86 is ``/sys/kernel/debug/page_tables/kernel`` of Linux in QEMU, made into
tables whose dump must be the file again.  Covers ptdump.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.model.arch.x86 import entry_format as bits
from bootstep.model.arch.x86.address_map import address_map_of
from bootstep.model.arch.x86.ptdump import dump_lines
from bootstep.model.build.address_map import AddressMap
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release
from bootstep.model.memory.pagetable.tables import Geometry, PageTables

FILES = sorted((Path(__file__).parents[3] / "data" / "ptdump" / "x86").glob("*.txt.gz"))
OPTIONS = {"X86_64": "y", "X86_LOCAL_APIC": "y", "X86_IO_APIC": "y", "EFI": "y"}
LEVELS = {"pgd": 0, "p4d": 0, "pud": 1, "pmd": 2, "pte": 3}
BITS = {"USR": bits.USER, "RW": bits.RW, "PWT": bits.PWT, "PCD": bits.PCD, "PSE": bits.PSE, "PAT": bits.PAT}
BITS |= {"GLB": bits.GLOBAL, "NX": bits.NX}


def layout_of(**options: str) -> AddressMap:
    return address_map_of(Release(6, 1), KConfig(OPTIONS | options))


def tree() -> PageTables:
    found = PageTables("page_tables")
    found.set_root(0x1000, 0, Geometry(12, 48, 4, both_halves=True))
    return found


def text_of(tables: PageTables, layout: AddressMap) -> list[str]:
    lines = dump_lines(tables.geometry, tables.runs, tables.tables, layout, Release(6, 1))
    return [line.text for line in lines]


def read_back(lines: list[str]) -> PageTables:
    """Page tables of which these lines could be the dump."""
    found, needed = tree(), set[tuple[int, int]]()
    for line in (line for line in lines if not line.startswith("---")):
        start, end = int(line[:18], 16), int(line[19:37], 16) or 1 << 64
        _, *words, name = line[37:].split()
        level = LEVELS[name]
        for above in range(1, level + 1):
            size = found.geometry.table_size(above)
            needed |= {(address, above) for address in range(start & -size, end, size)}
        if words:
            attrs = bits.PRESENT | bits.ACCESSED | sum(BITS.get(word, 0) for word in words)
            found.set_leaves(start, end, start & 0xFF_FFFF_FFFF, level, attrs)
    for address, level in sorted(needed):
        found.add_table(level, address, 0x5000, bits.KERNPG_TABLE)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".txt.gz"))
def test_the_dump_is_the_kernels_own_file(path: Path) -> None:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert text_of(read_back(lines), layout_of()) == lines


def test_there_are_files_of_both_releases() -> None:
    assert [path.name.partition("-x86")[0] for path in FILES] == ["6.1", "6.12"]


def test_an_empty_tree_has_a_line_for_each_area_that_an_entry_of_the_root_begins() -> None:
    lines = text_of(tree(), layout_of())
    assert lines[:4] == [
        "---[ User Space ]---",
        "0x0000000000000000-0xffff880000000000    16777096T                               pgd",
        "---[ Kernel Space ]---",
        "0xffff880000000000-0xffff888000000000         512G                               pgd",
    ]
    assert lines[-1] == "0xfffffe0000000000-0x0000000000000000           2T                               pgd"


def test_the_border_of_ldts_is_passed_an_entry_late() -> None:
    """One border is passed at an entry, and the kernel's half begins with the same one."""
    lines = text_of(tree(), layout_of(MODIFY_LDT_SYSCALL="y"))
    assert lines[lines.index("---[ LDT remap ]---") + 1].startswith("0xffff888000000000-0xffff890000000000")
    assert lines[lines.index("---[ LDT remap ]---") + 2] == "---[ Low Kernel Mapping ]---"


def test_of_the_espfix_area_sixteen_lines_are_enough() -> None:
    tables, start = tree(), 0xFFFFFF0000000000
    for level in (1, 2, 3):
        tables.add_table(level, start, 0x1000 * level, bits.KERNPG_TABLE)
    for page in range(0, 40, 2):
        tables.set_leaves(start + page * 4096, start + (page + 1) * 4096, 0, 3, bits.PAGE_KERNEL)
    tables.add_table(1, 0xFFFFFF8000000000, 0x4000, bits.KERNPG_TABLE)
    lines = text_of(tables, layout_of(X86_ESPFIX64="y"))
    at = lines.index("---[ ESPfix Area ]---")
    assert lines[at + 17] == "... 26 entries skipped ... "
    assert lines[at + 18] == "---[ EFI Runtime Services ]---"


def test_the_lower_half_is_dumped_too() -> None:
    tables = tree()
    for level in (1, 2):
        tables.add_table(level, 0, 0x1000 * level, bits.KERNPG_TABLE)
    tables.set_leaves(0x1000000, 0x1200000, 0x1000000, 2, bits.PAGE_KERNEL_LARGE_EXEC)
    lines = text_of(tables, layout_of())
    assert lines[2] == "0x0000000001000000-0x0000000001200000           2M     RW         PSE     GLB x  pmd"

"""The dump of page tables against files that real kernels printed.

Each file of tests/data/ptdump is ``/sys/kernel/debug/kernel_page_tables`` of Linux in QEMU.  Its lines say
which addresses are mapped how, and which table pages there must be: tables are built from them, and their
dump must be the file again, character by character.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from bootstep.model.arch.arm64 import entry_format as descriptors
from bootstep.model.arch.arm64.address_map import address_map_of
from bootstep.model.arch.arm64.ptdump import identity_lines, ptdump_lines
from bootstep.model.build.address_map import AddressMap
from bootstep.model.build.kconfig import KConfig
from bootstep.model.memory.pagetable.tables import Geometry, PageTables, Run, TableRun
from bootstep.model.memory.pagetable.walk import kernel_size

DATA = Path(__file__).parents[3] / "data"
FILES = sorted((DATA / "ptdump").glob("*.txt.gz"))
BITS = {
    "USR": descriptors.PTE_USER,
    "ro": descriptors.PTE_RDONLY,
    "NX": descriptors.PTE_PXN,
    "SHD": descriptors.PTE_SHARED,
    "AF": descriptors.PTE_AF,
    "NG": descriptors.PTE_NG,
    "CON": descriptors.PTE_CONT,
    "UXN": descriptors.PTE_UXN,
    "GP": descriptors.PTE_GP,
}
TYPES = {name: number for number, name in descriptors.MEMORY_TYPES.items()}
LEVELS = {"P4D": 0, "PUD": 1, "PMD": 2, "PTE": 3}


def kernel(name: str) -> tuple[AddressMap, tuple[int, int]]:
    folder = DATA / "kernels" / name
    config = KConfig.parse((folder / "config").read_text())
    constants = json.loads((folder / "consts.json").read_text())
    version = constants["LINUX_VERSION_CODE"]
    release = version >> 16, version >> 8 & 255
    return address_map_of(release, config, constants["sizeof_struct_page"]), release


def attributes(words: list[str]) -> int:
    table_bit = 0 if "BLK" in words else descriptors.TABLE_BIT
    found = descriptors.PTE_VALID | table_bit | TYPES[words[-1]] << 2
    return found | sum(BITS.get(word, 0) for word in words)


def read_back(lines: list[str], layout: AddressMap) -> PageTables:
    """Page tables of which these lines could be the dump."""
    levels = layout.levels
    tables = PageTables("page_tables")
    tables.set_root(0x1000, layout.page_offset, Geometry(layout.page_shift, layout.va_bits, levels))
    geometry, needed = tables.geometry, set[tuple[int, int]]()
    for line in (line for line in lines if not line.startswith("---")):
        start, end = int(line[:18], 16), int(line[19:37], 16) or 1 << 64
        name, *words = line[37:].split()[1:]
        level = LEVELS.get(name, geometry.start_level)
        for above in range(geometry.start_level + 1, level + 1):
            size = geometry.table_size(above)
            needed |= {(address, above) for address in range(start & -size, end, size)}
        if words:
            tables.set_leaves(start, end, start & 0xFF_FFFF_FFFF, level, attributes(words))
    for address, level in sorted(needed):
        tables.add_table(level, address, 0x5000, descriptors.TYPE_TABLE)
    return tables


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".txt.gz"))
def test_the_dump_is_the_kernels_own_file(path: Path) -> None:
    layout, release = kernel(path.name.partition("_")[0])
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    tables = read_back(lines, layout)
    dump = ptdump_lines(tables.geometry, tables.runs, tables.tables, layout, release)
    assert [line.text for line in dump] == lines


def test_there_are_files_of_both_releases_and_all_page_sizes() -> None:
    assert {path.name.partition("_")[0] for path in FILES} == {
        "6.1-4k48",
        "6.1-64k48",
        "6.12-16k47",
        "6.12-4k48",
    }


def test_lines_know_their_addresses() -> None:
    layout, release = kernel("6.1-4k48")
    tables = PageTables("page_tables")
    tables.set_root(0x1000, layout.page_offset, Geometry(12, 48, 4))
    title, hole, *_ = ptdump_lines(tables.geometry, tables.runs, tables.tables, layout, release)
    assert (title.start, title.end) == (layout.page_offset, layout.page_offset)
    assert (hole.start, hole.end) == (layout.page_offset, layout.direct_map.end)


def test_sixteen_million_pages_are_one_line() -> None:
    layout, release = kernel("6.1-4k48")
    geometry, start, end = Geometry(12, 48, 4), layout.page_offset, layout.page_offset + (64 << 30)
    tables = [
        TableRun(start, level, 0x5000, 0x1000, -((start - end) // size), size, descriptors.TYPE_TABLE)
        for level, size in ((level, geometry.table_size(level)) for level in (1, 2, 3))
    ]
    runs = [Run(start, end, 0, 3, 4096, False, descriptors.PAGE_KERNEL)]
    lines = ptdump_lines(geometry, runs, tables, layout, release)
    assert "         64G PTE       RW NX SHD AF            UXN    MEM/NORMAL" in lines[1].text
    assert lines[2].text.endswith("448G PUD")


def test_an_identity_map_ends_where_its_addresses_do() -> None:
    tables = PageTables("idmap_pg_dir")
    tables.set_root(0x1000, 0, Geometry(12, 48, 4))
    tables.set_leaves(0x4020_0000, 0x4040_0000, 0x4020_0000, 2, descriptors.PROT_SECT_NORMAL)
    lines = identity_lines(tables.geometry, tables.runs, tables.tables, "idmap_pg_dir", (6, 1))
    assert lines[0].text == "---[ idmap_pg_dir ]---"
    assert lines[-1].end == 1 << 48


@pytest.mark.parametrize(("size", "text"), [(4 << 10, "4K"), (2112 << 10, "2112K"), (1 << 40, "1T")])
def test_sizes_are_in_the_largest_whole_unit(size: int, text: str) -> None:
    assert kernel_size(size) == text

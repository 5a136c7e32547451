"""ptype, whatis, info types; x with a format.  Covers model/debugger/commands/types.py,
model/debugger/commands/formatting.py, model/debugger/commands/examine.py,
model/debugger/inspect/memory_words.py."""

from __future__ import annotations

import pytest
from typed_boots import complains, on_board, on_log, on_pc, says

REGION = """\
type = struct memblock_region {
    phys_addr_t base;
    phys_addr_t size;
    enum memblock_flags flags;
    int nid;
}"""
REGION_OFFSETS = """\
/* offset      |    size */  type = struct memblock_region {
/*      0      |       8 */    phys_addr_t base;
/*      8      |       8 */    phys_addr_t size;
/*     16      |       4 */    enum memblock_flags flags;
/*     20      |       4 */    int nid;

                               /* total size (bytes):   24 */
                             }"""
"""As gdb prints it."""


def test_ptype_shows_members_and_offsets_as_gdb_does() -> None:
    commands = on_board()
    assert says(commands, "ptype struct memblock_region") == REGION
    assert says(commands, "ptype memblock.reserved.regions") == f"{REGION} *"
    assert says(commands, "ptype memblock.memory[0]") == REGION
    assert says(commands, "ptype/o struct memblock_region") == REGION_OFFSETS
    page = says(commands, "ptype/o struct page").splitlines()
    assert page[1:3] == [
        "/*      0      |       8 */    unsigned long flags;",
        "/*      8      |      40 */    union {...};",
    ]
    assert "/* XXX  8-byte padding   */" in page
    assert page[-2].strip() == "/* total size (bytes):   64 */"


def test_ptype_of_a_structure_in_another_shows_that_too() -> None:
    lines = says(on_board(), "ptype/o memblock").splitlines()
    assert lines[2] == "/* XXX  7-byte hole      */"
    assert lines[4:6] == [
        "/*     16      |      40 */    struct memblock_type {",
        "/*     16      |       8 */        unsigned long cnt;",
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("whatis memblock.current_limit", "phys_addr_t"),
        ("whatis memblock.memory.regions", "struct memblock_region *"),
        ("whatis memblock.memory", "struct memblock_type"),
        ("whatis memblock.memory.regions[0].flags", "enum memblock_flags"),
        ("whatis node_data", "struct pglist_data *[16]"),
        ("whatis &memblock", "struct memblock *"),
        ("whatis sizeof(int)", "unsigned long"),
        ("whatis 5", "int"),
        ("whatis 5UL", "unsigned long"),
        ("whatis max_pfn", "unsigned long"),
        ("whatis u64", "unsigned long long"),
        ("whatis struct page", "struct page"),
        ("whatis $x", "void"),
        ("ptype u64", "unsigned long long"),
        ("ptype unsigned long int", "unsigned long"),
        ("ptype const char *", "char *"),
    ],
)
def test_a_type_is_said(line: str, kind: str) -> None:
    assert says(on_board(), "end", line) == f"type = {kind}"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("ptype struct nothing", "no type 'struct nothing' is known of this kernel"),
        ("ptype struct inode", "the members of struct inode are not known of this kernel"),
        ("ptype", "the type of what?"),
        ("ptype/w struct page", 'ptype has no "/w"'),
        ("whatis memstart_addr", "how memstart_addr is declared is not known; its value is a number"),
    ],
)
def test_a_type_that_is_not_known_is_one_sentence(line: str, sentence: str) -> None:
    assert complains(on_board(), line).startswith(sentence)


def test_a_log_tells_no_types() -> None:
    commands = on_log()
    assert complains(commands, "ptype struct page").endswith(
        "a kernel log tells nothing of the kernel's types"
    )
    assert says(commands, "info types") == "a kernel log tells nothing of the kernel's types"


def test_info_types_lists_what_is_known() -> None:
    lines = says(on_board(), "info types memblock").splitlines()
    assert lines[1:] == [
        "struct memblock                    96 bytes, 4 members",
        "struct memblock_region             24 bytes, 4 members",
        "struct memblock_type               40 bytes, 5 members",
    ]


def test_x_shows_the_entries_of_page_tables() -> None:
    commands = on_board()
    lines = says(commands, "end", "x/4gx swapper_pg_dir + 2048").splitlines()
    assert lines[0] == "0xffff800008395800 <swapper_pg_dir+2048>:\t0x100000007ffff003\t0x0000000000000000"
    assert len(lines) == 2
    assert says(commands, "x/gx 0x7ffff000").startswith("0x7ffff000:\t0x")
    assert "level 1[0] = " in says(commands, "x memblock")
    entry = says(commands, "x/gx 0x7ffff000").split("\t")[1]
    assert f"level 1[0] = {entry}" in says(commands, "x memblock")
    assert says(commands, "x/gx 0x7ffff000", "output/z $__") == entry
    assert says(commands, "output/x $_") == "0x7ffff000"


def test_x_shows_memblock_and_its_arrays() -> None:
    commands = on_board()
    lines = says(commands, "end", "x/8gx memblock").splitlines()
    assert lines[:2] == [
        "0xffff800008b632c8 <memblock>:\t0x0000000000000000\t0xffffffffffffffff",
        "0xffff800008b632d8 <memblock+16>:\t0x0000000000000001\t0x0000000000000400",
    ]
    assert lines[-1] == "what memory holds from 0xffff800008b632f8 on is not modelled"
    assert says(commands, "x/2wx &memblock.memory.cnt").endswith("\t0x00000001\t0x00000000")
    assert says(commands, "x/gd &memblock.memory.cnt").endswith("\t1")
    assert "0x0000000040210000\t" in says(commands, "x/6gx memblock.reserved.regions")


def test_x_shows_the_page_tables_of_a_pc() -> None:
    commands = on_pc()
    line = says(commands, "end", "x/512gx init_top_pgt").splitlines()
    assert len(line) == 256
    assert not line[136].endswith("0x0000000000000000\t0x0000000000000000")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "x/4x 0x48000000",
            "what memory holds is not modelled, but for page tables and memblock's arrays: x ADD",
        ),
        ("x/s memblock", "what memory holds is not modelled: there are no strings and no instructions"),
        ("x/9999999999gx memblock", "x shows from 1 to 4096 units, not 999999999"),
        ("x/q memblock", '"q" is neither a format'),
        ("x/8gx", "x/NFU what?"),
        ("x/-1 memblock", '"/-1" is no number, format and size'),
    ],
)
def test_x_says_what_cannot_be_shown(line: str, sentence: str) -> None:
    assert complains(on_board(), "end", line).startswith(sentence)

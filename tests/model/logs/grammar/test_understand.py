"""Covers form.py, setting.py, understand.py, memblock.py, dumps.py, zones.py, summary.py, identification.py:
the forms that lines ever had, and what they say."""

from __future__ import annotations

from bootstep.model.logs.grammar.understand import is_whole, understand
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.memblock import (
    ArrayDoubled,
    MemblockCall,
    MemblockDump,
    MemblockRequest,
    Operation,
)
from bootstep.model.logs.records.record import Record, Understood
from bootstep.model.logs.records.summary import BanksSummary, Banner, FreedMemory, LayoutRange, MemorySummary
from bootstep.model.logs.records.zones import (
    MovableStart,
    NodePages,
    NodeRange,
    NodeSpan,
    Zonelists,
    ZonePages,
    ZoneRange,
)


def read(*texts: str) -> Understood:
    """Lines of a log, in records."""
    return understand(LogLine(text, number) for number, text in enumerate(texts, 1))


def one(text: str, *before: str) -> Record:
    """What the last of some lines says."""
    said = read(*before, text)
    assert not said.strangers
    return said.records[-1]


def call(text: str, *before: str) -> tuple[Operation, str, int, int, str, int | None, int | None]:
    """A call of memblock without its line."""
    record = one(text, *before)
    assert isinstance(record, MemblockCall)
    return record[1:]


RESERVE, FREE = Operation.RESERVE, Operation.FREE


def test_memblock_says_what_it_does_in_many_forms() -> None:
    caller = " early_init_devtree+0x104/0x338"
    for text in ("[0x00000000100000-0x000000001fffff] flags 0x0", "[0x0000000000100000-0x00000000001fffff]"):
        told = call(f"memblock_reserve: {text}{caller}")
        assert told[:5] == (RESERVE, "memblock_reserve", 0x100000, 0x100000, "early_init_devtree")
    new = call("__memblock_reserve: [0x40200000-0x43aeffff] nid=1 flags=20 setup_arch+0x1/0x2")
    assert new == (RESERVE, "__memblock_reserve", 0x40200000, 0x38F0000, "setup_arch", 1, 0x20)
    assert call("   memblock_free: [0x1000-0x1fff] free_bootmem+0x9/0xb")[:2] == (FREE, "memblock_free")
    assert call("memblock_phys_free: [0x1000-0x1fff] f+0x1/0x2")[:2] == (FREE, "memblock_phys_free")
    assert call("__memblock_free_early: [0x1000-0x1fff] f+0x1/0x2")[0] is FREE
    assert call("memblock_add_node: [0x1000-0x1fff] nid=0 flags=0 f+0x1/0x2")[0] is Operation.ADD
    assert call("memblock_remove: [0x0-0xfffffffffffffffe] f+0x1/0x2")[2:4] == (0, (1 << 64) - 1)


def test_a_range_may_hold_nothing() -> None:
    assert call("memblock_reserve: [0x6b8000-0x6b7fff] setup_arch+0x44c/0x58c")[2:4] == (0x6B8000, 0)


def test_a_function_that_the_compiler_split_is_called_by_its_own_name() -> None:
    text = "memblock_reserve: [0x1000-0x1fff] memblock_virt_alloc.constprop.17+0x13/0x15"
    assert call(text)[4] == "memblock_virt_alloc"


def test_ends_were_not_included_before_linux_3_14() -> None:
    text = "memblock_reserve: [0x00000003fdc000-0x00000003feb000] early_init_devtree+0x128/0x338"
    assert call(text)[2:4] == (0x3FDC000, 0xF000)
    assert call(text, "Linux version 3.10.1 (a@b) #1")[3] == 0xF000
    assert call(text, "Linux version 3.14.0 (a@b) #1")[3] == 0xF001


def test_lines_that_plainly_have_other_ends_outvote_the_release() -> None:
    lines = [f"memblock_reserve: [0x{at}000-0x{at}fff] f+0x1/0x2" for at in range(1, 5)]
    assert call(lines[0], "Linux version 3.10.1 (a@b) #1", *lines)[3] == 0x1000


def test_what_is_freed_late_leaves_the_array_as_it_is() -> None:
    said = one("__memblock_free_late: [0x72f0a000-0x72f11fff] swiotlb_free+0xc8/0x177")
    assert not isinstance(said, MemblockCall)


def test_requests_name_what_is_asked_for() -> None:
    old = one(
        "memblock_virt_alloc_try_nid_nopanic: 2048 bytes align=0x40 nid=0 from=0x280000000 "
        "max_addr=0x288000000 sparse_early_usemaps_alloc_node+0x84/0x1d9"
    )
    assert isinstance(old, MemblockRequest)
    assert old[1:6] == (old.function, 2048, 0x40, "sparse_early_usemaps_alloc_node", 0)
    assert (old.minimum, old.limit) == (0x280000000, 0x288000000)
    new = one(
        "memblock_phys_alloc_range: 28672 bytes align=0x1000 from=0x0000000000000000 "
        "max_addr=0x0000000000100000 reserve_real_mode+0x52/0x90"
    )
    assert isinstance(new, MemblockRequest)
    assert (new.size, new.nid, new.limit) == (28672, None, 1 << 20)


def test_an_array_is_doubled() -> None:
    for words in ("reserved is doubled", "reserved array is doubled"):
        grown = one(f"memblock: {words} to 256 at [0x000000017fffd000-0x000000017fffe7ff]")
        assert isinstance(grown, ArrayDoubled)
        assert grown[1:] == ("reserved", 256, 0x17FFFD000, 0x1800)


DUMP = (
    "MEMBLOCK configuration: (I added this output:)",
    " memory size = 0x20000000 reserved size = 0x01f0ed2a",
    " memory.cnt  = 0x1",
    " memory[0x0]     [0x00000000-0x1fffffff], 0x20000000 bytes on node 0 flags: 0x0",
    " reserved.cnt  = 0x2",
    " reserved[0x0]\t[0x00000000-0x0008a0b0], 0x0008a0b1 bytes flags: none",
    " reserved[0x1]\t[0x0008a0c0-0x0008a130], 0x00000071 bytes flags: 0x4",
)


def test_a_dump_is_read_as_a_whole() -> None:
    dump = one(DUMP[-1], *DUMP[:-1])
    assert isinstance(dump, MemblockDump)
    assert dump.is_complete
    assert (dump.memory_size, dump.reserved_size) == (0x20000000, 0x1F0ED2A)
    assert dump.memory.regions[0][2:] == (0, 0x20000000, 0, 0)
    assert [region[2:] for region in dump.reserved.regions] == [
        (0, 0x8A0B1, 0, None),
        (0x8A0C0, 0x71, 4, None),
    ]


def test_a_dump_with_lines_missing_is_not_complete() -> None:
    dump = one(DUMP[-1], *DUMP[:5])
    assert isinstance(dump, MemblockDump)
    assert not dump.is_complete


def test_dumps_that_follow_each_other_are_two() -> None:
    assert len(read(*DUMP, *DUMP).records) == 2
    assert len(read(*DUMP[3:], *DUMP).records) == 2


def test_zones_are_told_in_bytes_or_in_pages() -> None:
    new = one("  DMA32    [mem 0x0000000001000000-0x00000000ffffffff]", "Zone ranges:")
    assert isinstance(new, ZoneRange)
    assert new[1:] == ("DMA32", 0x1000000, 1 << 32)
    old = one("  Normal   0x00000000 -> 0x00002000", "Zone PFN ranges:")
    assert isinstance(old, ZoneRange)
    assert old[1:] == ("Normal", 0, 0x2000000)
    for text in ("  Device   empty", "  Device 0x10 -> 0x10"):
        empty = one(text)
        assert isinstance(empty, ZoneRange)
        assert empty[1:] == ("Device", None, None)


def test_the_page_size_follows_from_a_hash_table() -> None:
    table = "Dentry cache hash table entries: 8192 (order: 0, 65536 bytes)"
    said = read("  Normal   0x00000000 -> 0x00002000", table).records[0]
    assert isinstance(said, ZoneRange)
    assert said.end == 0x2000 << 16


def test_nodes_have_ranges_spans_and_pages() -> None:
    said = read(
        "Movable zone start PFN for each node",
        "  Node 0: 0x00010000",
        "  node   0: [mem 0x0000000000001000-0x000000000009efff]",
        "    1: 0x00000000 -> 0x00002000",
        "Initmem setup node 0 [mem 0x0000000000001000-0x000000000009efff]",
        "Initmem setup node 1 as memoryless",
        "On node 1 totalpages: 8192",
        "  Normal zone: 64 pages used for memmap",
        "  Normal zone: 0 pages reserved",
        "  Normal zone: 8128 pages, LIFO batch:0",
        "On node 0, zone DMA: 97 pages in unavailable ranges",
        "Built 1 zonelists in Zone order, mobility grouping on.  Total pages: 8128",
        "Built 2 zonelists, mobility grouping off.  Total pages: 77",
    )
    lines = [record.line for record in said.records]
    assert said.records == (
        MovableStart(lines[0], 0, 0x10000000),
        NodeRange(lines[1], 0, 0x1000, 0x9F000),
        NodeRange(lines[2], 1, 0, 0x2000000),
        NodeSpan(lines[3], 0, 0x1000, 0x9F000),
        NodeSpan(lines[4], 1, 0, 0),
        NodePages(lines[5], 1, 8192),
        ZonePages(lines[6], "Normal", 1, memmap=64),
        ZonePages(lines[7], "Normal", 1, reserved=0),
        ZonePages(lines[8], "Normal", 1, pages=8128),
        ZonePages(lines[9], "DMA", 0, unavailable=97),
        Zonelists(lines[10], 1, 8128),
        Zonelists(lines[11], 2, 77),
    )


def test_the_summary_has_all_its_parts() -> None:
    new = one(
        "Memory: 7774588K/8122620K available "
        "(16391K kernel code, 2128K init, 347772K reserved, 0K cma-reserved)"
    )
    assert isinstance(new, MemorySummary)
    assert (new.available, new.total) == (7774588 << 10, 8122620 << 10)
    assert new.parts == {
        "kernel code": 16391 << 10,
        "init": 2128 << 10,
        "reserved": 347772 << 10,
        "cma-reserved": 0,
    }
    old = one("Memory: 981332k/981332k available, 65196k reserved, 777300K highmem")
    assert isinstance(old, MemorySummary)
    assert old.parts == {"reserved": 65196 << 10, "highmem": 777300 << 10}
    banks = one("Memory: 64MB 16MB 747MB = 827MB total")
    assert isinstance(banks, BanksSummary)
    assert banks[1:] == ((64 << 20, 16 << 20, 747 << 20), 827 << 20)


def test_older_kernels_print_where_everything_lies() -> None:
    for text in (
        "    fixmap  : 0xfff00000 - 0xfffe0000   ( 896 kB)",
        "    lowmem  : 0x8c000000 - 0x8d000000   (  16 MB) (cached)",
        "   vmemmap : 0xffffffbdc0000000 - 0xffffffbfc0000000   (     8 GB maximum)",
        "   PCI I/O : 0xffffffbffae00000 - 0xffffffbffbe00000   (    16 MB)",
        "     .init : 0xc0008000 - 0xc0042000   ( 232 kB)",
    ):
        row = one(text)
        assert isinstance(row, LayoutRange)
        assert row.end > row.start or row.name == "fixmap"


def test_memory_that_is_freed_is_told_in_several_words() -> None:
    for text, size in (
        ("Freeing init memory: 232K", 232),
        ("Freeing unused kernel memory: 224K (c0935000 - c096d000)", 224),
        ("Freeing unused kernel image (initmem) memory: 2308K", 2308),
        ("Freeing unused kernel memory: 412k freed", 412),
    ):
        freed = one(text)
        assert isinstance(freed, FreedMemory)
        assert freed.size == size << 10


def test_the_banner_has_the_release() -> None:
    said = one("Linux version 6.4.0-rc1-00011-g99a670b2069c (user@host) (gcc 13) #66 SMP")
    assert isinstance(said, Banner)
    assert said.release == "6.4.0-rc1-00011-g99a670b2069c"


def test_a_line_that_looks_like_memory_and_is_not_understood_is_a_stranger() -> None:
    said = read("memblock_reserve: something new", "usb 1-1: new device")
    assert [line.number for line in said.strangers] == [1]


def test_a_line_is_whole_when_nothing_can_follow() -> None:
    whole = (
        "memblock_reserve: [0x0000000000100000-0x00000000001fffff] setup_arch+0x275/0xf",
        " reserved[0x0]\t[0x00000000-0x0008a0b0], 0x0008a0b1 bytes flags: 0x0",
        "  node   0: [mem 0x0000000000001000-0x000000000009efff]",
        "  DMA zone: 3995 pages, LIFO batch:0",
    )
    assert all(map(is_whole, whole))
    for text in whole[:3]:
        assert not any(is_whole(text[:length]) for length in range(1, len(text)))
    assert not is_whole("Kernel command line: console=ttyS0")

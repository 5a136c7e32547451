"""The ledger of a log adds up to its Memory: line, and says of each row how it is known.

Covers ledger.py, rows.py, reserved.py, told_areas.py, installed.py, page_structs.py, advice.py, text.py and
kernel.py.
"""

from __future__ import annotations

from bootstep.model.analysis.from_log.kernel import LoggedKernel
from bootstep.model.analysis.from_log.ledger import NOT_TOLD, TOO_MUCH, log_ledger
from bootstep.model.analysis.from_log.memory_line import TAKEN
from bootstep.model.analysis.from_log.rows import Known, LogLedger, Part, Row
from bootstep.model.analysis.from_log.text import log_ledger_lines
from bootstep.model.analysis.logged_owners import GIGANTIC
from bootstep.model.analysis.owner_rules import Owner
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.firmware import MapChange, MapEntry
from bootstep.model.logs.records.memblock import (
    DumpedArray,
    DumpedRegion,
    MemblockCall,
    MemblockDump,
    Operation,
)
from bootstep.model.logs.records.record import Record
from bootstep.model.logs.records.reserved import CmaArea, CrashKernel, HashTable, PerCpu, ReservedNode
from bootstep.model.logs.records.summary import (
    BanksSummary,
    Banner,
    CommandLine,
    FreedMemory,
    LayoutRange,
    MemorySummary,
)
from bootstep.model.logs.records.zones import NodeRange, ZonePages

KIB, MIB = 1 << 10, 1 << 20
ARM64 = LoggedKernel("arm64", (6, 1), 4096, 128 * MIB)
X86 = LoggedKernel("x86-64", (5, 3), 4096, 128 * MIB)


def line(number: int, text: str = "") -> LogLine:
    return LogLine(text, number)


def memory(available: int, total: int, number: int = 90, **parts: int) -> MemorySummary:
    named = {word.replace("_", " ").replace("cma ", "cma-"): size * KIB for word, size in parts.items()}
    return MemorySummary(line(number), available * KIB, total * KIB, named)


def part(found: LogLedger, beginning: str) -> Part:
    return next(each for each in found.parts if each.name.startswith(beginning))


def row(of: Part, name: str) -> Row:
    return next(each for each in of.rows if each.name == name)


def adds_up(found: LogLedger) -> bool:
    return bool(found.parts) and not any(each.difference for each in found.parts)


BOARD: list[Record] = [
    Banner(line(1), "6.1.0", ""),
    ReservedNode(line(3), "secure@50000000", 0x50000000, 2 * MIB, nomap=True),
    CmaArea(line(4), "", 0x5C000000, 64 * MIB),
    NodeRange(line(5), 0, 0x40000000, 0x50000000),
    NodeRange(line(6), 0, 0x50000000, 0x50200000),
    NodeRange(line(7), 0, 0x50200000, 0x60000000),
    HashTable(line(8), "Dentry cache", 65536, 512 * KIB),
    PerCpu(line(9), 20, 40000, 8192, 33000, 81920),
    memory(400000, 524288, kernel_code=9000, rwdata=1000, reserved=58752, cma_reserved=65536),
    HashTable(line(95), "futex", 1024, 64 * KIB),
]


def test_the_rows_of_a_board_add_up_to_its_line() -> None:
    found = log_ledger(BOARD, ARM64, [line(2, "setup_percpu: NR_CPUS:256 nr_cpu_ids:4 nr_node_ids:1")])
    assert adds_up(found)
    reserved = part(found, "reserved")
    assert reserved.total == 58752 * KIB
    assert row(reserved, "reserved memory secure@50000000").size == 2 * MIB
    assert row(reserved, "page structs").size == 4 * 2 * MIB
    assert row(reserved, "page structs").known is Known.COMPUTED
    assert row(reserved, "per-CPU areas").size == 4 * 20 * 4 * KIB
    assert row(reserved, NOT_TOLD).size > 0
    assert part(found, "CMA").rows[0].size == 64 * MIB


def test_tables_made_after_the_line_are_not_in_what_it_calls_reserved() -> None:
    names = [each.name for each in part(log_ledger(BOARD, ARM64), "reserved").rows]
    assert "Dentry cache hash table" in names
    assert "futex hash table" not in names


def test_tables_of_free_pages_are_not_reserved_where_the_line_is_printed_late() -> None:
    mount = HashTable(line(80), "Mount-cache", 1024, 64 * KIB)
    found = log_ledger([*BOARD[:-2], mount, *BOARD[-2:]], ARM64, [line(70, "SLUB: HWalign=64, Order=0-3")])
    names = [each.name for each in part(found, "reserved").rows]
    assert "Dentry cache hash table" in names
    assert "Mount-cache hash table" not in names


def test_cma_is_reserved_where_the_line_does_not_split_it() -> None:
    records = [*BOARD[:-2], memory(400000, 524288, kernel_code=9000, reserved=124288)]
    found = log_ledger(records, LoggedKernel("arm64", (3, 18)))
    assert adds_up(found)
    assert row(part(found, "reserved"), "CMA area").size == 64 * MIB


def test_a_no_map_area_that_is_taken_out_of_memory_is_ram_that_the_kernel_does_not_count() -> None:
    records = [each for each in BOARD if not isinstance(each, NodeRange) or each.start != 0x50000000]
    found = log_ledger(
        [*records[:-2], memory(400000, 522240, kernel_code=1, reserved=1, cma_reserved=1)], ARM64
    )
    installed = part(found, "RAM as its nodes tell")
    assert installed.total == 512 * MIB
    assert row(installed, "reserved memory secure@50000000").size == 2 * MIB
    assert adds_up(found)


def test_what_is_told_twice_is_taken_away_again() -> None:
    found = log_ledger(
        [*BOARD[:-2], memory(400000, 524288, kernel_code=9000, reserved=100, cma_reserved=1)], ARM64
    )
    assert row(part(found, "reserved"), TOO_MUCH).size < 0
    assert adds_up(found)


E820: list[Record] = [
    Banner(line(1), "5.3.1", ""),
    CommandLine(line(2), "root=/dev/sda1 mem=1G crashkernel=256M"),
    MapEntry(line(3), "e820", 0, 0x9F000, "usable", True),
    MapEntry(line(4), "e820", 0x9F000, 0x1000, "reserved", False),
    MapEntry(line(5), "e820", 0xF0000, 0x10000, "reserved", False),
    MapEntry(line(6), "e820", 0x100000, 0x3FE00000, "usable", True),
    MapEntry(line(7), "e820", 0x3FF00000, 0x80000, "ACPI data", False),
    MapEntry(line(8), "e820", 0x3FF80000, 0x80000, "reserved", False),
    MapEntry(line(9), "e820", 0xE0000000, 0x10000000, "reserved", False),
    MapChange(line(10), "e820", 0, 0x1000, "usable", "reserved"),
    CrashKernel(line(11), 0x20000000, 256 * MIB),
    NodeRange(line(12), 0, 0x1000, 0x9F000),
    NodeRange(line(13), 0, 0x100000, 0x3FF00000),
    ZonePages(line(14), "DMA32", 0, memmap=4096),
    memory(700000, 1047160, kernel_code=14000, reserved=347160, cma_reserved=0),
]


def test_a_pc_splits_what_firmware_tells() -> None:
    found = log_ledger(E820, X86)
    assert adds_up(found)
    installed = part(found, "RAM as firmware tells (BIOS-e820)")
    assert row(installed, "kept by firmware: ACPI data").size == 0x80000
    assert row(installed, "kept by firmware: reserved").known is Known.ASSUMED
    assert row(installed, "kept by firmware: reserved").size == 0x81000, "registers at 3.5 GiB are no RAM"
    assert any(each.name.startswith("taken out of the map: [0x0-0xfff]") for each in installed.rows)
    reserved = part(found, "reserved")
    assert row(reserved, "crash kernel").size == 256 * MIB
    assert row(reserved, "page structs").size == 16 * MIB
    assert row(reserved, "page structs").known is Known.TOLD


def test_memblocks_own_lines_count_where_a_log_has_them() -> None:
    start = 0x40000000
    debugged = [
        (start, start + 12 * MIB, Owner("kernel image")),
        (0x48000000, 0x48001234, Owner("node data")),
    ]
    call = MemblockCall(line(20), Operation.RESERVE, "memblock_reserve", start, 12 * MIB)
    found = log_ledger([*BOARD, call], ARM64, (), debugged)
    reserved = part(found, "reserved")
    assert adds_up(found)
    assert row(reserved, "room between the kernel's parts").size == 12 * MIB - 10000 * KIB
    assert row(reserved, "node data").size == 0x2000
    assert not any("hash" in each.name for each in reserved.rows)
    assert not any(each.option == "memblock=debug" for each in found.advice)


def test_the_image_is_found_where_memblocks_lines_do_not_name_it() -> None:
    start = 0x40000000
    debugged = [
        (start, start + 12 * MIB, Owner("setup_arch()")),
        (0x48000000, 0x48000000 + MIB, Owner("setup_arch()")),
        (0x4A000000, 0x4A000000 + 11 * MIB, Owner("initrd")),
    ]
    reserved = part(log_ledger(BOARD, ARM64, (), debugged), "reserved")
    assert row(reserved, "room between the kernel's parts").size == 12 * MIB - 10000 * KIB
    assert row(reserved, "setup_arch()").size == MIB
    assert row(reserved, "initrd").size == 11 * MIB


def test_the_image_is_not_counted_beside_a_range_that_it_may_be_in() -> None:
    debugged = [(0x40000000, 0x40000000 + 20 * MIB, Owner("initrd"))]
    reserved = part(log_ledger(BOARD, ARM64, (), debugged), "reserved")
    assert "kernel code" not in [each.name for each in reserved.rows]


UEFI: list[Record] = [
    Banner(line(1), "6.1.0", ""),
    MapEntry(line(2), "efi", 0x40000000, 0xF000000, "Conventional", True),
    MapEntry(line(3), "efi", 0x4F000000, 0x800000, "Runtime Data", False),
    MapEntry(line(4), "efi", 0x4F800000, 0x800000, "Runtime Code", False),
    MapEntry(line(5), "efi", 0x50000000, 0x10000000, "Conventional", True),
    NodeRange(line(6), 0, 0x40000000, 0x4F800000),
    NodeRange(line(7), 0, 0x50000000, 0x60000000),
    memory(400000, 516096, kernel_code=9000, reserved=116096, cma_reserved=0),
]


def test_what_uefi_keeps_is_installed_once_whether_the_kernel_counts_it_or_not() -> None:
    found = log_ledger(UEFI, ARM64)
    assert adds_up(found)
    installed = part(found, "RAM as firmware tells (UEFI map)")
    assert installed.total == 512 * MIB
    assert row(installed, "kept by firmware: Runtime Code").size == 8 * MIB
    assert row(part(found, "reserved"), "UEFI: Runtime Data").size == 8 * MIB
    assert all(each.size > 0 for each in installed.rows)


def test_a_change_that_changes_nothing_takes_nothing() -> None:
    records = [*E820[:-1], MapChange(line(15), "e820", 0x200000, 0x1000, "usable", "usable"), E820[-1]]
    names = [each.name for each in part(log_ledger(records, X86), "RAM as firmware").rows]
    assert adds_up(log_ledger(records, X86))
    assert not any("0x200000" in name for name in names)


def test_an_old_arm_kernel_is_split_by_its_layout() -> None:
    records: list[Record] = [
        Banner(line(1), "3.4.35", ""),
        BanksSummary(line(20), (40 * MIB,), 40 * MIB),
        memory(36616, 36616, reserved=4344, highmem=0),
        LayoutRange(line(92), ".text", 0xC0008000, 0xC0379000),
        LayoutRange(line(93), ".init", 0xC0379000, 0xC0393000),
        LayoutRange(line(94), ".data", 0xC0394000, 0xC03B7180),
        FreedMemory(line(99), "initrd", 100 * KIB),
    ]
    found = log_ledger(records, LoggedKernel("arm", (3, 4), is_64bit=False))
    assert adds_up(found)
    assert part(found, "RAM as its banks tell").total == 40 * MIB
    reserved = part(found, "reserved")
    assert row(reserved, "kernel code").size == 0x371000
    assert row(reserved, "room between the kernel's parts").size == 0x1000
    assert row(reserved, "initrd").size == 100 * KIB
    assert part(found, "the kernel's total").total == 40 * MIB


def test_a_log_without_the_line_says_what_it_has_and_how_to_get_the_line() -> None:
    found = log_ledger(BOARD[1:6], ARM64)
    assert adds_up(found)
    options = [each.option for each in found.advice]
    assert "log_buf_len=16M" in options
    assert "ignore_loglevel" in options


def test_a_failed_cma_area_answers_why_there_is_none() -> None:
    failed = CmaArea(line(7), "", None, 64 * MIB, "Failed to reserve 64 MiB")
    records = [memory(1, 2, kernel_code=0, reserved=1, cma_reserved=0), failed]
    found = log_ledger(records, ARM64)
    answer = next(each for each in found.answers if each.question == "why is my CMA 0?")
    assert "Failed to reserve 64 MiB" in answer.answer
    assert answer.line == line(7)


def test_a_crash_kernel_that_no_line_tells_of_is_named() -> None:
    records = [each for each in E820 if not isinstance(each, CrashKernel)]
    answers = {each.question: each.answer for each in log_ledger(records, X86).answers}
    assert "crashkernel=256M is on the command line, and no line" in answers["where is my crash kernel?"]
    assert "mem=1G" in answers["what did mem= take?"]
    assert "nothing asked for it" in answers["why is my CMA 0?"]


def test_the_ledger_in_words_names_lines_and_ends_with_advice() -> None:
    words = list(log_ledger_lines(log_ledger(E820, X86)))
    assert any("crash kernel  (line 11; at 0x20000000)" in each for each in words)
    assert words[-1].split()[0] == "memblock=debug"


def test_a_claim_of_absurd_size_is_reckoned_with_at_once() -> None:
    records: list[Record] = [NodeRange(line(1), 0, 0, (1 << 64) - 4096), memory(1, 2, reserved=1)]
    assert adds_up(log_ledger(records, ARM64))


def test_what_is_not_mapped_is_reserved_though_nobody_reserves_it() -> None:
    regions = (
        DumpedRegion(line(7), 0, 0x4000_0000, 254 * MIB, 0, 0),
        DumpedRegion(line(8), 1, 0x4FE0_0000, 2 * MIB, 4, 0),
    )
    dump = MemblockDump(line(6), 256 * MIB, 0, DumpedArray(2, regions), DumpedArray(0, ()))
    nodes = NodeRange(line(5), 0, 0x4000_0000, 0x5000_0000)
    summary = memory(254 << 10, 256 << 10, reserved=2 << 10)
    found = log_ledger([nodes, dump, summary], ARM64, (), [(0x4000_0000, 0x4000_0000, Owner("nobody"))])
    unmapped = row(part(found, "reserved"), "memory that is not mapped")
    assert (unmapped.size, unmapped.line) == (2 * MIB, line(8))
    assert adds_up(found) and NOT_TOLD not in [each.name for each in part(found, "reserved").rows]


def test_what_was_given_back_before_the_kernel_counts_is_a_row_of_its_own() -> None:
    summary = memory(1000, 1088, number=90, reserved=88)
    early, late = (
        FreedMemory(line(80), "SMP alternatives", 12 * KIB),
        FreedMemory(line(95), "initrd", 8 * KIB),
    )
    reserved = part(log_ledger([early, summary, late], X86, ()), "reserved")
    assert row(reserved, "free again: SMP alternatives").size == -12 * KIB
    assert "free again: initrd" not in [each.name for each in reserved.rows]


def test_gigantic_pages_that_a_late_line_counts_nowhere_stand_beside_what_is_reserved() -> None:
    owned = [(0, 256 * MIB, Owner(GIGANTIC)), (256 * MIB, 258 * MIB, Owner("page structs"))]
    nodes = NodeRange(line(5), 0, 0, 512 * MIB)
    summary = memory(250 << 10, 512 << 10, rwdata=0, reserved=2 << 10)
    found = log_ledger([nodes, summary], X86._replace(release=(6, 12)), (), owned)
    assert row(part(found, "the kernel's total"), GIGANTIC).size == 256 * MIB
    assert row(part(found, "the kernel's total"), TAKEN).size == 4 * MIB
    assert [each.name for each in part(found, "reserved").rows] == ["page structs"]
    assert adds_up(found)
    before = log_ledger([nodes, memory(254 << 10, 512 << 10, reserved=258 << 10)], X86, (), owned)
    assert row(part(before, "reserved"), GIGANTIC).size == 256 * MIB
    assert adds_up(before)

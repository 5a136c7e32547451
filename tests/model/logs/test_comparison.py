"""Reading kernel logs from wherever they were caught, and comparing them."""

import pytest
from bootstep.model.logs.comparison import MemoryLines, compare
from bootstep.model.logs.reading.read_log import log_of_text
from msgspec.structs import replace

ADD = "memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_scan_memory"
OURS = [
    "Booting Linux on physical CPU 0x0000000000 [0x411fd070]",
    ADD + "+0x1c0/0x2a8",
    "memblock_reserve: [0x0000000048000000-0x00000000480fffff] setup_arch+0xb0/0x5d0",
    "cma: Reserved 16 MiB at 0x000000007ec00000",
    "memblock_reserve: [0x000000007ec00000-0x000000007fbfffff] memblock_alloc_range_nid",
    "Zone ranges:",
    "  DMA      [mem 0x0000000040000000-0x000000007fffffff]",
    "memblock_reserve: [0x000000007fff0000-0x000000007fffffff] memblock_alloc_range_nid",
    "Memory: 990000K/1048576K available",
    "SLUB: HWalign=64, Order=0-3, MinObjects=0, CPUs=2, Nodes=1",
]


def stamped(lines: list[str]) -> list[str]:
    return [f"[    0.000000] {line}" for line in lines]


@pytest.mark.parametrize(
    "line",
    [
        f"[    0.000000] {ADD}+0x1c0/0x2a8",
        f"[    0.000000][    T0] {ADD}",
        f"<7>[    0.000000] {ADD}\r",
        f"6,12,0,-;{ADD}",
        f"[Sun Nov 22 19:09:00 2026] {ADD}",
        f"Nov 22 19:09:00 host kernel: {ADD}",
        f"Nov  2 19:09:00 host kernel: [    0.000000] {ADD}",
        f"2026-11-22T19:09:00+00:00 host kernel: {ADD}",
        ADD,
    ],
)
def test_stamps_of_every_kind_are_taken_off(line: str) -> None:
    assert MemoryLines.read([line]).lines == (ADD,)
    assert MemoryLines.of(log_of_text(line, "dmesg.txt")).lines == (ADD,)


def test_indented_lines_keep_their_indentation() -> None:
    assert MemoryLines.read(["[    0.000000]   DMA      empty"]).lines == ("  DMA      empty",)


def test_gaps_of_a_log_are_gaps_between_its_lines_about_memory() -> None:
    text = "\n".join([*stamped(OURS[:3]), "......", *stamped(OURS[3:])])
    log = MemoryLines.of(log_of_text(text, "dmesg.txt"))
    assert log.lines == MemoryLines.read(OURS).lines
    assert log.gaps == {2}
    assert log.begins
    assert log.ends


def test_only_memory_counts_up_to_its_summary() -> None:
    log = MemoryLines.read(stamped(OURS))
    assert log.lines[0] == ADD
    assert log.lines[-1].startswith("Memory: ")
    assert len(log.lines) == 8
    assert log.begins
    assert log.ends


def test_equal_logs_agree() -> None:
    found = compare(MemoryLines.read(OURS), MemoryLines.read(stamped(OURS)))
    assert (found.agree, found.first, found.skipped, found.missing) == (8, None, 0, 0)


def test_the_first_difference_is_found_and_the_rest_still_counts() -> None:
    theirs = [line.replace("16 MiB", "32 MiB") for line in OURS]
    found = compare(MemoryLines.read(OURS), MemoryLines.read(theirs))
    assert (found.agree, found.first) == (7, 2)


def test_a_line_too_many_or_too_few_is_a_difference() -> None:
    fewer = OURS[:5] + OURS[6:]
    assert compare(MemoryLines.read(OURS), MemoryLines.read(fewer)).first == 4
    assert compare(MemoryLines.read(fewer), MemoryLines.read(OURS)).first == 4
    assert compare(MemoryLines.read(fewer), MemoryLines.read(OURS)).agree == 7


def test_a_log_whose_buffer_overflowed_begins_later() -> None:
    found = compare(MemoryLines.read(OURS), MemoryLines.read(stamped(OURS[3:])))
    assert (found.skipped, found.agree, found.first) == (2, 6, None)


def test_memblock_debug_parsed_later_lacks_debug_lines_only() -> None:
    found = compare(MemoryLines.read(OURS), MemoryLines.read(stamped([OURS[0], *OURS[3:]])))
    assert (found.skipped, found.agree, found.first) == (2, 6, None)


def test_a_log_without_memblock_debug_is_compared_in_what_it_has() -> None:
    theirs = [line for line in OURS if not line.startswith("memblock_")]
    found = compare(MemoryLines.read(OURS), MemoryLines.read(stamped(theirs)))
    assert (found.skipped, found.agree, found.first) == (4, 4, None)


def test_a_log_that_is_cut_off_says_how_much_is_missing() -> None:
    theirs = MemoryLines.read(stamped([*OURS[:4], OURS[4][:30]]))
    assert not theirs.ends
    found = compare(MemoryLines.read(OURS), theirs)
    assert (found.agree, found.first, found.missing) == (3, None, 5)


def test_since_6_11_the_summary_comes_too_late_to_be_known() -> None:
    ours, theirs = (
        MemoryLines.read(OURS),
        MemoryLines.read([line.replace("990000K", "986728K") for line in OURS]),
    )
    assert compare(ours.known_to((6, 1)), theirs.known_to((6, 1))).first == len(ours.lines) - 1
    assert compare(ours.known_to((6, 12)), theirs.known_to((6, 12))).first is None


MANY = [
    "Booting Linux on physical CPU 0x0000000000 [0x411fd070]",
    *(f"memblock_reserve: [{at:#x}-{at + 0xFFF:#x}] setup_arch" for at in range(0, 0x40000, 0x1000)),
    "cma: Reserved 16 MiB at 0x000000007ec00000",
    "Zone ranges:",
    *(f"  node   0: [mem {at:#x}-{at + 0xFFF:#x}]" for at in range(0, 0x40000, 0x1000)),
    "Memory: 990000K/1048576K available",
]


def test_where_a_log_has_a_gap_nothing_is_missed() -> None:
    cut = MANY[:20] + MANY[60:]
    theirs = replace(MemoryLines.read(cut), gaps=frozenset({19}))
    found = compare(MemoryLines.read(MANY), theirs)
    assert (found.agree, found.first, len(found.left_out.cut)) == (len(cut) - 1, None, 40)
    found = compare(MemoryLines.read(MANY), MemoryLines.read(cut[:-5]))
    assert found.first == 19, "nobody says that something was cut out there"


def test_what_stands_wrong_beside_a_gap_is_a_difference() -> None:
    cut = [*MANY[:20], "memblock_reserve: [0xbad-0xbad] setup_arch", *MANY[60:]]
    theirs = replace(MemoryLines.read(cut), gaps=frozenset({20}))
    assert compare(MemoryLines.read(MANY), theirs).first == 19


def test_a_log_that_lacks_most_lines_went_through_grep() -> None:
    """Its own kinds too: of what a grep looked for, nothing is known."""
    picked = [line for line in MANY if "5000" in line]
    found = compare(MemoryLines.read(MANY), MemoryLines.read(picked))
    assert (found.agree, found.total, found.first) == (len(picked), len(picked), None)
    assert len(found.left_out.alike) > 30
    assert len(found.left_out.other) == 2


def test_a_grep_for_one_thing_lacks_all_other_kinds_of_lines() -> None:
    """However few lines those are."""
    picked = [line for line in MANY if "memblock_reserve" in line or "Memory:" in line]
    found = compare(MemoryLines.read(MANY), MemoryLines.read(picked))
    assert (found.agree, found.total, found.first) == (len(picked), len(picked), None)


def test_what_a_pc_says_of_its_map_counts_until_memory_is_handed_over() -> None:
    later = "e820: reserve RAM buffer [mem 0x0009fc00-0x0009ffff]"
    lines = [
        "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable",
        "ACPI: Early table checksum verification disabled",
        "RAMDISK: [mem 0x7ffc9000-0x7ffdffff]",
        "mem auto-init: stack:off, heap alloc:off, heap free:off",
        later,
        "Memory: 2014480K/2096632K available",
    ]
    assert MemoryLines.read(lines).lines == (lines[0], lines[2], lines[3], lines[5])


def test_what_a_pcs_decompressor_says_of_kaslr_makes_its_log_nobody_elses() -> None:
    console = [
        "KASLR disabled: 'nokaslr' on cmdline.",
        "Linux version 6.1.0",
        "last_pfn = 0x7ffe0",
        "e820: x",
    ]
    told = MemoryLines.read([*console, "BIOS-provided physical RAM map:", "Memory: 1K/2K available"])
    assert told.head.arch == "x86_64"
    assert "BIOS-provided physical RAM map:" in told.lines


@pytest.mark.parametrize(
    "line",
    ["KASLR enabled", "KASLR disabled on command line", "KASLR disabled due to lack of seed"],
)
def test_what_arm64_says_of_kaslr_tells_it(line: str) -> None:
    assert MemoryLines.read(["Linux version 6.1.0", line]).head.arch == "arm64"

"""Wrapping, quoting and prefixing a log at random does not change what is read."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from bootstep.model.logs.kernel_log import KernelLog
from bootstep.model.logs.reading.read_log import log_of_text
from hypothesis import assume, given, settings
from hypothesis import strategies as st

RESERVE = "memblock_reserve: [0x0000000040210000-0x0000000040faffff] arm64_memblock_init+0x1e4/0x250"
ALLOC = (
    "memblock_phys_alloc_range: 536870912 bytes align=0x1000000 from=0x0000000000000000 "
    "max_addr=0x0000000100000000 reserve_crashkernel_generic+0x7c/0x220"
)
LINES = (
    "Booting Linux on physical CPU 0x0000000000 [0x410fd030]",
    "Linux version 6.7.0 (user@host) (aarch64-linux-gnu-gcc) #17 SMP PREEMPT",
    RESERVE,
    ALLOC,
    "MEMBLOCK configuration:",
    " memory size = 0x0000000020000000 reserved size = 0x0000000000da0000",
    " memory.cnt  = 0x1",
    " memory[0x0]\t[0x0000000080000000-0x000000009fffffff], 0x0000000020000000 bytes flags: 0x0",
    "OF: reserved mem: 0x0000000086000000..0x00000000862fffff (3072 KiB) nomap non-reusable tz-apps@86000000",
    "Zone ranges:",
    "  DMA      [mem 0x0000000080000000-0x000000009fffffff]",
    "  node   0: [mem 0x0000000080000000-0x0000000085ffffff]",
    "Memory: 360304K/524288K available (8126K kernel code, 974K rwdata, 2324K rodata, 1472K init, 293K bss, "
    "131216K reserved, 32768K cma-reserved)",
)
STAMP = "[    0.000000] "
STAMPED = [STAMP + line for line in LINES]
BOARDS = Path(__file__).parents[3] / "data" / "real_boards"
PREFIXES = (
    STAMP,
    "<6>" + STAMP,
    "[    0.000000][    T0] ",
    f"Jan  1 00:00:37 host kernel: {STAMP}",
    f"kern  :info  : {STAMP}",
)
QUOTES = ("", "> ", "> > ", ">> ", ">")


def texts(log: KernelLog) -> list[str]:
    return [line.text for line in log.lines]


def words(log: KernelLog) -> list[str]:
    return [" ".join(line.text.split()) for line in log.lines]


def cut(line: str, width: int) -> list[str]:
    """As terminals wrap."""
    return [line[at : at + width] for at in range(0, len(line), width)]


def folded(line: str, width: int) -> list[str]:
    """As mails are wrapped, at blanks, which are gone."""
    found = re.findall(rf".{{1,{width}}}(?:\s|$)|\S+(?:\s|$)", line)
    return [piece.strip(" ") if at else piece.rstrip(" ") for at, piece in enumerate(found)]


@given(st.sampled_from(PREFIXES), st.sampled_from(QUOTES), st.integers(36, 140))
@settings(max_examples=60, deadline=None)
def test_a_log_that_a_terminal_wrapped_is_the_same(prefix: str, quote: str, width: int) -> None:
    wrapped = [quote + piece for line in LINES for piece in cut(prefix + line, max(width, len(prefix) + 12))]
    assert texts(log_of_text("\n".join(wrapped), "dmesg.txt")) == list(LINES)


@given(st.sampled_from(PREFIXES), st.sampled_from(QUOTES), st.integers(50, 140))
@settings(max_examples=60, deadline=None)
def test_a_log_that_a_mail_wrapped_has_the_same_words(prefix: str, quote: str, width: int) -> None:
    width = max(width, len(prefix) + 36)
    wrapped = [quote + piece for line in LINES for piece in folded(prefix + line, width)]
    assert words(log_of_text("\n".join(wrapped), "dmesg.txt")) == [" ".join(line.split()) for line in LINES]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_known_lines_may_be_cut_anywhere(data: st.DataObject) -> None:
    cutting = [line for line in LINES if line not in LINES[:2]]
    pieces: list[str] = []
    for line in cutting:
        places = sorted(data.draw(st.sets(st.integers(1, len(line) - 1), max_size=2)))
        ends = [0, *places, len(line)]
        parts = [line[a:b] for a, b in pairwise(ends)]
        assume(all(part.strip() for part in parts))
        pieces += [STAMP + parts[0], *parts[1:]]
    assert texts(log_of_text("\n".join(pieces), "dmesg.txt")) == cutting


@given(st.lists(st.sampled_from(PREFIXES), min_size=len(LINES), max_size=len(LINES)), st.sampled_from(QUOTES))
@settings(max_examples=40, deadline=None)
def test_prefixes_may_change_from_line_to_line(prefixes: list[str], quote: str) -> None:
    text = "\n".join(quote + prefix + line for prefix, line in zip(prefixes, LINES, strict=True))
    assert texts(log_of_text(text, "dmesg.txt")) == list(LINES)


def test_a_line_cut_in_a_number_is_one() -> None:
    at = RESERVE.index("210000")
    log = log_of_text("\n".join((STAMP + RESERVE[:at], RESERVE[at:], STAMP + LINES[9])), "dmesg.txt")
    assert [(line.text, line.number, line.lines) for line in log.lines] == [(RESERVE, 1, 2), (LINES[9], 3, 1)]
    assert log.repairs == ("1 line was wrapped and is joined",)


def test_a_line_cut_in_its_time_is_one() -> None:
    before = f"Jan  1 00:00:37 host kernel: {STAMP}"
    for width in range(31, 44):
        text = "\n".join(piece for line in LINES for piece in cut(before + line, width))
        assert texts(log_of_text(text, "dmesg.txt")) == list(LINES)


def test_known_lines_without_stamps_are_joined_too() -> None:
    plain = (LINES[9], RESERVE, "A line of a vendor's kernel", ALLOC, "Another one")
    wrapped = [piece for line in plain for piece in folded(line, 64)]
    assert texts(log_of_text("\n".join(wrapped), "dmesg.txt")) == list(plain)


def test_rows_of_a_print_have_no_time_of_their_own_and_are_lines() -> None:
    rows = [
        "    vector  : 0xffff0000 - 0xffff1000   (   4 kB)",
        "      .text : 0xc0008000 - 0xc0934bac   (9395 kB)",
    ]
    for indent in ("", " " * len(STAMP)):
        text = [STAMP + "Virtual kernel memory layout:", *(indent + row for row in rows), STAMP + LINES[9]]
        log = log_of_text("\n".join(text), "dmesg.txt")
        assert texts(log) == ["Virtual kernel memory layout:", *rows, LINES[9]]
        assert [line.time for line in log.lines] == [0.0, None, None, 0.0]
        assert not log.repairs


@pytest.mark.parametrize("remark", ["Here it hangs.", "<-- this is wrong", "See the 64 MiB?", "login: "])
def test_remarks_between_lines_are_left_out(remark: str) -> None:
    for apart in ([remark], ["", remark, ""]):
        log = log_of_text("\n".join((STAMPED[0], *STAMPED[2:4], *apart, *STAMPED[4:])), "dmesg.txt")
        assert texts(log) == [LINES[0], *LINES[2:]]
        number = 4 + len(apart) // 2
        assert log.repairs == (f"what is no line of the kernel is left out: line {number}",)


@pytest.mark.parametrize(
    "comment", ["(I added this output during debugging:)", "<--- here", "// why?", "# mine"]
)
def test_comments_behind_known_lines_are_left_out(comment: str) -> None:
    commented = (RESERVE, "Zone ranges:")
    lines = [f"{STAMP}{line} {comment}" if line in commented else STAMP + line for line in LINES]
    log = log_of_text("\n".join(lines), "dmesg.txt")
    assert texts(log) == list(LINES)
    assert log.repairs == ("what is written behind a line is left out: lines 3, 10",)


def test_lines_that_lost_their_time_are_lines() -> None:
    text = ["   " + line for line in (*STAMPED[:4], *LINES[4:7], *STAMPED[7:])]
    assert texts(log_of_text("\n".join(text), "dmesg.txt")) == list(LINES)


def test_logs_of_boards_are_read_without_repairs() -> None:
    names = ("dmesg", "dmesg_T0", "dmesg_ct", "dmesg_j", "dmesg_l", "dmesg_mtk", "dmesg_notime", "dmesg_owrt")
    logs = [log_of_text((BOARDS / f"stick-512m/{name}.txt").read_text(), name) for name in names]
    assert len({tuple(texts(log)) for log in logs}) == 1
    assert not any(log.repairs for log in logs)
    assert len(logs[0].lines) == 15

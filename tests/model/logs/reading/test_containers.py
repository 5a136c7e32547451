"""The same log in everything that people put logs in: what is read of it is always the same.

Covers html_text.py.
"""

from __future__ import annotations

import html
import json
import quopri
from collections.abc import Callable
from typing import TypeAlias

import pytest
from bootstep.model.logs.kernel_log import KernelLog
from bootstep.model.logs.reading.read_log import log_of_text

LINES = [
    "Booting Linux on physical CPU 0x0000000000 [0x410fd030]",
    "Linux version 6.7.0 (user@host) (aarch64-linux-gnu-gcc) #17 SMP PREEMPT",
    "memblock_reserve: [0x0000000040210000-0x0000000040faffff] arm64_memblock_init+0x1e4/0x250",
    "MEMBLOCK configuration:",
    " memory size = 0x0000000020000000 reserved size = 0x0000000000da0000",
    " memory.cnt  = 0x1",
    " memory[0x0]\t[0x0000000080000000-0x000000009fffffff], 0x0000000020000000 bytes flags: 0x0",
    "Zone ranges:",
    "  DMA      [mem 0x0000000080000000-0x000000009fffffff]",
    "Kernel command line: console=ttyS0 memblock=debug root=/dev/vda earlycon rw",
    "Memory: 360304K/524288K available (8126K kernel code, 974K rwdata, 2324K rodata, 1472K init, 293K bss, "
    "131216K reserved, 32768K cma-reserved)",
]
STAMPED = [f"[    0.000000] {line}" for line in LINES]
Lines: TypeAlias = list[str]


def read(text: str) -> KernelLog:
    return log_of_text(text, "dmesg.txt")


def texts(log: KernelLog) -> Lines:
    return [line.text for line in log.lines]


def in_html(lines: Lines) -> str:
    return html.escape("\n".join(lines))


def quoted_printable(lines: Lines) -> str:
    return quopri.encodestring("\n".join(lines).encode()).decode()


def dmesg_json(lines: Lines) -> str:
    records = [
        f'         "pri": 5,\n         "time": 0.000000,\n         "msg": {json.dumps(line)}'
        for line in lines
    ]
    return '{\n   "dmesg": [\n      {\n' + "\n      },{\n".join(records) + "\n      }\n   ]\n}\n"


def journal_json(lines: Lines) -> str:
    ours = [json.dumps({"_TRANSPORT": "kernel", "MESSAGE": line, "PRIORITY": "5"}) for line in lines]
    others = json.dumps({"MESSAGE": "memblock_add: [0x0-0x1] f+0x1/0x2", "_TRANSPORT": "syslog"})
    return f"\n{others}\n".join(ours)


def journal_export(lines: Lines) -> str:
    fields = "__CURSOR=s=1\n_SOURCE_MONOTONIC_TIMESTAMP=0\n_TRANSPORT=kernel\nPRIORITY=5\n"
    return "\n".join(f"{fields}MESSAGE={line}\n_HOSTNAME=host\n" for line in lines)


ANYTHING: dict[str, Callable[[Lines], str]] = {
    "quoted-printable": quoted_printable,
    "HTML": lambda lines: f"<html><body><p>My log</p><pre>{in_html(lines)}</pre><p>Help!</p></body>",
    "HTML with line ends": lambda lines: "<div>" + "<br>".join(map(html.escape, lines)) + "</div>",
    "HTML with colours": lambda lines: (
        "<pre>" + "\n".join(f'<span class="k">{line[:9]}</span>{line[9:]}' for line in lines)
    ),
    "entities": lambda lines: in_html([f"<6>{line}" if line.startswith("[ ") else line for line in lines]),
    "a list in a page": lambda lines: (
        "<ol>" + "".join(f"<li><div>{html.escape(x)}</div></li>\n" for x in lines)
    ),
    "dmesg -J": dmesg_json,
    "dmesg -J, in one line": lambda lines: json.dumps({"dmesg": [{"pri": 5, "msg": line} for line in lines]}),
    "journalctl -o json": journal_json,
    "journalctl -o export": journal_export,
    "a mail": lambda lines: "\n".join(f"> > {line}" for line in lines),
    "a mail without blanks": lambda lines: "\n".join(f">>{line}" for line in lines),
    "a fence": lambda lines: (
        "See:\n```text\n" + "\n".join(lines) + "\n```\n" if lines[0][0] == "[" else "\n".join(lines)
    ),
    "an indented block": lambda lines: "\n".join(f"    {line}" for line in lines),
    "a numbered listing": lambda lines: "\n".join(
        f"{number:3}. {line}" for number, line in enumerate(lines, 1)
    ),
    "grep -n": lambda lines: "\n".join(f"{number}:{line}" for number, line in enumerate(lines, 8)),
    "numbers between lines": lambda lines: "\n".join(
        f"{number}\n{line}" for number, line in enumerate(lines, 1)
    ),
    "CR LF": lambda lines: "\r\n".join(lines),
    "CR CR LF": lambda lines: "\r\r\n".join(lines),
    "CR alone": lambda lines: "\r".join(lines),
    "zero bytes": lambda lines: "\0\0" + "\n\0".join(lines) + "\0",
    "colours": lambda lines: "\n".join(f"\x1b[32m{line[:7]}\x1b[0m{line[7:]}" for line in lines),
    "a byte order mark": lambda lines: "\ufeff" + "\n".join(lines),
    "trailing blanks": lambda lines: "\n".join(f"{line}  " for line in lines),
    "blank lines": lambda lines: "\n\n".join(lines),
}


@pytest.mark.parametrize("name", ANYTHING)
@pytest.mark.parametrize("lines", [LINES, STAMPED], ids=["plain", "stamped"])
def test_a_log_is_the_same_in_anything(name: str, lines: Lines) -> None:
    assert texts(read(ANYTHING[name](lines))) == LINES


def test_what_was_undone_is_said() -> None:
    assert read(quoted_printable(STAMPED)).repairs == ("it is quoted-printable, which is undone",)
    assert read(ANYTHING["a mail"](LINES)).repairs == ("marks of a mail's quote are taken off 11 lines",)
    assert read(ANYTHING["dmesg -J"](LINES)).repairs == ("it is JSON, whose messages are taken",)


def test_a_line_that_went_on_takes_several_lines_of_the_file() -> None:
    log = read(quoted_printable(STAMPED))
    assert [line.number for line in log.lines][:4] == [1, 2, 4, 6]
    assert [line.lines for line in log.lines][:4] == [1, 2, 2, 1]


def test_all_lines_in_one_are_parted_at_their_times() -> None:
    assert texts(read(" ".join(STAMPED))) == LINES


def test_what_loaders_and_other_programs_say_is_left_out() -> None:
    loader = [
        "U-Boot 2023.07 (Jul 11 2023)",
        "DRAM:  512 MiB",
        " memory.cnt  = 0x1",
        "Starting kernel ...",
        "",
    ]
    log = read("\n".join(loader + STAMPED))
    assert texts(log) == LINES
    assert log.repairs == ("4 lines in front of the kernel's first are left out",)
    assert log.extent.first == 6
    daemons = [f"Jan  1 00:00:01 host cron[7]: x\nJan  1 00:00:01 host kernel: {line}" for line in STAMPED]
    log = read("\n".join(daemons))
    assert texts(log) == LINES
    assert log.repairs == ("11 lines of other programs are left out",)


@pytest.mark.parametrize(
    "mark", ["......", "..", "[...]", "[snip]", "......snip...", "--- cut ---", "8<----", "…"]
)
def test_what_was_cut_out_is_a_gap(mark: str) -> None:
    log = read("\n".join([*STAMPED[:4], mark, mark, *STAMPED[4:]]))
    assert texts(log) == LINES
    assert log.gaps == {7}
    assert log.repairs == ("something was cut out before line 7",)


def test_numbers_that_are_missing_in_a_listing_are_a_gap() -> None:
    numbers = [1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14]
    listing = [f"{number:3}. {line}" for number, line in zip(numbers, STAMPED, strict=True)]
    assert read("\n".join(listing)).gaps == {4}


def test_what_a_kernel_dropped_is_a_gap() -> None:
    dropped = "[    0.000000] ** 35 printk messages dropped **"
    assert read("\n".join([*STAMPED[:4], dropped, *STAMPED[4:]])).gaps == {5}

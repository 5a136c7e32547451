"""Which texts are logs.

Covers habits.py.
"""

from __future__ import annotations

import html

import pytest
from bootstep.model.logs.reading.habits import habits_of
from bootstep.model.logs.reading.recognition import log_lines

LINES = ("Zone ranges:", "  DMA      [mem 0x0000000080000000-0x000000009fffffff]", "  Normal   empty")
STAMPED = [f"[    0.000000] {line}" for line in LINES]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(STAMPED),
        "\n".join(f"> > {line}" for line in STAMPED),
        "\n".join(f"{line[:40]}\n{line[40:]}" for line in STAMPED),
        "<html><body><pre>" + html.escape("\n".join(STAMPED)) + "</pre></body></html>",
        "U-Boot 2023.07\nDRAM:  512 MiB\n=> booti\n\n" + "\n".join(STAMPED),
        "Linux version 6.1.0 (user@host)\nMachine model: a board",
        "memblock_add: [0x0000000040000000-0x000000004fffffff] memblock_x86_fill+0x40/0x5f",
        "\n".join(f"Jan  1 00:00:37 host kernel: {line}\nJan  1 00:00:37 host cron[1]: x" for line in LINES),
    ],
)
def test_a_log_is_known_in_whatever_it_is(text: str) -> None:
    found = log_lines(text)
    assert found
    assert not any(line.startswith(("[ ", ">", "Jan")) for line in found)


@pytest.mark.parametrize("text", ["", "Nothing.", "memory@80000000 {\n\treg = <0>;\n};", "root=/dev/vda rw"])
def test_other_texts_are_none(text: str) -> None:
    assert not log_lines(text)


def test_quotes_and_numbers_are_habits_of_many_lines() -> None:
    assert habits_of("\n".join(f"> {line}" for line in LINES)).is_quoted
    assert not habits_of("\n".join((*LINES, *LINES, "> a remark"))).is_quoted
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(LINES * 2, start=7))
    assert habits_of(numbered).is_numbered
    assert not habits_of("\n".join(LINES * 2)).is_numbered
    assert habits_of("\n".join(f"{number}\n{line}" for number, line in enumerate(LINES * 2))).has_number_lines

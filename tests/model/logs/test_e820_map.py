"""The e820 map in a log."""

from __future__ import annotations

import pytest
from bootstep.model.logs.e820_map import map_of_log
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.memory.e820 import E820Entry

LOG = """[    0.000000] Linux version 6.1.0
[    0.000000] BIOS-provided physical RAM map:
[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
[    0.000000] BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved
[    0.000000] BIOS-e820: [mem 0x0000000100000000-0x000000013fffffff] persistent (type 12)
[    0.000000] user-defined physical RAM map:
[    0.000000] user: [mem 0x0000000000000000-0x000000000009fbff] usable
"""


def parsed(text: str) -> tuple[E820Entry, ...]:
    return map_of_log(log_of_text(text, "log").lines)


def test_the_map_is_what_firmware_gave() -> None:
    assert parsed(LOG) == (
        E820Entry(0, 0x9FC00, 1),
        E820Entry(0x9FC00, 0x400, 2),
        E820Entry(1 << 32, 1 << 30, 12),
    )


def test_until_3_5_the_end_was_not_included() -> None:
    old = "BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\n"
    assert parsed(old) == (E820Entry(0, 0x9FC00, 1),)


def test_a_log_without_a_map_has_none() -> None:
    assert parsed("[    0.000000] Linux version 6.1.0\n") == ()


def test_a_damaged_row_is_told() -> None:
    with pytest.raises(ValueError, match="1 of 4 BIOS-e820 lines are damaged or cut off"):
        parsed(LOG + "[    0.000000] BIOS-e820: [mem 0x00000001\n")

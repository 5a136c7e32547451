"""An e820 map from whatever somebody has of it.

Covers e820.py, efi_stub.py, boots/loader/files/memmap_directory.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.files.memmap_directory import is_memmap_directory
from bootstep.boots.loader.x86.e820 import read_e820
from bootstep.model.base.errors import InputError
from bootstep.model.memory.e820 import E820Entry

ENTRIES = (E820Entry(0, 0x9FC00, 1), E820Entry(0x100000, 0x7FEE0000, 1))
PASTED = (
    "[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
    "[    0.000000] BIOS-e820: [mem 0x0000000000100000-0x000000007ffdffff] usable\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "0 9fc00 usable\n100000 7ffe0000 usable\n",
        PASTED,
        PASTED.replace("[    0.000000] ", "> "),
        "[    0.000000] Linux version 6.1.0 (a@b)\n" + PASTED + "[    0.000000] NX active\n",
        "Mar 01 10:00:00 host kernel: BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
        "Mar 01 10:00:00 host kernel: BIOS-e820: [mem 0x0000000000100000-0x000000007ffdffff] usable\n",
    ],
)
def test_rows_or_lines_of_a_log(tmp_path: Path, text: str) -> None:
    (tmp_path / "map").write_text(text)
    assert read_e820(tmp_path / "map") == ENTRIES


def test_sysfs_has_a_directory_for_each_range(tmp_path: Path) -> None:
    for number in range(12):
        entry = tmp_path / str(number)
        entry.mkdir()
        (entry / "start").write_text(f"{number << 20:#x}\n")
        (entry / "end").write_text(f"{(number + 1 << 20) - 1:#x}\n")
        (entry / "type").write_text("System RAM\n")
    assert is_memmap_directory(tmp_path)
    assert read_e820(tmp_path) == tuple(E820Entry(at << 20, 1 << 20, 1) for at in range(12))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no range of memory in this e820 map"),
        ("[    0.000000] Linux version 6.1.0 (a@b)\n", "there are no BIOS-e820 lines in this log"),
        ("CONFIG_X86=y\n", "this is a kernel's configuration; --config"),
        (PASTED + "[    0.000000] BIOS-e820: [mem 0x0000\n", "1 of 3 BIOS-e820 lines are damaged or cut off"),
        ("0x0 0x1000 usable\nwhatever\n", "line 2: expected a start, an end and a type"),
    ],
)
def test_what_has_no_map_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "map").write_text(text)
    with pytest.raises(InputError) as raised:
        read_e820(tmp_path / "map")
    assert str(raised.value).startswith(f"{tmp_path / 'map'}: ")
    assert sentence in str(raised.value)


def test_a_directory_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this directory has no memory map in it"):
        read_e820(tmp_path)

"""The machine file of `bootstep help machine-file`.  Covers machine_file.py, commented.py."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bootstep.boots.loader.machine_file import KEYS
from bootstep.tui.cli.reference.commented import plain
from bootstep.tui.cli.reference.machine_file import ROWS, lines


def test_it_has_every_key_there_is_and_each_is_taken(tmp_path: Path) -> None:
    told = tomllib.loads(plain(ROWS))
    found = [(section, name) for section, keys in told.items() for name in keys]
    assert sorted(found) == sorted((key.section, key.name) for key in KEYS)
    flags = "fpu pse tsc msr pae cx8 pge cmov fxsr sse sse2 lm nx syscall"
    (tmp_path / "cpuinfo").write_text(f"vendor_id\t: GenuineIntel\nflags\t\t: {flags}\n")
    for key in KEYS:
        key.convert(told[key.section][key.name], tmp_path)


def test_what_is_printed_is_toml_too() -> None:
    printed = lines()
    assert tomllib.loads("\n".join(printed[: printed.index("")])) == tomllib.loads(plain(ROWS))


def test_every_key_has_a_comment() -> None:
    assert not [code for code, comment in ROWS if not comment and not code.startswith("[")]

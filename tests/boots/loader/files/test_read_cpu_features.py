"""The features of an x86 CPU, from a file.

Covers cpu_features.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.files.cpu_features import read_cpu_features
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError

CPUINFO = "processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: lm pae pdpe1gb\n"


def test_both_forms_are_known_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(CPUINFO)
    assert read_cpu_features(tmp_path / "x").has("pdpe1gb")
    (tmp_path / "y").write_text('{"flags": ["lm", "pae"], "virtual_bits": 57}')
    assert read_cpu_features(tmp_path / "y").virtual_bits == 57


def test_the_option_takes_either(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(CPUINFO)
    machine = read_machine("pc-2g", {"cpu_features": str(tmp_path / "x")})
    assert machine.cpu_features.vendor == "AuthenticAMD"


def test_something_else_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("CONFIG_X86=y\n")
    with pytest.raises(InputError, match="x: this is a kernel's configuration"):
        read_cpu_features(tmp_path / "x")
    with pytest.raises(InputError, match="there: no such file or directory"):
        read_cpu_features(tmp_path / "there")

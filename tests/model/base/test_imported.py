"""Covers imported.py."""

from __future__ import annotations

import subprocess
import sys

import pytest
from bootstep.model.arch.arches import ARCHES
from bootstep.model.base.imported import Imported

RECORDS: Imported[float] = Imported(
    "xml.dom", {"pi": ("math", "pi"), "half": (".none", "half")}, {"two": 2.0}
)


def test_a_record_is_imported_when_it_is_asked_for() -> None:
    assert list(RECORDS) == ["pi", "half", "two"]
    assert len(RECORDS) == 3
    assert 3.14 < RECORDS["pi"] < 3.15
    assert RECORDS["two"] == 2
    with pytest.raises(ModuleNotFoundError, match=r"xml\.none"):
        RECORDS["half"]


def test_what_there_is_not_is_no_record() -> None:
    assert "three" not in RECORDS
    assert RECORDS.get("three") is None


def test_every_record_is_where_its_table_says() -> None:
    assert {name: arch.name for name, arch in ARCHES.items()} == {name: name for name in ARCHES}


def test_a_boot_on_arm64_imports_neither_boot_nor_record_of_another() -> None:
    code = (
        "import sys; from bootstep.boots.loader.load import load_kernel;"
        "from bootstep.boots.loader.machine_file import read_machine; load_kernel(read_machine('virt-1g'));"
        "print(*sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = [name for name in said.split() if name.startswith(("bootstep.boots.", "bootstep.model.arch."))]
    assert "bootstep.model.arch.arm64.record" in names
    assert not [
        name for name in names if name.startswith(("bootstep.boots.x86.", "bootstep.model.arch.x86."))
    ]

"""``bootstep adopt``."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from bootstep.tui.cli.main import main

LOGS = Path(__file__).parents[2] / "data/logs"


def test_a_machine_is_written_and_how_well_it_agrees_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "dmesg.txt"
    log.write_bytes(lzma.decompress((LOGS / "6.12-4k48_m1g-mem600-initrd.log.xz").read_bytes()))
    machine = tmp_path / "machine" / "machine.toml"
    assert main(["adopt", str(log), "-o", str(machine.parent)]) == 0
    out = capsys.readouterr().out
    assert f"{machine} is written" in out and "assumed: the kernel is the shipped one of 6.12" in out
    agree, total = (int(word) for word in out.splitlines()[-1].split() if word.isdigit())
    assert agree == total > 500
    assert main(["compare", str(machine), str(log)]) == 0


def test_what_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "dmesg.txt"
    log.write_bytes(lzma.decompress((LOGS / "6.12-4k48_m1g-mem600-initrd.log.xz").read_bytes()))
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "machine.toml").write_text("mine")
    assert main(["adopt", str(log), "-o", str(tmp_path / "there")]) == 2
    assert capsys.readouterr().err.startswith("bootstep: ")
    assert (tmp_path / "there" / "machine.toml").read_text() == "mine"


def test_a_log_of_an_architecture_that_does_not_boot_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "dmesg.txt"
    log.write_text("[    0.000000] Linux version 6.1.90 (u@h) (riscv64-linux-gnu-gcc 12.2.0) #1 SMP\n")
    assert main(["adopt", str(log), "-o", str(tmp_path / "machine")]) == 2
    assert "only arm64 and x86_64 boot here" in capsys.readouterr().err
    assert not (tmp_path / "machine").exists()

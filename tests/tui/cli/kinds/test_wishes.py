"""What-ifs as options of every command that takes a machine.

Covers wish_options.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.tui.cli import sources
from bootstep.tui.cli.parser import Parser
from command import run


@pytest.mark.parametrize(
    ("command", "rest"),
    [
        ("log", ()),
        pytest.param("state", ("--at", "end"), marks=pytest.mark.slow),
        pytest.param("ledger", (), marks=pytest.mark.slow),
        pytest.param("regions", (), marks=pytest.mark.slow),
        ("events", ("--kind", "log")),
        pytest.param("x", ("0x48000000",), marks=pytest.mark.slow),
    ],
)
def test_every_command_boots_the_machine_that_is_wished(
    capsys: pytest.CaptureFixture[str], command: str, rest: tuple[str, ...]
) -> None:
    plain = run(capsys, command, "virt-1g", *rest)
    by_key = run(capsys, command, "virt-1g", *rest, "--memory", "2G")
    by_wish = run(capsys, command, "virt-1g", *rest, "--whatif", "ram 2G")
    assert plain[0] == by_key[0] == by_wish[0] == 0
    assert by_key == by_wish
    assert by_key != plain


def test_memory_and_nodes_are_those_of_qemus_machine(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--kind", "memblock", "--to", "arch_numa_init:entry", "--format", "json")
    mine = run(capsys, "events", "virt-1g", "--memory", "2G", "--numa", "2", *options)
    theirs = run(capsys, "events", "virt-2g-numa2", *options)
    assert mine[0] == theirs[0] == 0
    added = [line for line in mine[1].splitlines() if '"memory"' in line]
    assert added
    assert added == [line for line in theirs[1].splitlines() if '"memory"' in line]


def test_wishes_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    wishes = ("--whatif", "add mem=600M", "--whatif", "add memblock=debug", "--whatif", "ram 2G")
    status, out, _ = run(capsys, "log", "virt-1g", *wishes)
    assert status == 0
    assert "Memory limited to 600MB" in out
    assert "MEMBLOCK configuration" in out


def test_diff_wishes_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    by_ram, by_memory = (run(capsys, "diff", "virt-1g", option, "2G") for option in ("--ram", "--memory"))
    assert by_ram[0] == 1
    assert by_ram == by_memory


def test_the_app_opens_it(tmp_path: Path) -> None:
    parser = Parser("bootstep")
    parser.add_argument("machine", nargs="?")
    given = sources.parse(parser, ["virt-512m", "--memory", "1G", "--whatif", "add mem=600M"])
    recording = sources.named(given.machine, given).load()()
    assert recording.tried is not None
    assert recording.tried.label == "ram 1G, mem=600M"
    recording.run()
    debugger = recording.debugger()
    debugger.end()
    assert debugger.evaluate("max_pfn") == (0x40000000 + (600 << 20)) >> 12


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--memory", "much"), "'much' is not a size"),
        (("--numa", "0"), "numa 0: expected how many nodes, from 1 to 128"),
        (("--whatif", "frobnicate"), "what if what? expected one of add"),
        (("--whatif", "ram"), "what if ram: expected a size such as 2G"),
        (("--whatif", "e820 0-1 reserved"), "this board has a device tree, no e820 map"),
    ],
)
def test_bad_wishes_are_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, "log", "virt-1g", *words)
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("machine", ["pc-8g", "pc-8g-uefi", "server-8g", "raspberry-2g", "phone-4g"])
def test_every_board_is_divided(capsys: pytest.CaptureFixture[str], machine: str) -> None:
    status, out, _ = run(capsys, "log", machine, "--numa", "2")
    assert status == 0
    assert "node   1: [mem " in out
    assert "node   2: [mem " not in out


def test_a_pc_without_acpi_is_told_what_divides_its_memory(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "e820.txt"
    path.write_text("0x0 0x9fc00 usable\n0x100000 0x40000000 usable\n")
    status, out, err = run(capsys, "log", str(path), "--numa", "2")
    assert (status, out) == (2, "")
    assert "numa=fake=2 on the command line divides its memory" in err
    status, out, _ = run(capsys, "log", str(path), "--whatif", "add numa=fake=2")
    assert status == 0
    assert "node   1: [mem " in out


@pytest.mark.parametrize("option", ["--memory", "--numa", "--whatif"])
def test_what_is_read_cannot_be_changed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str
) -> None:
    path = tmp_path / "dmesg.txt"
    path.write_text("Linux version 6.1.0 (a@b) (gcc) #1 SMP\n")
    status, _, err = run(capsys, "log", str(path), option, "2")
    assert status == 2
    assert f"{option} cannot change it" in err

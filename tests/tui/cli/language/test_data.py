"""What programs read is the same, whatever language people have chosen."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.tui.cli.main import main
from sweeps import sweep

LOGS = Path(__file__).parents[3] / "data" / "machines"
COMMANDS = (
    ("state", "virt-1g", "--at", "paging_init", "--format", "json"),
    ("ledger", "virt-1g", "--format", "json"),
    ("who", "virt-1g", "0x40210000", "--format", "json"),
    ("x", "virt-1g", "0x40210000", "--format", "json", "--at", "paging_init"),
    ("why", "broken-1g", "--format", "json"),
    ("print", "virt-1g", "memblock.reserved", "--format", "json"),
    ("regions", "pc-2g", "--format", "json"),
    ("events", "virt-1g", "--format", "json", "--to", "paging_init"),
    ("virt-1g", "--batch", "--format", "json", "-ex", "step", "-ex", "break sparse_init", "-ex", "continue"),
    ("export", "virt-1g", "--format", "json"),
    ("export", "pc-2g", "--format", "perfetto"),
)


def printed(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert main(line) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("line", sweep(COMMANDS, *COMMANDS[::3]), ids=lambda line: " ".join(line[:2]))
def test_data_is_the_same_in_every_language(
    capsys: pytest.CaptureFixture[str], line: tuple[str, ...]
) -> None:
    english = printed(capsys, "--lang", "en", *line)
    assert english
    assert printed(capsys, "--lang", "zh", *line) == english


@pytest.mark.parametrize("command", sweep(("ledger", "why"), "why"))
def test_data_of_a_log_is_the_same_in_every_language(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    log = tmp_path / "boot.log"
    log.write_bytes(gzip.decompress((LOGS / "phone-4g.log.gz").read_bytes()))
    english = printed(capsys, "--lang", "en", command, str(log), "--format", "json")
    assert english
    assert printed(capsys, "--lang", "zh", command, str(log), "--format", "json") == english


def test_a_recorded_boot_is_the_same_in_every_language(tmp_path: Path) -> None:
    files = {language: tmp_path / f"{language}.boot" for language in ("en", "zh")}
    for language, file in files.items():
        assert main(("--lang", language, "record", "virt-1g", "-o", str(file))) == 0
    assert files["en"].read_bytes() == files["zh"].read_bytes()


def test_words_for_people_are_in_their_language(capsys: pytest.CaptureFixture[str]) -> None:
    english = printed(capsys, "--lang", "en", "ledger", "virt-1g")
    assert printed(capsys, "--lang", "zh", "ledger", "virt-1g") != english

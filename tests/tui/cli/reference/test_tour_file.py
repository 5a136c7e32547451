"""The tour of `bootstep help tour-file` is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.lecture.tours.narration import FORMATS
from bootstep.tui.cli.reference.commented import plain
from bootstep.tui.cli.reference.tour_file import ROWS, lines
from command import run


def test_it_is_a_tour_without_mistakes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "first-look.toml"
    file.write_text(plain(ROWS))
    status, out, err = run(capsys, "tour", "check", str(file), "virt-1g", "server-8g")
    assert (status, err) == (0, "")
    assert out.count("all good") == 2


def test_it_says_what_it_shows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "first-look.toml"
    file.write_text(plain(ROWS))
    status, out, _ = run(capsys, "tour", "show", str(file))
    assert status == 0
    assert "regions are reserved" in out or "region is reserved" in out


def test_every_format_is_described() -> None:
    text = "\n".join(lines())
    assert not [form for form in FORMATS if f"{{x:{form}}}" not in text]

"""CONTRIBUTING.md tells of the house as it is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def test_files_in_it_are_there() -> None:
    names = re.findall(r"`((?:tests|model|tui|boots)/[\w/.]+)`", TEXT)
    assert len(names) > 30
    assert not [name for name in names if not (ROOT / name).exists()]


def test_modules_it_says_to_run_are_there() -> None:
    run = re.findall(r"python (tests/[\w/.]+)", TEXT)
    assert run
    assert not [name for name in run if not (ROOT / name).exists()]

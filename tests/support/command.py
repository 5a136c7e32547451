"""A command of bootstep as a test runs it, in this process."""

from __future__ import annotations

import pytest
from bootstep.tui.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command line; its exit status, and what it prints to standard output and to standard error."""
    status = main(words)
    out, err = capsys.readouterr()
    return status, out, err

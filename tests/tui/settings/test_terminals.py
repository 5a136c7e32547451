"""Terminals, and what stands for them."""

from __future__ import annotations

import io
import os

import pytest
from bootstep.tui.settings.terminals import BROWSER, is_terminal


def test_a_terminal_is_one_and_a_file_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BROWSER, raising=False)
    _, end = os.openpty()
    with os.fdopen(end, "w") as terminal:
        assert is_terminal(terminal)
    assert not is_terminal(terminal), "it is closed"
    assert not is_terminal(io.StringIO())
    assert not is_terminal(None)


def test_a_browser_stands_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BROWSER, "textual.drivers.web_driver:WebDriver")
    assert is_terminal(io.StringIO())

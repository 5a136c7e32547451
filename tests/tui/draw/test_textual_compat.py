"""Textual's insides are overridden only where they are known; elsewhere its public way does the same."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from bootstep.tui.draw.textual_compat import FIRST, LAST, installed, is_known
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget


@pytest.mark.parametrize(("release", "known"), [("8.1.1", False), ("8.2.7", False), ("8.2.8", True)])
def test_overrides_are_for_known_releases_only(release: str, known: bool) -> None:
    assert is_known(release) is known
    assert not is_known(f"{LAST[0]}.{LAST[1]}.{LAST[2] + 1}") and not is_known("9.0.0")
    assert FIRST <= LAST


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (Widget, "_size_updated", ["self", "size", "virtual_size", "container_size", "layout"]),
        (Screen, "_screen_resized", ["self", "size"]),
        (Widget, "_clear_arrangement_cache", ["self"]),
        (Widget, "_exchange_repaint_regions", ["self"]),
        (Screen, "_watch__select_state", ["self", "select_state"]),
        (App, "_on_resize", ["self", "event"]),
        (App, "_check_resize", ["self"]),
    ],
)
def test_what_is_overridden_or_called_is_still_there(
    owner: type[object], name: str, parameters: list[str]
) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_the_release_is_found_without_importlib_metadata() -> None:
    assert installed() == version("textual")

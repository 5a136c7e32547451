"""The screen the panes are on."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size

from .textual_compat import LaidOutOnce


class MainScreen(LaidOutOnce):
    """Takes its new form in `prepare` before it is laid out for a new size."""

    BLANK = True
    """Nothing is seen of it: the widgets on it leave no cell free."""

    def __init__(self, prepare: Callable[[Size], None]) -> None:
        super().__init__(prepare, "_default")

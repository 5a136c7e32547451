"""What the application overrides of Textual that is not Textual's public API: all of it, in one place.

Every override here makes drawing faster or smoother, and was written for the releases `FIRST` to `LAST`.
With any other release Textual does it in its own way: slower, and nothing else is different.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import textual
from textual import events
from textual.app import App
from textual.geometry import Size
from textual.reactive import var
from textual.screen import Screen
from textual.widget import Widget

FIRST, LAST = (8, 2, 8), (8, 2, 8)
"""The releases whose insides are known."""


def installed() -> str:
    """The release of Textual: by the name of the directory that its installer left beside it, since
    importlib.metadata would take a start-up 15 ms."""
    beside = Path(textual.__path__[0]).parent.glob("textual-*.dist-info")
    names = [path.name.removeprefix("textual-").removesuffix(".dist-info") for path in beside]
    if len(names) == 1:
        return names[0]
    from importlib.metadata import version

    return version("textual")


def is_known(release: str) -> bool:
    """Whether overrides fit this release of Textual."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", release)[:3])
    return FIRST <= numbers <= LAST


DRAGGING = 1 / 30
"""Seconds between two sizes of a terminal whose corner is being drawn, at most."""
FITS = is_known(installed())


class SizedByScreen(Widget):
    """A widget whose size nothing else depends on.  The screen paints before its widgets are told of their
    new sizes by an event: `took_size` is called before that."""

    def took_size(self) -> None:
        """There is another size, or the same once more."""

    if FITS:

        def _size_updated(
            self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
        ) -> bool:
            # Textual would lay the whole screen out once more, in case the size of others depended on this.
            is_other = super()._size_updated(size, virtual_size, container_size, layout=False)
            self.took_size()
            return is_other

    else:

        def on_resize(self) -> None:
            """The public way: painted once in the old form."""
            self.took_size()


class LaidOutOnce(Screen[None]):
    """A screen that takes its new form in `prepare` before it is laid out for a new size.  Textual lays it
    out several times when the terminal is resized, and paints all of it at every click; here once is enough,
    and only what differs."""

    def __init__(self, prepare: Callable[[Size], None], id: str) -> None:
        super().__init__(id=id)
        self.prepare = prepare
        self._laid_out: Size | None = None

    if FITS:

        def _screen_resized(self, size: Size) -> None:
            # A screen whose size has changed is told so once more by its own layout.
            if size == self._laid_out and size == self.size:
                return
            if self.is_attached:
                self._laid_out = size
                self.prepare(size)
            self._lay_out_once(size)

        def _lay_out_once(self, size: Size) -> None:
            # What `prepare` changed asks for layouts and paints of its own, which this one makes unnecessary.
            widgets = [node for node in self.walk_children() if isinstance(node, Widget)]
            for widget in (self, *widgets):
                widget._clear_arrangement_cache()
            super()._screen_resized(size)
            for widget in (self, *widgets):
                widget._layout_required = widget._repaint_required = False
                widget._exchange_repaint_regions()

        def _size_updated(
            self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
        ) -> bool:
            return super()._size_updated(size, virtual_size, container_size, layout=False)

    else:

        def on_resize(self, event: events.Resize) -> None:
            """The public way: what it changes is laid out and painted after this."""
            self.prepare(event.size)

    if FITS:
        _select_state = var[Any](None)
        """What the mouse selects; the widgets that it selects in paint that, not the screen."""

        def _watch__select_state(self, select_state: Any) -> None:
            if select_state is None:
                self._selecting = False
            else:
                super()._watch__select_state(select_state)


def forget_arrangement(widget: Widget) -> None:
    """What a widget's layout says has changed, though nothing has by which Textual would know."""
    if FITS:
        widget._clear_arrangement_cache()
    else:
        for child in widget.children:
            child.refresh(layout=True)


class ResizedAtOnce(App[int]):
    """An application that is drawn while its terminal changes size."""

    def __init__(self) -> None:
        super().__init__()
        self.resized_at = 0.0

    if FITS:

        async def _on_resize(self, event: events.Resize) -> None:
            # Textual waits whether another size follows; the first of them can be shown at once.
            is_first = monotonic() - self.resized_at > DRAGGING
            self.resized_at = monotonic()
            await super()._on_resize(event)
            if is_first:
                self._check_resize()

"""The screen the panes are on.  Textual lays a screen out several times when the terminal is resized, and
paints all of it at every click; here once is enough, and only what differs."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.reactive import var
from textual.screen import Screen
from textual.selection import SelectState
from textual.widget import Widget


class MainScreen(Screen[None]):
    """Takes its new form in `prepare` before it is laid out for a new size."""

    BLANK = True
    """Nothing is seen of it: the widgets on it leave no cell free."""
    _select_state = var[SelectState | None](None)
    """What the mouse selects; the widgets that it selects in paint that, not the screen."""

    def __init__(self, prepare: Callable[[Size], None]) -> None:
        super().__init__(id="_default")
        self.prepare = prepare
        self._laid_out: Size | None = None

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

    def _watch__select_state(self, select_state: SelectState | None) -> None:
        if select_state is None:
            self._selecting = False
        else:
            super()._watch__select_state(select_state)

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        return super()._size_updated(size, virtual_size, container_size, layout=False)

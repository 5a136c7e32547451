"""The screen the panes are on.  Textual lays a screen out several times when the terminal is resized; here
once is enough, with everything already in its new form."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.screen import Screen


class MainScreen(Screen[None]):
    """Takes its new form in `prepare` before it is laid out for a new size."""

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
        super()._screen_resized(size)

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        return super()._size_updated(size, virtual_size, container_size, layout=False)

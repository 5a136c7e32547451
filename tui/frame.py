"""What the widgets of the main screen have in common: the screen alone decides how large they are, and they
draw themselves row by row without borders."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Size
from textual.widget import Widget


class FrameWidget(Widget):
    """Looks each of its styles up once, and is content with the room it is given."""

    def __init__(self, *children: Widget, id: str) -> None:
        super().__init__(*children, id=id)
        self._found_styles: dict[str, Style] = {}

    def component(self, name: str) -> Style:
        """The style of a component class, or for no name the widget's own: Textual works that one out again
        whenever it is asked."""
        found = self._found_styles.get(name)
        if found is None:
            found = self.get_component_rich_style(name) if name else self.rich_style
            self._found_styles[name] = found
        return found

    def notify_style_update(self) -> None:
        """The theme or the focus changed: ask for the colours again."""
        super().notify_style_update()
        self._found_styles.clear()

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        # Textual would lay the whole screen out once more, in case the size of others depended on this one.
        return super()._size_updated(size, virtual_size, container_size, layout=False)

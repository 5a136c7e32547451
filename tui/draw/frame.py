"""What the widgets of the main screen have in common: the screen alone decides how large they are, and they
draw themselves row by row without borders."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from .glyphs import FewGlyphs
from .surviving import PlainFilter, surviving_paint
from .textual_compat import SizedByScreen

GROUND = Color(0, 0, 0)
"""A ground for filters that do not look at it."""


class FrameWidget(SizedByScreen):
    """Looks each of its styles up once, and is content with the room it is given."""

    def __init__(self, *children: Widget, id: str) -> None:
        super().__init__(*children, id=id)
        self._found_styles: dict[str, Style] = {}

    def component(self, name: str) -> Style:
        """The style of a component class, or for no name the widget's own: Textual works that one out again
        whenever it is asked."""
        found = self._found_styles.get(name)
        if found is None:
            found = self.as_filtered(self.get_component_rich_style(name) if name else self.rich_style)
            self._found_styles[name] = found
        return found

    def take_rows(self, rows: int) -> None:
        """Be so many rows high from now on.  A class of the style sheet would have Textual look through all
        its rules for this widget again."""
        height = self.styles.height
        if height is None or height.value != rows:
            self.styles.height = rows

    def as_filtered(self, style: Style) -> Style:
        """A style as the terminal gets it.  What filters do to colours they do to each style, once, and not
        to every row that is painted in it."""
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            style = line_filter.apply([Segment(" ", style)], background)[0].style or Style.null()
        return style

    @surviving_paint
    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows as they are: what Textual would look for around each (borders, padding, opacity) is not
        there, and takes longer to look for than the row to compose."""
        strips = [self.painted(y) for y in crop.line_range]
        for of_text in self.get_line_filters():
            if isinstance(of_text, FewGlyphs | PlainFilter):
                strips = [strip.apply_filter(of_text, GROUND) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def painted(self, y: int) -> Strip:
        """One row."""
        return self.render_line(y)

    def notify_style_update(self) -> None:
        """The theme or the focus changed: ask for the colours again."""
        super().notify_style_update()
        self._found_styles.clear()

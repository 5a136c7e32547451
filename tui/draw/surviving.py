"""Nothing that goes wrong inside ends a session: it is told in a sentence, its details go into a file, and
the session goes on.

Textual stops whatever it was doing when a handler fails, and leaves.  Failures are caught where it hands
messages to widgets, and where everything is painted: in `Widget.render_lines`, or that of a few widgets of
its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter
from textual.message_pump import MessagePump
from textual.strip import Strip
from textual.widget import Widget

from ...model.language.words import tr
from .textual_compat import around_messages, wrap_method

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.color import Color
    from textual.geometry import Region
    from textual.message import Message

    from .textual_compat import Dispatch

Paint = TypeVar("Paint", bound="Callable[..., list[Strip]]")


def _doing(message: Message) -> str:
    """What was being done, in words for people."""
    name = type(message).__name__
    key = getattr(message, "key", "")
    return tr("the key {key}", key=key) if name == "Key" and key else tr("what follows a {name}", name=name)


def _survived(pump: MessagePump, error: Exception, doing: str) -> bool:
    """Whether the app can go on, which it has told."""
    app = cast("App[Any]", pump.app)  # pyright: ignore[reportUnknownMemberType]
    survive: Callable[[Exception, str], bool] | None = getattr(app, "survive", None)
    return survive is not None and survive(error, doing)


def _surviving_dispatch(dispatch: Dispatch) -> Dispatch:
    async def dispatched(pump: MessagePump, message: Message) -> None:
        try:
            await dispatch(pump, message)
        except Exception as error:
            if not _survived(pump, error, _doing(message)):
                raise

    return dispatched


def surviving_paint(paint: Paint) -> Paint:
    """`Widget.render_lines`, which says so in a row where it fails."""

    def painted(widget: Widget, crop: Region) -> list[Strip]:
        try:
            return paint(widget, crop)
        except Exception as error:
            if not _survived(widget, error, tr("painting a pane")):
                raise
            words = tr("this cannot be shown: see the last line")
            first = Strip([Segment(words)]).adjust_cell_length(crop.width)
            return [first, *[Strip.blank(crop.width)] * (crop.height - 1)][: crop.height]

    return cast("Paint", painted)


def install() -> None:
    """Catch failures at both places, from now on."""
    around_messages(_surviving_dispatch)
    wrap_method(Widget, "render_lines", surviving_paint)


class PlainFilter(LineFilter):
    """The last look at what is painted: no text has a character that a terminal obeys.  Panes show such
    characters by their numbers (`lines.plain`); where one has forgotten that, they take their room as blanks.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, their text printable."""
        if all(segment.control or segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(_blanked(segment.text), segment.style)
            for segment in segments
        ]


def _blanked(text: str) -> str:
    return "".join(each if each.isprintable() else " " * cell_len(each) for each in text)

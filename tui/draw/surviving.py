"""Nothing that goes wrong inside ends a session: it is told in a sentence, its details go into a file, and
the session goes on.

Textual stops whatever it was doing when a handler fails, and leaves.  Every message of every widget goes
through `MessagePump._dispatch_message`, and everything that is painted through `Widget.render_lines` or that
of a few widgets of its own: these two are the places where failures are caught.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter
from textual.message_pump import MessagePump
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import App
    from textual.color import Color
    from textual.geometry import Region
    from textual.message import Message

Paint = TypeVar("Paint", bound="Callable[..., list[Strip]]")


def _doing(message: Message) -> str:
    """What was being done, in words for people."""
    name = type(message).__name__
    key = getattr(message, "key", "")
    return f"the key {key}" if name == "Key" and key else f"what follows a {name}"


def _survived(pump: MessagePump, error: Exception, doing: str) -> bool:
    """Whether the app can go on, which it has told."""
    app = cast("App[Any]", pump.app)  # pyright: ignore[reportUnknownMemberType]
    survive: Callable[[Exception, str], bool] | None = getattr(app, "survive", None)
    return survive is not None and survive(error, doing)


def _surviving_dispatch(
    dispatch: Callable[[MessagePump, Message], Awaitable[None]],
) -> Callable[[MessagePump, Message], Awaitable[None]]:
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
            if not _survived(widget, error, "painting a pane"):
                raise
            words = "this cannot be shown: see the last line"
            first = Strip([Segment(words)]).adjust_cell_length(crop.width)
            return [first, *[Strip.blank(crop.width)] * (crop.height - 1)][: crop.height]

    return cast("Paint", painted)


def _install(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    original = getattr(owner, name)
    if not getattr(original, "survives", False):
        surviving = around(original)
        surviving.survives = True
        setattr(owner, name, surviving)


def install() -> None:
    """Catch failures at both places, from now on."""
    _install(MessagePump, "_dispatch_message", _surviving_dispatch)
    _install(Widget, "render_lines", surviving_paint)


def is_worth_surviving(app: App[Any]) -> bool:
    """Whether there is something on the screen yet, and it is not ending already: what fails before that is
    no session."""
    return bool(app._running and app._screen_stack and app.screen.is_mounted and not app._exit)


def note_for_tests(app: App[Any], error: Exception) -> None:
    """A test fails by what an application survived."""
    if app.is_headless and app._exception is None:
        app._exception = error


def give_up(app: App[Any], error: Exception) -> None:
    """End at once, as by an exception that nobody caught."""
    app._return_code = 2
    if app._exception is None:
        app._exception = error
        app._exception_event.set()  # pyright: ignore[reportUnknownMemberType]
    app._close_messages_no_wait()


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

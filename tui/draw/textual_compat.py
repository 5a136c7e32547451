"""What the application overrides of Textual that is not Textual's public API: all of it, in one place.

The overrides make drawing faster or smoother, and were written for the releases `FIRST` to `LAST`.  With any
other release Textual does it in its own way: slower, and nothing else is different.  Behind them stands what
Textual has no public name for, and what is done where a release has none at all.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Any

import textual
from textual import events
from textual.app import App
from textual.filter import LineFilter
from textual.geometry import Size
from textual.message import Message
from textual.message_pump import MessagePump
from textual.reactive import var
from textual.screen import Screen
from textual.widget import Widget

FIRST, LAST = (8, 2, 8), (8, 2, 8)
"""The releases whose insides are known."""


def installed() -> str:
    """The release of Textual: by the name of the directory that its installer left beside it, since
    importlib.metadata would take a start-up 15 ms."""
    directories = [path.name for path in Path(textual.__path__[0]).parent.iterdir()]
    names = [name for name in directories if name.startswith("textual-") and name.endswith(".dist-info")]
    if len(names) == 1:
        return names[0].removeprefix("textual-").removesuffix(".dist-info")
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

    def failed(self, error: Exception) -> None:
        """A handler has failed, and nobody caught it.  Textual's own way is to end."""
        super()._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        self.failed(error)


# ---- what no release has a public name for, and what is done where it is not there ----

Dispatch = Callable[[MessagePump, Message], Awaitable[None]]


def wrap_method(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    """Put something around a method of a class, once."""
    original = getattr(owner, name)
    if not getattr(original, "is_wrapped", False):
        wrapped = around(original)
        wrapped.is_wrapped = True
        setattr(owner, name, wrapped)


def around_messages(around: Callable[[Dispatch], Dispatch]) -> None:
    """Put something around what hands messages to widgets; else only `ResizedAtOnce.failed` hears of
    failures."""
    if hasattr(MessagePump, "_dispatch_message"):
        wrap_method(MessagePump, "_dispatch_message", around)


def is_on_screen(app: App[Any]) -> bool:
    """Whether an application has painted something, and is not ending already."""
    is_ending = getattr(app, "_exit", False)
    return bool(
        app.is_running and getattr(app, "_screen_stack", True) and app.screen.is_mounted and not is_ending
    )


def note_for_tests(app: App[Any], error: Exception) -> None:
    """A test fails by what an application survived."""
    if app.is_headless and getattr(app, "_exception", error) is None:
        app._exception = error


def give_up(app: App[Any], error: Exception) -> None:
    """End at once, as by an exception that nobody caught; else as soon as messages are handled again."""
    if not hasattr(app, "_close_messages_no_wait"):
        app.exit(return_code=2)
        return
    app._return_code = 2
    if app._exception is None:
        app._exception = error
        app._exception_event.set()  # pyright: ignore[reportUnknownMemberType]
    app._close_messages_no_wait()


def filter_paint(app: App[Any], last: LineFilter) -> None:
    """Send all that is painted through a filter, behind Textual's own; else it is painted as it is."""
    filters: list[LineFilter] | None = getattr(app, "_filters", None)
    if filters is not None:
        filters.append(last)


def keep_filters(app: App[Any], kind: type[LineFilter]) -> None:
    """Take away all of Textual's own filters but those of a kind."""
    filters: list[LineFilter] | None = getattr(app, "_filters", None)
    if filters is not None:
        filters[:] = [each for each in filters if isinstance(each, kind)]


def repaint(app: App[Any]) -> None:
    """Paint all of the screen, also what has not changed; else what Textual holds to be all."""
    if FITS:
        everything = app.screen._compositor.render_full_update()
        app._display(app.screen, everything)  # pyright: ignore[reportUnknownMemberType]
    else:
        app.refresh(repaint=True, layout=True)

"""What a client and its successors share: the boot, the breakpoints, the position; and what is still to be
sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from ...model.source.trace_source import Cancelled, never
from .arguments import DapError, InitializeArguments
from .boot import Boot, Opener
from .breakpoints import EditorBreakpoints
from .tree import Handles

Mistake = Callable[[Exception, str], str]
"""Takes down an exception that nobody expected, while something was done; returns a sentence about it."""


class Event(NamedTuple):
    """An event of the protocol."""

    name: str
    body: dict[str, Any] | None = None


class Session:
    """One boot at a time, for one client at a time.  `events` are sent after the response to the request that
    made them.  Without anybody who takes down a `mistake` of our own it ends the program."""

    def __init__(self, open: Opener, mistake: Mistake | None = None) -> None:
        self.open = open
        self.mistake = mistake
        self.boot: Boot | None = None
        self.points = EditorBreakpoints()
        self.handles = Handles()
        self.events: list[Event] = []
        self.client = Client()
        self.cancelled: Cancelled = never
        """Whether nobody waits for the request that is being answered."""

    def here(self) -> Boot:
        """The boot of a client that has launched one.  Raises `DapError`."""
        if self.boot is None or not self.client.is_launched:
            raise DapError("no boot is launched yet: send launch or attach with a machine")
        return self.boot

    def thread(self, number: int) -> Boot:
        """The boot, if it has that thread.  Raises `DapError`."""
        boot = self.here()
        if number != 1:
            raise DapError(f"there is no thread {number}: a boot has one, 1")
        return boot

    def later(self, name: str, body: dict[str, Any] | None = None) -> None:
        """Send an event after the response."""
        self.events.append(Event(name, body))

    def tell_changes(self) -> None:
        """Tell the client of breakpoints that it does not know of."""
        if self.client.is_launched:
            for reason, point in self.points.changes():
                self.later("breakpoint", {"reason": reason, "breakpoint": self.points.told(point)})

    def new_client(self) -> None:
        """Somebody has connected: the boot, the breakpoints and the position are as they were left."""
        self.client = Client()
        self.events.clear()
        self.handles.clear()
        self.points.forget_client()


class Client(Struct):
    """What is so of one connection.  `first_stop` is the stop to tell of when it is ready."""

    asked: InitializeArguments | None = None
    is_launched: bool = False
    is_configured: bool = False
    is_running: bool = False
    """Its boot has been told to be stopped somewhere."""
    is_over: bool = False
    no_debug: bool = False
    first_stop: dict[str, Any] | None = None

    @property
    def first_line(self) -> int:
        """What it calls the first line of a file."""
        return 1 if self.asked is None or self.asked.lines_start_at1 else 0

    @property
    def first_column(self) -> int:
        """What it calls the first column of a line."""
        return 1 if self.asked is None or self.asked.columns_start_at1 else 0

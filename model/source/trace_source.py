"""`TraceSource`: whatever fills a trace, seen from a debugger."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from msgspec import Struct

from ..trace.events import Trace
from .facts import Facts

Cancelled = Callable[[], bool]
"""Whether nobody waits for the result any more."""


def never() -> bool:
    """Somebody always waits."""
    return False


class Local(NamedTuple):
    """A local variable and its value in words."""

    name: str
    text: str


class FrameLocals(Struct, frozen=True):
    """What a function that is open (its ENTER event) calls its own: arguments that it has changed, and its
    local variables."""

    enter: int
    values: tuple[Local, ...]


class Outcome(Struct, frozen=True):
    """What is known when all is recorded.

    `unreadable` are the numbers of log lines that were printed and are not in the real log at the end, and
    `unreadable_words` say why; `remarks` are sentences about what turns on what was assumed.
    """

    unreadable: tuple[int, ...] = ()
    unreadable_words: str = ""
    remarks: tuple[str, ...] = ()


class TraceSource(Protocol):
    """A boot that can be looked at, whether it is executed, read or watched."""

    @property
    def facts(self) -> Facts:
        """What is known of it from the beginning."""
        ...

    @property
    def trace(self) -> Trace:
        """Its events, as many as there are by now."""
        ...

    def run(self, cancelled: Cancelled = never) -> None:
        """Record everything; returns when there is no more, or soon after it was cancelled.  A thread may do
        this while others read the trace.  Raises `InputError`."""
        ...

    def outcome(self) -> Outcome:
        """What is known when `run` has returned.  May take a second."""
        ...

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """The local variables of the functions open at a position, outermost first; () where `can.locals` is
        false, or if it was cancelled.  May take as long as the boot."""
        ...

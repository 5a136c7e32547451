"""One moment of a boot, for those who ask about it and must not move anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..analysis.accounting import Ledger
    from ..analysis.history import History
    from ..analysis.ownership import Owners
    from ..arch.spec import Arch
    from ..build.address_map import Placement
    from ..index.calls import CallIndex
    from ..index.selectors import MemoryRange
    from ..memory.page_structs import PageStructs
    from ..memory.state import State
    from ..source.facts import Facts
    from ..trace.events import Trace
    from .breakpoints.breakpoints import Breakpoints
    from .debugger import Debugger
    from .expressions.scope import Names
    from .position_names import PositionNames


class MomentPassed(RuntimeError):
    """The state of a moment was asked for when the debugger had gone on."""


class Moment(Protocol):
    """What the answers are made of: a debugger where it stands, or the `Answers` of one."""

    @property
    def trace(self) -> Trace: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def arch(self) -> Arch: ...
    @property
    def position(self) -> int: ...
    @property
    def state(self) -> State: ...
    @property
    def occurrences(self) -> CallIndex: ...
    @property
    def owners(self) -> Owners: ...
    @property
    def history(self) -> History: ...
    def ledger(self) -> Ledger: ...


class Answers:
    """A `Moment` that stays: where a debugger stood when this was made.  Nothing here moves it.  What is
    known of the whole trace can be asked for at any time; the state only as long as the debugger has not gone
    on."""

    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        self.trace: Trace = debugger.trace
        self.facts: Facts = debugger.facts
        self.position = debugger.position
        self.bookmarks: Mapping[str, int] = dict(debugger.bookmarks)

    # ---- what is known of the whole trace ----

    @property
    def arch(self) -> Arch:
        """The kernel's architecture."""
        return self.facts.arch

    @property
    def occurrences(self) -> CallIndex:
        """The calls, and how the variables changed."""
        return self._debugger.occurrences

    @property
    def owners(self) -> Owners:
        """Who has which memory, at any position."""
        return self._debugger.owners

    @property
    def history(self) -> History:
        """What happened to a part of memory."""
        return self._debugger.history

    @property
    def names(self) -> Names:
        """Symbols, and what names stand for."""
        return self._debugger.names

    @property
    def position_names(self) -> PositionNames:
        """What positions are called."""
        return self._debugger.position_names

    @property
    def breakpoints(self) -> Breakpoints:
        """Where one would stop."""
        return self._debugger.breakpoints

    # ---- what is so at this moment ----

    @property
    def state(self) -> State:
        """The machine.  Raises `MomentPassed`."""
        self._stay()
        return self._debugger.state

    def page_structs(self) -> PageStructs | None:
        """The page structs; None if the memory model is not known.  Raises `MomentPassed`."""
        self._stay()
        return self._debugger.page_structs()

    def placement(self) -> Placement | None:
        """How the address map lies; None if there is none.  Raises `MomentPassed`."""
        self._stay()
        return self._debugger.placement()

    def ledger(self) -> Ledger:
        """Who has which memory.  Raises `MomentPassed`."""
        self._stay()
        return self._debugger.ledger()

    def place(self, text: str) -> MemoryRange:
        """The part of memory that somebody means.  Raises `PlaceError`, `ExpressionError`, `MomentPassed`."""
        self._stay()
        return self._debugger.place(text)

    def _stay(self) -> None:
        if self._debugger.position != self.position:
            raise MomentPassed(f"position {self.position}: the debugger is at {self._debugger.position}")

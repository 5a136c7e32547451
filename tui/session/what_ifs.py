"""The boots that were tried out of one another, so that one can go back to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from .jump_list import JumpList

if TYPE_CHECKING:
    from .player import Stoppable
    from .recording import Recording
    from .session import Session


class Visit(Struct, frozen=True):
    """A boot that one may come back to, and where jumps led in it."""

    session: Session
    jumps: JumpList


class WhatIfs:
    """The boots from which others were tried, the latest last, and those that were undone.  While one is
    under way, `booting` says what is tried, `boot` is what is recorded of it, and the timer `watch` looks how
    far it is."""

    def __init__(self) -> None:
        self.behind: list[Visit] = []
        self.undone: list[Visit] = []
        self.booting = ""
        self.boot: Recording | None = None
        self.watch: Stoppable | None = None

    def settle(self) -> None:
        """None is under way any more."""
        if self.watch is not None:
            self.watch.stop()
        self.booting, self.boot, self.watch = "", None, None

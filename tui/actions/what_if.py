"""What if: boot again with something changed, keep the old boot beside the new one, go back to it."""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.timer import Timer

from ...model.base.errors import InputError
from ..session.background import given_up
from ..session.jump_list import Trail
from ..shell.opened import bring
from .registry import Deed, always, once_recording

if TYPE_CHECKING:
    from ...boots.loader.what_if_syntax import WhatIf
    from ...model.debugger.debugger import Debugger
    from ..session.comparison import Comparison
    from ..session.recording import Recording
    from ..session.session import Session
    from ..shell.app import BootstepApp

BOTH = 12
"""The number of the pane that shows both boots."""
LOOK_EVERY = 0.2
"""Seconds between two looks at how far the new boot is."""


class Stay(NamedTuple):
    """A boot that one may come back to, and the places that were visited in it."""

    session: Session
    trail: Trail


class Booted(NamedTuple):
    """A boot that is recorded and compared with the one before it."""

    boot: Recording
    debugger: Debugger
    comparison: Comparison


class WhatIfs:
    """The boots from which others were tried, the latest last, and those that were undone."""

    def __init__(self, app: BootstepApp) -> None:
        self.app = app
        self.behind: list[Stay] = []
        self.undone: list[Stay] = []
        self.booting = ""
        self.boot: Recording | None = None
        self._timer: Timer | None = None

    # ---- trying ----

    def why_not(self) -> str:
        """Why nothing can be tried now, if it cannot."""
        session = self.app.session
        if session is None:
            return once_recording(self.app)
        if session.boot.machine is None:
            return "This boot has no machine file: nothing of it can be changed."
        if not session.debugger.trace.finished:
            return "The boot is still being recorded: wait a moment."
        return f"Another boot is under way, with {self.booting}: wait a moment." if self.booting else ""

    def start(self, words: str) -> str:
        """Boot with a wish more, in a thread; says so.  Raises `InputError`."""
        from ...boots.loader.what_if_syntax import WhatIf

        reason = self.why_not()
        session = self.app.session
        if reason or session is None or session.boot.machine is None:
            raise InputError(reason)
        tried = (session.boot.tried or WhatIf(session.boot.machine)).wished(words)
        self.booting = tried.label
        self.app.run_worker(partial(self._boot, tried, session.debugger), thread=True, group="what-if")
        self._timer = self.app.set_interval(LOOK_EVERY, self._look)
        return f"booting again: what if {tried.label} …"

    def _boot(self, tried: WhatIf, before: Debugger) -> None:
        """In a thread: all that takes its time."""
        from ..session.comparison import Comparison
        from ..session.recording import of_what_if

        try:
            self.boot = boot = of_what_if(tried)
            boot.run(given_up())
            debugger = boot.prepared()
            booted = Booted(boot, debugger, Comparison.of(before, debugger))
        except InputError as error:
            self.app.call_later(self._failed, str(error))
        except Exception as error:  # the boot one is in must survive whatever happens to another
            self.app.call_later(self._failed, f"bootstep failed: {type(error).__name__}: {error}")
        else:
            self.app.call_later(self._arrived, booted)

    def _look(self) -> None:
        """Tell how far the new boot is."""
        events = len(self.boot.trace) if self.boot is not None else 0
        self.app.status.put_badge(f"booting: {self.booting} … {events} events")

    def _settle(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self.booting, self.boot, self._timer = "", None, None
        self._show_badge()

    def _failed(self, sentence: str) -> None:
        self._settle()
        self.app.complain(f"what if: {sentence}")

    def _arrived(self, booted: Booted) -> None:
        from ..session.follower import Company
        from ..shell.startup import session_on

        self._settle()
        # As for the first boot: to look for garbage in a million events would stop the screen for a second.
        gc.freeze()
        old = self.app.session
        if old is None:
            return
        label = booted.boot.tried.label if booted.boot.tried else ""
        session = session_on(self.app, booted.boot)
        session.take_over(booted.debugger)
        session.company = Company(session.debugger, old.debugger, label, booted.comparison)
        session.commands.history.extend(old.commands.history)
        self.behind.append(Stay(old, self.app.trail))
        self.undone.clear()
        self._go_over(Stay(session, Trail()), f"what if {label}", "⟨both⟩ shows both boots, ⟨undo⟩ undoes")
        bring(self.app, BOTH)

    # ---- going back and forth ----

    def undo(self) -> None:
        """Back to the boot before the last what-if."""
        if self.app.session is not None and self.behind:
            label = _label(self.app.session)
            self.undone.append(Stay(self.app.session, self.app.trail))
            self._go_over(self.behind.pop(), f"undone: what if {label}", "⟨redo⟩ tries it again")

    def redo(self) -> None:
        """To the what-if that was undone last."""
        if self.app.session is not None and self.undone:
            self.behind.append(Stay(self.app.session, self.app.trail))
            stay = self.undone.pop()
            self._go_over(stay, f"what if {_label(stay.session)}", "⟨both⟩ shows both boots, ⟨undo⟩ undoes")

    def _go_over(self, stay: Stay, words: str, hint: str) -> None:
        """Take another boot, at the place where one is in this one; at its panic, if it panics."""
        old, new = self.app.session, stay.session
        if old is None:
            return
        complaints = self.app.kept.carry(old.debugger, new.debugger)
        name = old.debugger.position_name()
        self.app.player.pause()
        self.app.session, self.app.boot, self.app.trail = new, new.boot, stay.trail
        note = _come_to(new.debugger, name)
        stop = new.debugger.last.stop
        if new.company is not None:
            new.company.follow()
        new.arrive_from(old)
        self.app.trail.here = new.debugger.position
        self._show_badge()
        self.app.show()
        told = [words, note, *complaints[:1], stop.text]
        kind = "stop" if stop.reason == "panic" else ""
        self.app.status.say(f"{'; '.join(filter(None, told))} ({hint})", kind, new.debugger.phase_here().name)

    def _show_badge(self) -> None:
        session = self.app.session
        label = _label(session) if session is not None else ""
        self.app.status.put_badge(f"what if: {label}" if label else "")


def _label(session: Session) -> str:
    return session.boot.tried.label if session.boot.tried else ""


def _come_to(debugger: Debugger, name: str) -> str:
    """To the position of that name, or as near as this boot gets to it; returns what is in the way, if
    anything is.  A boot that panics stands at its panic."""
    from ...model.debugger.position_names import PositionNameError
    from ...model.trace.events import Kind

    if debugger.trace.kind(-1) == Kind.PANIC:
        debugger.end()
        return ""
    try:
        found = debugger.position_names.nearest(name)
    except PositionNameError as error:
        return str(error)
    debugger.goto(found.position)
    return found.note


# ---- keys ----


async def ask(app: BootstepApp, count: int) -> None:
    """Open the command line for a wish."""
    await app.open_prompt("whatif ")


def undo(app: BootstepApp, count: int) -> None:
    """The boot from before."""
    app.what_ifs.undo()


def redo(app: BootstepApp, count: int) -> None:
    """The what-if again."""
    app.what_ifs.redo()


def show_both(app: BootstepApp, count: int) -> None:
    """The pane of both boots."""
    bring(app, BOTH)
    app.screen.set_focus(app.deck.panes[BOTH])


def nothing_to_try(app: BootstepApp) -> str:
    """It takes a boot of a machine, and time."""
    return app.what_ifs.why_not()


def nothing_to_undo(app: BootstepApp) -> str:
    """It takes a what-if to undo one."""
    return "" if app.what_ifs.behind else "There is no what-if to undo: ⟨what-if⟩ asks what if."


def nothing_to_redo(app: BootstepApp) -> str:
    """It takes one that was undone."""
    return "" if app.what_ifs.undone else "No what-if was undone: ⟨what-if⟩ asks what if."


DEEDS: dict[str, Deed] = {
    "what-if": Deed(ask, nothing_to_try),
    "undo": Deed(undo, nothing_to_undo),
    "redo": Deed(redo, nothing_to_redo),
    "both": Deed(show_both, always),
}

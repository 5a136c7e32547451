"""The thread that reads a machine and runs its boot, and what the app is told of how far it is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...model.base.errors import InputError
from ...model.files.progress import told_to
from ..session.background import given_up
from .startup import begin, complete

if TYPE_CHECKING:
    from textual.timer import Timer

    from ...model.debugger.debugger import Debugger
    from ..session.recording import Recording
    from .app import BootstepApp

FIRST_LOOK, LOOK_EVERY = 0.03, 0.3
"""Seconds between two looks at how far the recording is: until there is something to see, and after that."""


class Recorder:
    """Records what `load` reads, for an app that shows what there is already."""

    def __init__(self, app: BootstepApp, load: Callable[[], Recording]) -> None:
        self.app = app
        self.load = load
        self._looking: Timer | None = None

    def start(self) -> None:
        """Begin, in a thread."""
        self.app.run_worker(self._record, thread=True, exclusive=True, group="recording")

    def _record(self) -> None:
        tell = self.app.call_later
        try:
            with told_to(self._tell):
                boot = self.load()
            tell(self._recorded, boot)
            boot.run(given_up())
        except InputError as error:
            tell(self._failed, str(error))
        except Exception as error:  # what was recorded until then is still worth looking at
            tell(self._failed, self.app.failures.sentence(error, "recording this boot"))
        else:
            tell(self._recorded, boot)
            tell(self._prepared, boot.prepared())

    def _failed(self, sentence: str) -> None:
        """No boot, or no more of it."""
        if self.app.session is None:
            self.app.ahead.give_up()
        self.app.complain(sentence)

    def _tell(self, what: str) -> None:
        self.app.call_later(self._waiting, what)

    def _waiting(self, what: str) -> None:
        """What takes so long, while there is nothing else to see."""
        if self.app.session is None:
            self.app.status.say(f"{what} …")

    def _prepared(self, debugger: Debugger) -> None:
        """Questions about memory are answered at once from now on."""
        session = self.app.session
        if session is not None and session.debugger.trace is debugger.trace:
            session.take_over(debugger)

    def _recorded(self, boot: Recording) -> None:
        """The boot begins, or it is complete."""
        self.app.boot = boot
        if self._looking is None:
            self._looking = self.app.set_interval(FIRST_LOOK, self._look)
        self._look()

    def _look(self) -> None:
        """Show how far the recording is; stop looking when it is complete."""
        app, looking = self.app, self._looking
        if app.boot is None or looking is None or not len(app.boot.trace):
            return
        finished = app.boot.trace.finished
        if app.session is None:
            app.session = begin(app, app.boot)
            app.ahead.begun()
            looking.stop()
            looking = self._looking = app.set_interval(LOOK_EVERY, self._look)
        app.show()
        if finished:
            looking.stop()
            # A trace is for good: to look for garbage in a million events would stop the screen for a second.
            gc.freeze()
            complete(app, app.session)
            app.run_worker(app.ahead.release())

"""The thread that reads a machine and runs its boot, and what the app is told of how far it is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from ...model.base.errors import InputError
from ...model.files.progress import told_to
from ...model.language.words import tr
from .startup import begin, complete

if TYPE_CHECKING:
    from ...model.debugger.debugger import Debugger
    from ...model.source.trace_source import Cancelled
    from ..session.player import Stoppable
    from ..session.recording import Recording
    from .host import Host

FIRST_LOOK, LOOK_EVERY = 0.03, 0.3
"""Seconds between two looks at how far the recording is: until there is something to see, and after that."""

PATIENCE = 0.5
"""Seconds that a boot waits for its beginning to be on the screen."""


class Recorder:
    """Records what `load` reads, for an application that shows what there is already.  It is to open at the
    position named `at`; `kept_in` is the directory for what is kept between runs."""

    def __init__(self, host: Host, load: Callable[[], Recording], at: str, kept_in: Path | None) -> None:
        self.host = host
        self.load = load
        self.at = at
        self.kept_in = kept_in
        self._looking: Stoppable | None = None
        self._is_complete = False
        self._length = 0
        """The events that are on the screen."""
        self._said = ""
        """What was said of the recording last: it is said on, unless something else was said since."""
        self._shown = Event()

    def start(self) -> None:
        """Begin, in a thread."""
        self.host.in_thread(self._record, "recording")

    def _record(self, cancelled: Cancelled) -> None:
        tell = self.host.call_later
        try:
            with told_to(self._tell):
                boot = self.load()
            tell(self._recorded, boot)
            boot.run(self._waiting_to_be_shown(boot, cancelled))
        except InputError as error:
            tell(self._failed, str(error))
        except Exception as error:  # what was recorded until then is still worth looking at
            tell(self._failed, self.host.failures.sentence(error, tr("recording this boot")))
        else:
            tell(self._recorded, boot)
            tell(self._ended, boot)
            tell(self._prepared, boot.prepared())

    def _waiting_to_be_shown(self, boot: Recording, cancelled: Cancelled) -> Cancelled:
        """Whether a boot is cancelled, which is asked now and then.  At its first line it waits until that is
        on the screen: of two threads that compute, each takes twice as long."""

        def asked() -> bool:
            if not self._shown.is_set() and len(boot.trace):
                self.host.call_later(self._look)
                self._shown.wait(PATIENCE)
                self._shown.set()
            return cancelled()

        return asked

    def shown(self) -> None:
        """The beginning of the boot is on the screen: it goes on."""
        self._shown.set()

    def _failed(self, sentence: str) -> None:
        """No boot, or no more of it."""
        gc.enable()
        if self.host.session is None:
            self.host.ahead.give_up()
        self.host.complain(sentence)

    def _tell(self, what: str) -> None:
        self.host.call_later(self._waiting, what)

    def _waiting(self, what: str) -> None:
        """What takes so long, while there is nothing else to see."""
        if self.host.session is None:
            self.host.status.say(f"{what} …")

    def _prepared(self, debugger: Debugger) -> None:
        """Questions about memory are answered at once from now on."""
        session = self.host.session
        if session is not None and session.debugger.trace is debugger.trace:
            session.take_over(debugger)

    def _ended(self, boot: Recording) -> None:
        """Say why the recording is over, where that is not plain."""
        if boot.ending():
            self.host.status.say(boot.ending(), "stop")

    def _say_on(self, boot: Recording) -> None:
        """Say what the recording is at, unless something else was said since."""
        status = self.host.status
        if boot.told() and status.sentence == self._said:
            status.say(boot.told())
            self._said = status.sentence

    def _recorded(self, boot: Recording) -> None:
        """The boot begins, or it is complete."""
        self.host.boot = boot
        if self._looking is None:
            self._looking = self.host.set_interval(FIRST_LOOK, self._look)
        self._look()

    def _look(self) -> None:
        """Show how far the recording is; stop looking when it is complete."""
        host, looking = self.host, self._looking
        if host.boot is None or looking is None or not len(host.boot.trace):
            return
        length, finished = len(host.boot.trace), host.boot.trace.finished
        if host.session is None:
            host.session = begin(host, host.boot, self.at, self.kept_in)
            host.ahead.begun()
            self._said = host.status.sentence
            looking.stop()
            looking = self._looking = host.set_interval(LOOK_EVERY, self._look)
        if length != self._length or finished:
            self._length = length
            host.show()
            host.call_after_refresh(self.shown)
        if not finished:
            self._say_on(host.boot)
        elif not self._is_complete:
            self._is_complete = True
            looking.stop()
            # A trace is for good: to look for garbage in a million events would stop the screen for a second.
            gc.freeze()
            gc.enable()
            complete(host, host.session, self.at)
            host.in_background(host.ahead.release(), "recorded")

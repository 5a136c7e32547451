"""Recording a live kernel without a screen: how far it is goes to standard error, and signals end it in such
a way that what was recorded is kept."""

from __future__ import annotations

import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread
from types import FrameType

from ....boots.live.run import LiveRun
from ....model.base.errors import InputError
from ....model.language.words import tr
from ..headless import say

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
TELL_EVERY = 3.0
"""Seconds between two sentences on how far it is."""
LOOK_EVERY = 0.2
"""Seconds after which a signal is noticed at the latest."""


class Told:
    """Says now and then what a recording is at.  One thread tells, another looks whether it is time to say
    it."""

    def __init__(self) -> None:
        self._next = 0.0
        self._sentence = ""

    def __call__(self, sentence: str) -> None:
        self._sentence = sentence

    def look(self) -> None:
        """Say the last one, if it was not said yet and it is time."""
        if self._sentence and time.monotonic() >= self._next:
            self._next = time.monotonic() + TELL_EVERY
            sentence, self._sentence = self._sentence, ""
            say(sentence)


class Recorded:
    """What became of a recording: the `error` that ended it and the last `signal` that came, if any did."""

    def __init__(self, run: LiveRun) -> None:
        self.run = run
        self.error: BaseException | None = None
        self.signal = 0
        self._signals = 0

    def record(self) -> None:
        """Prepare and record, in a thread: only this one hears of signals.  Raises what is no
        `InputError`."""
        self.run.progress = told = Told()
        thread = Thread(target=self._work, name="recording")
        with self._heard():
            thread.start()
            while thread.is_alive():
                thread.join(LOOK_EVERY)
                told.look()
        if self.error is not None and not isinstance(self.error, InputError):
            raise self.error

    def _work(self) -> None:
        try:
            self.run.prepare()
            self.run.run()
        except BaseException as error:
            self.error = error

    @contextmanager
    def _heard(self) -> Generator[None]:
        """Signals end the recording as long as it goes on."""
        if current_thread() is not main_thread():
            yield
            return
        before = {number: signal.signal(number, self._end) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        """The first one stops it; the second takes its QEMU away; then there is no more waiting."""
        self.signal = number
        self._signals += 1
        if self._signals == 1:
            say(tr("stopping; once more ends the target at once"))
            self.run.stop()
        elif self._signals == 2:
            self.run.close()
        else:
            raise KeyboardInterrupt

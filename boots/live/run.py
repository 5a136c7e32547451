"""`LiveRun`: a live kernel from its beginning to its end, with the QEMU that is started for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from msgspec.structs import replace

from ...model.base.errors import InputError
from ...model.language.words import tr
from ...model.source.facts import Facts
from ...model.source.kept_locals import KeepsLocals, KeptLocals
from ...model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from ...model.trace.events import Trace
from .entry import EnteredLate
from .options import LiveOptions, Stub
from .qemu.command import QemuCommand
from .qemu.process import Qemu
from .report import Ending, LiveReport
from .source import LiveSource

PATIENCE = 0.3
"""Seconds that QEMU has to end after it has closed its stub: only then there is something to say."""
Make = Callable[[LiveOptions], LiveSource]
"""Makes a source of a live kernel; neither reads nor connects yet."""


def _nobody(sentence: str) -> None:
    """Nobody listens."""


class LiveRun:
    """A `TraceSource`: a kernel that is named by `options`, in the QEMU that a `command` starts, or behind
    the stub that the options name.  `make` makes its source.

    It is prepared, then run, each by any thread; `stop` ends both from another thread.  QEMU is ended with
    the recording, or when this is closed.
    """

    def __init__(self, options: LiveOptions, make: Make, command: QemuCommand | None = None) -> None:
        self.options = options
        self.progress: Callable[[str], None] = _nobody
        """Who is told, in a sentence, what it is at."""
        self._make = make
        self._command = command
        self._qemu: Qemu | None = None
        self._source: LiveSource | None = None
        self._is_prepared = False
        self._stopped = Event()
        self._last_words = ""

    # ---- its way ----

    def prepare(self, cancelled: Cancelled = never) -> None:
        """Start QEMU, connect to the stub, find the kernel.  Raises `InputError`; nothing is left running
        then."""
        asked = self._asked(cancelled)
        try:
            self._prepare(asked)
        except InputError as error:
            self._look_at_qemu()
            self.close()
            if self._last_words and not self._stopped.is_set():
                raise InputError(self._last_words) from error
            raise
        except BaseException:
            self.close()
            raise

    def _prepare(self, asked: Cancelled) -> None:
        stub = self.options.stub if self._command is None else self._started(self._command, asked)
        source = self._source = self._make(replace(self.options, stub=stub))
        source.progress = self._tell
        if not asked():
            try:
                source.prepare(asked)
            except EnteredLate as late:
                self._again(late.load_address, asked)
        if asked():
            raise InputError(tr("it was stopped before the kernel was found"))
        self._is_prepared = True

    def _again(self, entry: int, asked: Cancelled) -> None:
        """Start anew, now that it is known where the kernel is entered."""
        self._tell(tr("the kernel is entered at {entry:#x}: starting again, to see that", entry=entry))
        self.close()
        self.options = replace(self.options, entry=entry)
        self._prepare(asked)

    def _started(self, command: QemuCommand, asked: Cancelled) -> Stub:
        self._tell(tr("starting {program}", program=command.program))
        self._qemu = Qemu(command)
        return self._qemu.listening(asked)

    def run(self, cancelled: Cancelled = never) -> None:
        """Record, until there is no more, or it is stopped or cancelled.  Raises `InputError`."""
        try:
            self.source.run(self._asked(cancelled))
        finally:
            if self.source.report().ending in (Ending.TARGET_GONE, None):
                self._look_at_qemu()
            self.close()
            if not self.trace.finished:
                self.trace.finish()

    def stop(self) -> None:
        """Record no more; what is recorded stays."""
        self._stopped.set()

    def close(self) -> None:
        """End QEMU, if it is ours.  May be called again."""
        if self._qemu is not None:
            self._qemu.close()

    def _asked(self, cancelled: Cancelled) -> Cancelled:
        return lambda: self._stopped.is_set() or cancelled()

    def _tell(self, sentence: str) -> None:
        self.progress(sentence)

    def _look_at_qemu(self) -> None:
        """Keep what it said if it has ended by itself."""
        if self._qemu is not None and not self._last_words:
            self._last_words = self._qemu.last_words(PATIENCE)

    # ---- what is known of it ----

    @property
    def is_prepared(self) -> bool:
        """Whether it has come so far that there is something to look at."""
        return self._is_prepared

    @property
    def source(self) -> LiveSource:
        """The source, once it is being prepared."""
        assert self._source is not None, "a live kernel is looked at before it is prepared"
        return self._source

    @property
    def facts(self) -> Facts:
        """What is known of it once it is prepared."""
        return self.source.facts

    @property
    def trace(self) -> Trace:
        """The events, as many as there are by now."""
        return self.source.trace

    def report(self) -> LiveReport:
        """How it goes, or went; with what QEMU said if that is what ended it."""
        report = self.source.report()
        if report.ending is not Ending.TARGET_GONE or not self._last_words:
            return report
        return replace(report, ending_words=self._last_words)

    def outcome(self) -> Outcome:
        """What is known when it is over."""
        return self.source.outcome()

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """The local variables at a position, as far as they were recorded."""
        return self.source.locals_at(position, cancelled)

    def kept_locals(self) -> KeptLocals | None:
        """All local variables that were recorded."""
        return self.source.kept_locals() if isinstance(self.source, KeepsLocals) else None

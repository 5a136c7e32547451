"""`LiveBoot`: a kernel that really runs, recorded through a stub."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from ...model.arch.arches import ARCHES
from ...model.base.errors import InputError
from ...model.language.words import tr
from ...model.source.kept_locals import KeptLocals
from ...model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from ...model.trace.events import Trace
from ...model.trace.writer import TraceWriter
from ..core.inputs import Machine
from ..live.entry import U64
from ..live.facts import before_it_runs, facts_of_live, memory_model_of
from ..live.finding import Found, connected, find
from ..live.functions.call_lines import tell_lines
from ..live.functions.choosing import watched_functions
from ..live.inputs.reading import read_at_end
from ..live.inputs.records import LiveInputs, files_of
from ..live.inputs.writing import machine_of, write_machine
from ..live.locals.frames import KernelFrames, frames_of
from ..live.locals.moments import Moments
from ..live.locals.reading import LiveLocals
from ..live.options import UNTIL, LiveOptions
from ..live.patience import NobodyWaits, Patience
from ..live.quiet import Quiet, before_the_kernel, in_the_kernel
from ..live.reading.log import LogReader
from ..live.reading.state import StateReader
from ..live.recorder.call_places import CallPlaces
from ..live.recorder.page_tables import PageTableReader
from ..live.recorder.recorder import Recorder
from ..live.recorder.seen import Seen
from ..live.recorder.watch import Watch
from ..live.report import Ending, LiveReport
from ..remote.target import RemoteError, Target

PAGE_SHIFT = 12
"""Of a kernel whose configuration nobody tells."""


def _nobody(sentence: str) -> None:
    """Nobody listens."""


class LiveBoot:
    """A `TraceSource`: the kernel that `options` name.  It is prepared, then run; the thread that does so may
    be another each time.  What was recorded stays, whatever ends the recording."""

    def __init__(self, options: LiveOptions) -> None:
        self.options = options
        self.trace = Trace()
        self.facts = before_it_runs(options)
        """What is known of it; more once it is prepared."""
        self.progress: Callable[[str], None] = _nobody
        """Who is told, in a sentence, what it is at."""
        self._loop = asyncio.new_event_loop()
        self._target: Target | None = None
        self._found: Found | None = None
        self._recorder: Recorder | None = None
        self._locals: LiveLocals | None = None
        self._report = LiveReport()
        self._missing: list[str] = []
        self._remarks: list[Callable[[], list[str]]] = []
        self._began = time.monotonic()
        self._told = 0

    # ---- its way ----

    def prepare(self, cancelled: Cancelled = never) -> None:
        """Connect to the stub, find the kernel, and let it go to where its recording begins.  Raises
        `InputError`."""
        self._began = time.monotonic()
        patience = Patience(cancelled, self.options.time_limit, self._is_waited_for)
        try:
            self._loop.run_until_complete(self._prepare(patience))
        except NobodyWaits as over:
            words = tr("the kernel was not entered before that")
            raise InputError(f"{over.ending.value}: {words}") from None

    async def _prepare(self, patience: Patience) -> None:
        self._target = await connected(self.options)
        try:
            self._found = await find(self._target, self.options, patience, self.progress)
        except BaseException:
            await self._target.close()
            raise

    def run(self, cancelled: Cancelled = never) -> None:
        """Record until the function returns that ends it, or something else does.  Raises `InputError` only
        if nothing could be recorded."""
        if self._found is None:
            self.prepare(cancelled)
        assert self._found is not None
        try:
            self._loop.run_until_complete(self._record(self._found, cancelled))
        finally:
            self._tell_lines(self._found)
            self.trace.finish()
            self._loop.close()

    async def _record(self, found: Found, cancelled: Cancelled) -> None:
        left = None
        if self.options.time_limit is not None:
            left = self.options.time_limit - (time.monotonic() - self._began)
        recorder: Recorder | None = None
        try:
            recorder = self._recorder = await self._begun(found, Patience(cancelled, left, self._is_quiet))
            if await self._is_handed_over(found):
                recorder.ending = Ending.HANDOVER
                await recorder.seen.last()
            else:
                await recorder.run()
            await self._read_at_end(found)
        except RemoteError as error:
            self._end(Ending.TARGET_GONE, str(error))
        else:
            self._end(recorder.ending, recorder.ending_words)
        finally:
            await found.target.close()

    async def _is_handed_over(self, found: Found) -> bool:
        """Whether a kernel that ran already has nothing left to be recorded: its pages are counted when they
        are given away (``_totalram_pages``)."""
        if not found.entry.late or self.options.until != UNTIL:
            return False
        if not await found.memory.variable("_totalram_pages"):
            return False
        self._missing.append(
            tr("the calls: {function} had returned before anybody looked", function=self.options.until)
        )
        return True

    async def _read_at_end(self, found: Found) -> None:
        """What comes to the inputs last; the recording is whole without."""
        try:
            await read_at_end(found.memory, found.inputs, self._log())
        except RemoteError as error:
            self._missing.append(str(error))

    def _tell_lines(self, found: Found) -> None:
        """Let the places of calls have their lines in the kernel's source, where its own file tells them."""
        if self._recorder is None or not self.options.kernel:
            return
        self.progress(tr("reading the lines of its calls"))
        places, watch = self._recorder.places, self._recorder.watch
        landmarks = {
            each.file: each.entries[0] - found.moved & U64
            for each in watch.functions
            if each.file and not each.code
        }
        try:
            tell_lines(self.trace.sites, places.returns, Path(self.options.kernel), landmarks)
        except InputError as error:
            self._report = replace(self._report, missing=(*self._report.missing, str(error)))

    async def _begun(self, found: Found, patience: Patience) -> Recorder:
        """What records it, once the state before its first step is known."""
        kernel = found.kernel
        shape = memory_model_of(found)
        reader = StateReader(found.memory, found.arch.own, found.entry.load_address, kernel.layout, shape)
        log = LogReader(found.memory)
        arch = ARCHES[found.arch.name]
        chosen = watched_functions(found, self.options, self.trace)
        mapping = found.arch.mapping | {each.name for each in chosen.functions if each.is_walked}
        tables = PageTableReader(found.target, found.memory, found.arch.trees, mapping, arch)
        frames = frames_of(self.options.kernel)
        moments = self._moments(found, frames) if frames is not None else None
        self.facts = facts_of_live(found, self.options, has_page_tables=True, has_locals=frames is not None)
        writer = TraceWriter(self.trace)
        seen = Seen(found.target, arch.state(), writer, reader, log, (tables,))
        code = (address + found.moved & U64 for address in found.kernel.symbols.values())
        watch = Watch(chosen.functions, found.arch.calls, self.options.until, code, found.arch.early)
        self._missing = [*chosen.missing, *reader.missing, *([log.why_not] if log.why_not else [])]
        told = [moments.remarks] if moments is not None else []
        self._remarks = [log.remarks, tables.remarks, reader.remarks, *told]
        self._report = self._begun_report(found, chosen.known, len(chosen.functions))
        await seen.look()
        reader.settle(seen.state, kernel.release, kernel.layout.page_shift if kernel.layout else PAGE_SHIFT)
        seen.begin()
        places = CallPlaces(kernel.symbols, found.moved)
        return Recorder(watch, seen, writer, places, patience, self.options.event_limit, self._tell, moments)

    def _moments(self, found: Found, frames: KernelFrames) -> Moments:
        """Keeps what the local variables are found by."""
        moments = Moments(found.arch.calls)
        self._locals = LiveLocals(self.trace, moments, frames.at, found.moved)
        return moments

    def _tell(self, recorder: Recorder) -> None:
        """Say now and then how far it is."""
        if recorder.stops >= self._told + 50:
            self._told = recorder.stops
            self.progress(tr("recording: {events:,} events", events=len(self.trace)))

    def _is_waited_for(self, quiet: Quiet) -> None:
        self.progress(before_the_kernel(quiet))

    def _is_quiet(self, quiet: Quiet) -> None:
        assert self._found is not None
        symbols, moved = self._found.kernel.symbols, self._found.moved
        self.progress(in_the_kernel(quiet, symbols, moved, self.options.ended_by))

    def _log(self) -> str:
        return "\n".join(map(self.trace.log_text, self.trace.logs))

    # ---- what is known of it ----

    def _begun_report(self, found: Found, known: int, watched: int) -> LiveReport:
        return LiveReport(
            release=found.kernel.release,
            banner=found.kernel.banner,
            architecture=found.arch.name,
            load_address=found.entry.load_address,
            moved=found.moved,
            watched=watched,
            known=known,
            missing=tuple(self._missing),
        )

    def _end(self, ending: Ending | None, words: str) -> None:
        if self._recorder is not None and self._recorder.breakpoints.in_turns:
            waited = self._recorder.breakpoints.waited
            self._missing.append(
                tr("the stub has not room for all breakpoints: {count} functions took turns", count=waited)
            )
        self._missing += [words for remarks in self._remarks for words in remarks()]
        self._report = replace(self.report(), ending=ending, ending_words=words, missing=tuple(self._missing))

    def report(self) -> LiveReport:
        """How it goes, or went."""
        recorder = self._recorder
        if recorder is None or self._report.ending is not None:
            return self._report
        return replace(self._report, stops=recorder.stops, seconds=time.monotonic() - self._began)

    def outcome(self) -> Outcome:
        """What could not be recorded, and why."""
        return Outcome(remarks=self._report.missing)

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """The local variables of the functions that are open at a position, as far as DWARF tells where they
        are; () if it tells nothing, or the kernel's file cannot be read any more."""
        with suppress(InputError):
            return self._locals.at(position) if self._locals is not None else ()
        return ()

    def kept_locals(self) -> KeptLocals | None:
        """All local variables that were recorded; None if there are none, or the kernel's file cannot be read
        any more."""
        with suppress(InputError):
            return self._locals.kept() if self._locals is not None else None
        return None

    # ---- what it was given ----

    @property
    def inputs(self) -> LiveInputs:
        """What the boot loader and firmware gave it.  Raises `InputError` if nobody saw that."""
        if self._found is None or not self._found.inputs.files:
            raise InputError(tr("what the kernel was given was not seen: it was already running"))
        return self._found.inputs

    def save_machine(self, directory: Path) -> list[str]:
        """Write it as a machine that the model can play, into a new directory; returns the names of the
        files.  Raises `InputError`."""
        inputs = self.inputs
        assert self._found is not None
        return write_machine(directory, inputs, files_of(self._found.kernel))

    def machine(self, folder: Path, kernel: Machine | None = None) -> Machine:
        """The same machine for the model, with its own kernel or that of another one; its files are below
        `folder` as long as it is used.  Raises `InputError`."""
        inputs = self.inputs
        assert self._found is not None
        return machine_of(inputs, kernel or files_of(self._found.kernel), folder)

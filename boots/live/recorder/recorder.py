"""`Recorder`: lets a kernel run from one function to the next, and writes what it did into a trace."""

from __future__ import annotations

from collections.abc import Callable

from ....model.language.words import tr
from ....model.trace.events import TraceFull
from ....model.trace.writer import TraceWriter
from ...remote.target import Ended
from ..calling import Stood
from ..locals.moments import Moments
from ..patience import NobodyWaits, Patience
from ..report import Ending
from .breakpoints import Breakpoints
from .call_places import CallPlaces
from .calls import OpenCall, OpenCalls
from .panicking import PANIC, panic_words
from .seen import Seen
from .standing import Standing, read_standing
from .watch import START, Registers, Watch, Watched


class Recorder:
    """Records from where the kernel stands until a function returns.

    `watch` has the functions, `seen` reads the state and the log, `writer` writes into the trace, `places`
    names where calls are made; `told` is called at each stop.  `moments` keeps what local variables are found
    by, None if nobody tells where these are.  `ending` is why it is over, with `ending_words`; `stops` counts
    how often the target stood.
    """

    def __init__(
        self,
        watch: Watch,
        seen: Seen,
        writer: TraceWriter,
        places: CallPlaces,
        patience: Patience,
        event_limit: int | None = None,
        told: Callable[[Recorder], None] = lambda recorder: None,
        moments: Moments | None = None,
    ) -> None:
        self.watch = watch
        self.seen = seen
        self.writer = writer
        self.places = places
        self.breakpoints = Breakpoints(seen.target)
        self.ending: Ending | None = None
        self.ending_words = ""
        self.stops = 0
        self._patience = patience
        self._event_limit = event_limit
        self._told = told
        self._moments = moments
        self._calls = OpenCalls()
        self._begun: set[int] = set()

    async def run(self) -> None:
        """Record.  Raises `RemoteError` if the stub cannot be used any more; what was recorded until then
        stays."""
        try:
            await self.breakpoints.watch(self.watch.first())
            await self._at_stop()
            while self.ending is None:
                await self._go_on()
        except NobodyWaits as over:
            self.ending = over.ending
            await self.seen.last()
        except TraceFull:
            self.ending = Ending.EVENT_LIMIT

    async def _go_on(self) -> None:
        """To the next stop."""
        ending = self._patience.ending()
        if ending is None and self._event_limit is not None and len(self.writer.trace) >= self._event_limit:
            ending = Ending.EVENT_LIMIT
        if ending is not None:
            raise NobodyWaits(ending)
        stop = await self._patience.resume(self.seen.target)
        if isinstance(stop, Ended):
            self.ending, self.ending_words = Ending.TARGET_GONE, stop.words
        else:
            await self._at_stop()

    async def _at_stop(self) -> None:
        """The kernel stands: write what has happened since it stood last, and what happens here."""
        self.stops += 1
        await self.breakpoints.put_back()
        registers, read = await self.seen.target.look(self.seen.ranges())
        size = self._stack_size(self.watch.convention.place(registers))
        standing = await read_standing(self.seen.target, self.watch, registers, size)
        if self._starts_again(standing.function):
            self.ending, self.ending_words = Ending.TARGET_GONE, tr("the machine has started again")
            return
        over = self._over(standing)
        await self.seen.news(read, self._changing(standing.function, over))
        for _ in range(over):
            await self._returned(registers)
        for _ in range(self._calls.passed_by(standing.inside, self.watch.owner)):
            await self._returned(registers)
        enter = None
        if standing.function is not None and self.ending is None:
            enter = await self._entered(standing, standing.function)
        if self._moments is not None:
            entered = enter if standing.is_called else None
            self._moments.add(len(self.writer.trace), registers, standing.stack, entered)
        self._told(self)

    def _stack_size(self, place: Stood) -> int:
        """How much to read of the stack: what the open functions have of it, if anybody looks for that."""
        return (
            self._moments.stack_size(place.stack, self._calls.outermost()) if self._moments is not None else 0
        )

    def _starts_again(self, function: Watched | None) -> bool:
        """Whether a boot begins there, which began before."""
        return function is not None and self.watch.begins(function) and function.number in self._begun

    def _over(self, standing: Standing) -> int:
        """How many of the innermost calls are over."""
        over = self._calls.over_at(standing.place.pc, standing.place.stack)
        if standing.function is not None and not over:
            over = self._calls.left_behind(standing.place.stack)
        return over

    def _changing(self, function: Watched | None, over: int) -> list[str]:
        """The functions that begin and end here and may change more than memblock."""
        here = [call.function for call in self._calls.innermost(over)]
        return [each.name for each in (*here, *([function] if function else ())) if each.is_read_whole]

    async def _returned(self, registers: Registers) -> None:
        """The innermost open call is over."""
        call = self._calls.pop()
        self.writer.leave(call.function.result(registers), call.place)
        if call.until is not None:
            await self.breakpoints.returned(call.until)
        if call.function.name == self.watch.until:
            self.ending = Ending.HANDOVER

    async def _entered(self, standing: Standing, function: Watched) -> int:
        """A function begins; returns its event."""
        self._begun.add(function.number)
        pc, back = standing.place.pc, standing.back
        place = self.places.of_call(back) if standing.is_called else self.places.of_inlined(pc)
        enter = self.writer.enter(function.number, standing.arguments, place)
        if function.name == PANIC:
            self.ending = Ending.PANIC
            self.ending_words = await panic_words(self.seen, self._patience)
            self.writer.panic(self.ending_words)
            return enter
        until = back if standing.is_called else None
        self._calls.push(OpenCall(function, until, standing.place.stack, place))
        if function.is_once:
            await self.breakpoints.forget(function.entries)
        await self.breakpoints.entered(pc, self.watch.is_met_again(function))
        if function.name == START:
            await self.breakpoints.watch(self.watch.later())
        if until is not None:
            await self.breakpoints.expect(until)
        return enter

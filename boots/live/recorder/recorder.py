"""`Recorder`: lets a kernel run from one function to the next, and writes what it did into a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ....model.language.words import tr
from ....model.trace.events import TraceFull
from ....model.trace.writer import TraceWriter
from ...remote.target import Ended, Range
from ..calling import Stood
from ..locals.moments import Moments
from ..memory import WORD
from ..patience import NobodyWaits, Patience
from ..report import Ending
from .breakpoints import Breakpoints
from .call_places import CallPlaces
from .calls import OpenCall, OpenCalls
from .panicking import PANIC, panic_words
from .seen import Seen
from .watch import START, Registers, Watch, Watched

LONGEST_TEXT = 64
"""Bytes of a C string that is an argument."""


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
        where = self.watch.convention.place(registers)
        function = self.watch.at(where.pc)
        if function is not None and self.watch.begins(function) and function.number in self._begun:
            self.ending, self.ending_words = Ending.TARGET_GONE, tr("the machine has started again")
            return
        over = self._calls.over_at(where.pc, where.stack)
        if function is not None and not over:
            over = self._calls.left_behind(where.stack)
        arguments = function.arguments(registers) if function is not None else ()
        beside = _beside(function, arguments, where, self.watch.convention.link) if function else []
        beside += self._stack(where)
        answers = await self.seen.target.read(beside) if beside else []
        stack = answers.pop() if self._moments is not None else None
        await self.seen.news(read, self._changing(function, over))
        for _ in range(over):
            await self._returned(registers)
        back = _return_address(self.watch.convention.link, registers, answers) if function else 0
        is_inlined = function is not None and bool(function.code)
        is_called = function is not None and not is_inlined
        for _ in range(self._calls.passed_by(back - 1 if is_called else where.pc, self.watch.owner)):
            await self._returned(registers)
        enter = None
        if function is not None and self.ending is None:
            enter = await self._entered(function, arguments, back, where, answers)
        if self._moments is not None:
            self._moments.add(len(self.writer.trace), registers, stack, None if is_inlined else enter)
        self._told(self)

    def _stack(self, where: Stood) -> list[Range]:
        """What to read of the stack: what the open functions have of it, if anybody looks for that."""
        if self._moments is None:
            return []
        return [Range(where.stack, self._moments.stack_size(where.stack, self._calls.outermost()))]

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

    async def _entered(
        self,
        function: Watched,
        arguments: tuple[Any, ...],
        back: int,
        where: Stood,
        answers: Sequence[bytes | None],
    ) -> int:
        """A function is called, which returns to the address `back`; returns its event."""
        self._begun.add(function.number)
        texts = {index: _text(data) for index, data in zip(function.texts, answers, strict=False)}
        given = tuple(texts.get(index) or value for index, value in enumerate(arguments))
        place = self.places.of_inlined(where.pc) if function.code else self.places.of_call(back)
        enter = self.writer.enter(function.number, given, place)
        if function.name == PANIC:
            self.ending = Ending.PANIC
            self.ending_words = await panic_words(self.seen, self._patience)
            self.writer.panic(self.ending_words)
            return enter
        until = None if function.code else back
        self._calls.push(OpenCall(function, until, where.stack, place))
        if function.is_once:
            await self.breakpoints.forget(function.entries)
        await self.breakpoints.entered(where.pc, self.watch.is_met_again(function))
        if function.name == START:
            await self.breakpoints.watch(self.watch.later())
        if until is not None:
            await self.breakpoints.expect(until)
        return enter


def _beside(function: Watched, arguments: Sequence[Any], where: Stood, link: str) -> list[Range]:
    """What else to read where a function is entered: texts that it is given, and then its return address if
    that is on the stack."""
    texts = [arguments[index] for index in function.texts]
    found = [Range(at if isinstance(at, int) else 0, LONGEST_TEXT) for at in texts]
    return found if link else [*found, Range(where.stack, WORD)]


def _text(data: bytes | None) -> str:
    return (data or b"").partition(b"\0")[0].decode("ascii", "replace")


def _return_address(link: str, registers: Registers, answers: Sequence[bytes | None]) -> int:
    if link:
        return registers.get(link, 0)
    return int.from_bytes((answers[-1] if answers else None) or b"", "little")

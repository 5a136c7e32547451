"""Letting a target run and step, and why it stands again."""

from __future__ import annotations

from ....model.language.words import tr
from ..target import Ended, RemoteError, Stop, Stopped
from ..wire.connection import Connection
from .breakpoints import Breakpoints
from .cpu import Cpu
from .stops import is_of_watchpoint, stop_of

INTERRUPTED, TRAPPED = 2, 5
"""Signals: somebody asked it to stop; a breakpoint or a step."""


class Running:
    """Runs a target that stands, around the breakpoint it stands on.

    `steps_past` is whether its stub lets a step do an instruction that has a
    breakpoint, which is tried once before it is believed.
    """

    def __init__(
        self,
        connection: Connection,
        breakpoints: Breakpoints,
        cpu: Cpu,
        steps_past: bool,
    ) -> None:
        self._connection = connection
        self._breakpoints = breakpoints
        self._cpu = cpu
        self._steps_past = steps_past
        breakpoints.when_late = self.interrupt
        self._tried = False
        self._actions = False
        self._busy = False
        self._halt = False
        self._crossed = False
        self._watchpoint = False
        """Whether the last stop was a watchpoint's."""
        self._probed = False
        self.stood_at: int | None = None
        self.thread = ""

    async def begin(self, standing: bytes) -> Stopped:
        """Learn how it is run; `standing` is why it stands, as the stub says it.  Raises `RemoteError`."""
        stop = self._read(standing)
        if isinstance(stop, Ended):
            raise RemoteError(
                tr("{where}: the target is gone: {words}", where=self._connection.where, words=stop.words)
            )
        if stop.thread:
            await self._connection.one(b"Hg" + stop.thread.encode())
        actions = (await self._connection.one(b"vCont?")).split(b";")
        self._actions = b"c" in actions and b"s" in actions and actions[0] == b"vCont"
        return stop

    async def resume(self) -> Stop:
        """As `Target.resume`."""
        self._begin()
        try:
            here = await self._breakpoint_here()
            if here is not None:
                stop = await self._past(here)
                if not isinstance(stop, Stopped) or stop.signal != TRAPPED or self._watchpoint:
                    return stop
            if self._halt:
                return Stopped(INTERRUPTED, None, self.thread)
            stop = await self._go(step=False)
            while await self._was_probed(stop):
                stop = await self._go(step=False)
            return stop
        finally:
            self._busy = False

    async def step(self) -> Stop:
        """As `Target.step`."""
        self._begin()
        try:
            here = await self._breakpoint_here()
            return await (self._go(step=True) if here is None else self._past(here))
        finally:
            self._busy = False

    def interrupt(self) -> None:
        """As `Target.interrupt`."""
        if self._busy:
            self._halt = True
            self._connection.interrupt()

    def probe(self) -> None:
        """As `Target.probe`."""
        if self._connection.running:
            self._probed, self.stood_at = True, None
            self._connection.probe()

    async def _was_probed(self, stop: Stop) -> bool:
        """Whether it stands only because it was probed, and is to run on: some stubs call that a trap, and it
        may have come to a breakpoint just then."""
        if not self._probed or not isinstance(stop, Stopped):
            return False
        self.stood_at = pc = await self._cpu.pc()
        return not (self._halt or self._watchpoint or pc in self._breakpoints)

    def _begin(self) -> None:
        """It will run, until somebody asks for a stop."""
        if self._busy:
            raise self._connection.runs()
        self._busy, self._halt = True, False

    async def _breakpoint_here(self) -> int | None:
        """The breakpoint that it stands on; None if it stands on none."""
        pc = await self._cpu.pc() if len(self._breakpoints) else None
        return pc if pc in self._breakpoints else None

    async def _past(self, pc: int) -> Stop:
        """Do the one instruction that has a breakpoint, without that."""
        if self._steps_past:
            stop = await self._go(step=True)
            if self._tried or not isinstance(stop, Stopped) or stop.signal != TRAPPED:
                return stop
            self._tried = True
            self._steps_past = await self._cpu.pc() != pc
            if self._steps_past or self._halt:
                return stop
        await self._breakpoints.lift(pc)
        stop = await self._go(step=True)
        if isinstance(stop, Stopped):
            await self._breakpoints.put_back(pc)
        return stop

    async def _go(self, step: bool) -> Stop:
        """Run or step, until it stands."""
        connection, thread = self._connection, self.thread.encode()
        if self._crossed:  # an answer to our interrupt may still come: it is here before this one's
            self._crossed = False
            await connection.one(b"qC")
        if self._actions:
            one = b":" + thread if thread else b""
            request = b"vCont;s" + one if step else b"vCont;c"
        else:
            await connection.one(b"Hc" + (thread if step and thread else b"0"))
            request = b"s" if step else b"c"
        if self._halt:  # while the stub was asked, somebody asked for a stop
            return Stopped(INTERRUPTED, None, self.thread)
        self._cpu.forget()
        self._probed = False
        answer = await connection.run(request)
        if answer[:1] in (b"E", b""):
            raise RemoteError(
                tr(
                    "{where}: the stub does not let the target run: {answer}",
                    where=connection.where,
                    answer=answer.decode("latin-1") or tr("it does not know how"),
                )
            )
        stop = self._read(answer)
        self._watchpoint = is_of_watchpoint(answer)
        if isinstance(stop, Stopped) and (self._halt or self._probed) and stop.signal != INTERRUPTED:
            self._crossed = True
        return stop

    def _read(self, answer: bytes) -> Stop:
        """What the stub says of a stop."""
        stop = stop_of(answer, self._cpu.pc_number)
        if stop is None:
            words = tr(
                "{where}: the stub says in a way that cannot be read why the target stands: {answer}",
                where=self._connection.where,
                answer=answer[:80].decode("latin-1"),
            )
            raise RemoteError(words)
        if isinstance(stop, Stopped) and stop.thread:
            self.thread = stop.thread
        return stop

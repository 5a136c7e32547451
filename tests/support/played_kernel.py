"""A model's boot played as a kernel that runs behind a stub: it stops at breakpoints, and its registers and
memory are those that a real one would have there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from bootstep.boots.live.recorder.watch import Watched
from bootstep.boots.remote.target import Ended, RemoteError, Stop, Stopped
from bootstep.model.memory.state import Replica
from bootstep.model.trace.events import Kind, Trace

from .fake_memory import FakeTarget
from .kernel_bytes import Writer, write_memblock

CODE, RETURNS, STACK = 0xFFFF_8000_0800_0000, 0xFFFF_8000_0810_0000, 0xFFFF_8000_0B00_0000
FRAME = 64
"""Bytes of stack that each open call takes."""


class PlayedKernel(FakeTarget):
    """Plays the calls of the functions named `names` of a trace; it has room for some `breakpoints`, and the
    connection is lost after so many stops (None: never); it may boot twice."""

    def __init__(
        self,
        trace: Trace,
        names: tuple[str, ...],
        breakpoints: int = 1 << 20,
        lost_after: int | None = None,
        starts_again: bool = False,
    ) -> None:
        super().__init__()
        self.trace = trace
        self.names = names
        self.places: set[int] = set()
        self.position = 0
        self.pc = self.stack = 0
        self.interrupted = False
        self._room = breakpoints
        self._lost_after = lost_after
        self._replica = Replica(trace)
        self._registers: dict[str, int] = {}
        self._steps = chain(self._played(), self._played() if starts_again else ())
        self.writer = Writer(self)
        self._memory()

    # ---- what is where ----

    def address(self, name: str) -> int:
        return CODE + 0x100 * self.names.index(name)

    def return_address(self, name: str) -> int:
        return RETURNS + 0x100 * self.names.index(name)

    def watched(self, trace: Trace, names: tuple[str, ...] = ()) -> list[Watched]:
        """The functions, as a recording into `trace` watches them."""
        return [self._watched(trace, name) for name in names or self.names]

    def _watched(self, trace: Trace, name: str) -> Watched:
        function = self.trace.functions.named(name)[0]
        count = len(function.parameters)
        added = trace.functions.add(name, function.kernel_file, function.parameters)

        def arguments(registers: Mapping[str, int]) -> tuple[int, ...]:
            return tuple(registers[f"x{number}"] for number in range(count))

        def result(registers: Mapping[str, int]) -> int:
            return registers["x0"]

        return Watched(added.number, name, function.kernel_file, (self.address(name),), arguments, result)

    # ---- the boot ----

    def _played(self) -> Iterator[int]:
        """Goes from one place in the code to the next, and gives its address."""
        depth = 0
        for event in range(len(self.trace)):
            kind = self.trace.kind(event)
            if kind not in (Kind.ENTER, Kind.LEAVE) or self.trace.function(event).name not in self.names:
                continue
            name = self.trace.function(event).name
            if kind == Kind.ENTER:
                depth += 1
                numbers = [each if isinstance(each, int) else 0 for each in self.trace.payload(event)]
                self._registers = {f"x{at}": number for at, number in enumerate(numbers)}
                self._registers["x30"] = self.return_address(name)
                self.pc, self.position = self.address(name), event
            else:
                self.pc, self.position = self.return_address(name), event
                result = self.trace.payload(event)
                self._registers = {"x0": result if isinstance(result, int) else 0}
            self.stack = STACK - depth * FRAME
            if kind == Kind.LEAVE:
                depth -= 1
            yield self.pc

    def _memory(self) -> None:
        self._replica.move(self.position)
        write_memblock(self.writer, self._replica.state.memblock)

    def positions(self) -> Iterator[tuple[int, dict[str, int], int]]:
        """Goes through the boot: each place in the code, the registers there, and the event."""
        for pc in self._steps:
            yield pc, {"sp": self.stack, **self._registers}, self.position

    def show(self, position: int) -> None:
        """Let memory be as it is at an event."""
        if position != self._replica.position:
            self.position = position
            self._memory()

    # ---- the stub ----

    async def registers(self) -> Mapping[str, int]:
        return {"pc": self.pc, "sp": self.stack, **self._registers}

    async def resume(self) -> Stop:
        if self._lost_after is not None:
            self._lost_after -= 1
            if self._lost_after < 0:
                raise RemoteError("the connection was cut")
        for pc in self._steps:
            if pc in self.places:
                self._memory()
                return Stopped(5, pc)
        return Ended("exited with status 0")

    async def add_breakpoint(self, address: int) -> bool:
        if address not in self.places and len(self.places) >= self._room:
            return False
        self.places.add(address)
        return True

    async def remove_breakpoint(self, address: int) -> None:
        self.places.discard(address)

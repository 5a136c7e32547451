"""A model's boot played as a kernel that runs behind a stub: it stops at breakpoints, and its registers and
memory are those that a real one would have there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from bootstep.boots.live.recorder.watch import Watched
from bootstep.boots.remote.target import Ended, RemoteError, Stop, Stopped
from bootstep.model.memory.state import Replica
from bootstep.model.trace.events import Kind, Trace

from .fake_memory import FakeTarget
from .kernel_bytes import Writer, write_memblock
from .played_arches import ARM64, PlayedArch

FRAME = 64
"""Bytes of stack that each open call takes."""


class Played(NamedTuple):
    """A place in the code: its address, the registers there, what is on the stack, and the event."""

    pc: int
    registers: Mapping[str, int]
    on_stack: Mapping[int, bytes]
    event: int


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
        arch: PlayedArch = ARM64,
    ) -> None:
        super().__init__()
        self.arch = arch
        self.trace = trace
        self.names = names
        self.place = Played(0, {}, {}, 0)
        self.interrupted = False
        self.room = breakpoints
        self._lost_after = lost_after
        self._replica = Replica(trace)
        self._steps = chain(self._played(), self._played() if starts_again else ())
        self.writer = Writer(self)
        self._memory()

    # ---- what is where ----

    def address(self, name: str) -> int:
        return self.arch.code + 0x100 * self.names.index(name)

    def return_address(self, name: str) -> int:
        return self.arch.returns + 0x100 * self.names.index(name)

    def watched(self, trace: Trace, names: tuple[str, ...] = ()) -> list[Watched]:
        """The functions, as a recording into `trace` watches them."""
        return [self._watched(trace, name) for name in names or self.names]

    def _watched(self, trace: Trace, name: str) -> Watched:
        function = self.trace.functions.named(name)[0]
        count = len(function.parameters)
        added = trace.functions.add(name, function.kernel_file, function.parameters)

        def arguments(registers: Mapping[str, int]) -> tuple[int, ...]:
            return tuple(registers[name] for name in self.arch.calls.arguments[:count])

        def result(registers: Mapping[str, int]) -> int:
            return registers[self.arch.calls.result]

        return Watched(added.number, name, function.kernel_file, (self.address(name),), arguments, result)

    # ---- the boot ----

    def _played(self) -> Iterator[Played]:
        """Each place in the code, in their order."""
        depth = 0
        for event in range(len(self.trace)):
            kind = self.trace.kind(event)
            if kind not in (Kind.ENTER, Kind.LEAVE) or self.trace.function(event).name not in self.names:
                continue
            name, payload = self.trace.function(event).name, self.trace.payload(event)
            depth += kind == Kind.ENTER
            stack = self.arch.stack - depth * FRAME
            if kind == Kind.ENTER:
                numbers = [each if isinstance(each, int) else 0 for each in payload]
                registers, on_stack = self.arch.called(numbers, self.return_address(name), stack)
                pc = self.address(name)
            else:
                registers, stack = self.arch.returned(payload if isinstance(payload, int) else 0, stack)
                pc, on_stack = self.return_address(name), {}
                depth -= 1
            yield Played(pc, {self.arch.calls.stack: stack, **registers}, on_stack, event)

    def places_in_code(self) -> Iterator[Played]:
        """Goes through the boot."""
        yield from self._steps

    def show(self, event: int) -> None:
        """Let memory be as it is at an event."""
        if event != self._replica.position:
            self._replica.move(event)
            self._memory()

    def _memory(self) -> None:
        write_memblock(self.writer, self._replica.state.memblock)

    # ---- the stub ----

    async def registers(self) -> Mapping[str, int]:
        return {self.arch.calls.pc: self.place.pc, **self.place.registers}

    async def resume(self) -> Stop:
        if self._lost_after is not None:
            self._lost_after -= 1
            if self._lost_after < 0:
                raise RemoteError("the connection was cut")
        for place in self._steps:
            if place.pc in self.places:
                self.place = place
                self.show(place.event)
                self.pieces.update(place.on_stack)
                return Stopped(5, place.pc)
        return Ended("exited with status 0")

"""A model's boot behind a stub on a socket: a machine that stands in its boot loader, enters the kernel,
turns its MMU on and boots, as `PlayedKernel` plays it.

`LiveBoot` finds and records it like any other; what its stub does, or the machine itself, may change at some
place in the recording.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from bootstep.boots.live.options import LiveOptions, Stub, Watched
from bootstep.boots.remote.target import Range
from bootstep.model.build.release import Release

from .fake_machine import FakeMachine, Moment
from .fake_stub import FakeStub, served
from .played_arches import ARM64, X86_64
from .played_kernel import PlayedKernel
from .stub_line import Manners

STACK_BYTES = 1 << 14
NAMES = {
    arch.name: (
        "memblock_add",
        "memblock_reserve",
        "memblock_remove",
        "memblock_phys_alloc_range",
        "memblock_alloc_range_nid",
        own,
        "paging_init",
        "memblock_free_all",
    )
    for arch, own in ((ARM64, "arm64_memblock_init"), (X86_64, "init_mem_mapping"))
}
"""By architecture, the functions that are played."""


class PlayedMachine(FakeMachine):
    """The machine: after its start each moment is a place in the played boot.  With `already` it ran before
    anybody looked, and has come to that place."""

    def __init__(self, kernel: PlayedKernel, ends: str = "", already: int | None = None) -> None:
        self.kernel, arch = kernel, kernel.arch
        places = list(kernel.places_in_code())[already or 0 :]
        starts = () if already is not None else arch.starts
        self.begins = len(starts)
        """How many moments there are before the first place."""
        self._at_event = [0] * len(starts) + [place.event for place in places]
        life = [*starts, *(Moment(place.pc, place.registers, place.on_stack) for place in places)]
        life[self.begins] = life[self.begins]._replace(
            registers={**arch.running.registers, **places[0].registers}
        )
        stack = {arch.stack - STACK_BYTES: bytes(STACK_BYTES)}
        super().__init__(
            life,
            memory={**arch.running.memory, **stack},
            physical=arch.physical,
            ends=ends,
            registers=arch.registers,
            architecture=arch.stub_name,
        )

    def cut(self, after: int, *then: Moment) -> None:
        """Let the boot be over after so many places in the code, and then these moments."""
        del self.life[self.begins + after :]
        del self._at_event[len(self.life) :]
        self.life += then
        self._at_event += [self._at_event[-1]] * len(then)

    def shorten(self, places: int) -> None:
        """Leave out what is between the first places and the last call."""
        first, last = self.begins + places, len(self.life) - 2
        del self.life[first:last], self._at_event[first:last]

    def restart(self, after: int) -> None:
        """Let the machine be reset after so many places, and boot again."""
        again = list(zip(self.life, self._at_event, strict=True))
        self.cut(after)
        self.life += [moment for moment, _ in again]
        self._at_event += [event for _, event in again]

    def read(self, address: int, size: int, physical: bool = False) -> bytes | None:
        found = super().read(address, size, True)
        if found is None and not physical:
            found = super().read(address, size)
        if found is None and not physical:
            self.kernel.show(self._at_event[self.at])
            found = self.kernel.at(self.kernel.pieces, Range(address, size))
        return found


class Later(Manners):
    """Behaves well until the target was let run so many times in the recording, then as `then` does."""

    def __init__(self, then: Manners, runs: int) -> None:
        self.then = then
        self.left = runs + 1 + len(ARM64.starts)

    def _now(self) -> Manners:
        return self.then if self.left <= 0 else Manners()

    def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
        if request.startswith((b"vCont;c", b"c")):
            self.left -= 1
        return self._now().answer(request, answer)

    def wire(self, request: bytes, packet: bytes) -> Any:
        return self._now().wire(request, packet)

    def ack(self, request: bytes) -> bytes:
        return self._now().ack(request)


def system_map(kernel: PlayedKernel, folder: Path) -> Path:
    """The symbols of the played kernel, in a file."""
    arch = kernel.arch
    symbols = {
        "_text": arch.text,
        "_stext": arch.text + 0x400,
        "_end": arch.text + 0x40_0000,
        **{name: arch.text + place for name, place in arch.symbols.items()},
        **{name: kernel.address(name) for name in kernel.names},
        **kernel.writer.symbols,
    }
    lines = [
        f"{address:016x} T {name}\n" for name, address in sorted(symbols.items(), key=lambda row: row[1])
    ]
    file = folder / "System.map"
    file.write_text("".join(lines))
    return file


def played_options(kernel: PlayedKernel, folder: Path, **how: Any) -> LiveOptions:
    """What names the played kernel behind the stub in a folder."""
    usual: Mapping[str, Any] = {
        "system_map": str(system_map(kernel, folder)),
        "release": Release(6, 1),
        "entry": kernel.arch.entry,
        "functions": Watched(only=kernel.names),
        "time_limit": 20.0,
    }
    return LiveOptions(Stub(str(folder / "stub")), "", **{**usual, **how})


@contextmanager
def listening(stub: FakeStub, folder: Path) -> Iterator[None]:
    """The stub serves in a thread of its own, since a recording has its own event loop."""
    loop, ready = asyncio.new_event_loop(), Event()
    over = asyncio.Event()

    async def serve() -> None:
        async with served(stub, folder):
            ready.set()
            await over.wait()

    thread = Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()

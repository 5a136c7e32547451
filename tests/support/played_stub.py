"""A model's boot behind a stub on a socket: an arm64 machine that stands in its boot loader, enters the
kernel, turns its MMU on and boots, as `PlayedKernel` plays it.

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

from .fake_stub import FakeMachine, FakeStub, Manners, Moment, served
from .played_kernel import CODE, PlayedKernel

RESET, ENTRY = 0x4000_0000, 0x4020_0000
TEXT = CODE - 0x1_0000
SWITCH, SWITCHED = 0x2000, 0x3000
"""Where in the image ``__primary_switch`` and ``__primary_switched`` are."""
NOP, BR_X8 = 0xD503201F, 0xD61F0100
NAMES = (
    "memblock_add",
    "memblock_reserve",
    "memblock_remove",
    "memblock_phys_alloc_range",
    "memblock_alloc_range_nid",
    "arm64_memblock_init",
    "paging_init",
    "memblock_free_all",
)
STARTS = (
    Moment(RESET),
    Moment(ENTRY),
    Moment(ENTRY + SWITCH + 8, {"x8": TEXT + SWITCHED}),
)


class PlayedMachine(FakeMachine):
    """The machine: after its start each moment is a place in the played boot."""

    def __init__(self, kernel: PlayedKernel, ends: str = "") -> None:
        self.kernel = kernel
        self._at_event: list[int] = [0] * len(STARTS)
        life = list(STARTS)
        for pc, registers, event in kernel.positions():
            life.append(Moment(pc, registers))
            self._at_event.append(event)
        code = b"".join(word.to_bytes(4, "little") for word in (NOP, NOP, BR_X8, NOP)).ljust(1024, b"\0")
        super().__init__(life, physical={ENTRY + SWITCH: code}, ends=ends)

    def cut(self, after: int, *then: Moment) -> None:
        """Let the boot be over after so many places in the code, and then these moments."""
        del self.life[len(STARTS) + after :]
        del self._at_event[len(self.life) :]
        self.life += then
        self._at_event += [self._at_event[-1]] * len(then)

    def shorten(self, places: int) -> None:
        """Leave out what is between the first places and the last call."""
        first, last = len(STARTS) + places, len(self.life) - 2
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
            self.kernel.show(self._at_event[self.at])
            found = self.kernel.at(self.kernel.pieces, Range(address, size))
        return found


class Later(Manners):
    """Behaves well until the target was let run so many times in the recording, then as `then` does."""

    def __init__(self, then: Manners, runs: int) -> None:
        self.then = then
        self.left = runs + 1 + len(STARTS)

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
    symbols = {
        "_text": TEXT,
        "_stext": TEXT + 0x800,
        "primary_entry": TEXT + 0x1000,
        "__primary_switch": TEXT + SWITCH,
        "__primary_switched": TEXT + SWITCHED,
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
        "entry": ENTRY,
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

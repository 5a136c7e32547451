"""A stub of gdb's with a small machine in memory, for those who debug targets; it can be told to misbehave.

A step goes to the next moment of the machine's life, `c` to the next that has a breakpoint.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bootstep.boots.remote.wire.packets import escaped
from fake_machine import FakeMachine, described
from stub_line import Manners, StubLine


class FakeStub:
    """A stub with its machine.

    `qemu`: it reads physical memory, and a step does an instruction that has a breakpoint (`steps_past`, if
    that is not to be so). `no_acks`, `actions` (vCont), `binary` (x): what it can. `expedites`: stops come
    with the value of the PC. `room` is how many breakpoints of each sort it takes (``0``: in code, ``1``: in
    the CPU, ``2`` to ``4``: watchpoints). `documents` replace those of its description.
    """

    def __init__(
        self,
        machine: FakeMachine,
        manners: Manners | None = None,
        *,
        qemu: bool = True,
        steps_past: bool | None = None,
        no_acks: bool = True,
        actions: bool = True,
        binary: bool = False,
        expedites: bool = False,
        packet_size: str = "1000",
        room: Mapping[str, int] | None = None,
        documents: Mapping[str, bytes | None] | None = None,
    ) -> None:
        self.machine = machine
        self.manners = manners or Manners()
        self.qemu = qemu
        self.steps_past = qemu if steps_past is None else steps_past
        self.no_acks = no_acks
        self.actions = actions
        self.binary = binary
        self.expedites = expedites
        self.packet_size = packet_size
        self.room = {"0": 1000, "1": 4} if room is None else room
        self.documents = {**described(machine), **(documents or {})}
        self.requests: list[bytes] = []
        """What was asked, in order."""
        self.breakpoints: dict[tuple[str, int], int] = {}
        self.detached = self.killed = False
        self.line = StubLine(self)
        self.running = False
        self._physical = False

    def answer(self, request: bytes) -> bytes | None:
        """The body that a good stub answers with; None if the target runs."""
        text = request.decode("latin-1")
        for beginning, function in _ANSWERS.items():
            if text.startswith(beginning):
                return function(self, text)
        return b""

    def supported(self, _: str) -> bytes:
        said = [f"PacketSize={self.packet_size}", "qXfer:features:read+"]
        said += ["QStartNoAckMode+"] if self.no_acks else []
        said += ["vContSupported+"] if self.actions else []
        said += ["binary-upload+"] if self.binary else []
        return ";".join(said).encode()

    def document(self, text: str) -> bytes:
        found = re.fullmatch(r"qXfer:features:read:(.*):([0-9a-f]+),([0-9a-f]+)", text)
        assert found is not None
        data = self.documents.get(found[1])
        if data is None:
            return b"E00"
        at, size = int(found[2], 16), int(found[3], 16)
        return (b"m" if at + size < len(data) else b"l") + escaped(data[at : at + size])

    def physical_mode(self, text: str) -> bytes:
        if not self.qemu:
            return b""
        if text.startswith("q"):
            return b"%d" % self._physical
        self._physical = text.endswith("1")
        return b"OK"

    def together(self, _: str) -> bytes:
        return b"".join(self.machine.value(each) for each in self.machine.described if each.core)

    def register(self, text: str) -> bytes:
        number = int(text[1:], 16)
        described = self.machine.described
        return self.machine.value(described[number]) if number < len(described) else b"E14"

    def memory(self, text: str) -> bytes:
        address, size = (int(part, 16) for part in text[1:].split(","))
        binary = text[0] == "x"
        if (binary and not self.binary) or size > 1 << 15:
            return b"" if binary and not self.binary else b"E22"
        data = self.machine.read(address, size, self._physical)
        if data is None:
            return b"E14"
        return b"b" + escaped(data) if binary else data.hex().encode()

    def breakpoint(self, text: str) -> bytes:
        sort, address, kind = text[1:].split(",")
        where = sort, int(address, 16)
        if sort not in self.room:
            return b""
        if text[0] == "z":
            return b"OK" if self.breakpoints.pop(where, None) is not None else b"E22"
        if sum(each == sort for each, _ in self.breakpoints) >= self.room[sort]:
            return b"E28"
        self.breakpoints[where] = int(kind, 16)
        return b"OK"

    def has_breakpoint(self) -> bool:
        """Whether the CPU stands on one."""
        return any(sort in "01" and address == self.machine.pc for sort, address in self.breakpoints)

    def go(self, text: str) -> bytes | None:
        if text == "vCont?":
            return b"vCont;c;C;s;S" if self.actions else b""
        if text.startswith("vCont") and not self.actions:
            return b""
        if text.startswith(("s", "vCont;s")):
            if not self.steps_past and self.has_breakpoint():
                return self._stopped(5)
            return self._stopped(5, self.machine.move()) if not self._over() else self._end()
        moved = False
        while not self.has_breakpoint() and not (moved and self._watched()):
            if self._over():
                return self._end()
            moved = self.machine.move()
            if not moved:
                self.running = True
                return None
        return self._stopped(5, moved)

    def why(self, _: str) -> bytes:
        return self.machine.ends.encode() if self.machine.ended else self._stopped(5)

    def interrupted(self) -> bytes | None:
        if not self.running:
            return None
        self.running = False
        return self._stopped(2)

    def leave(self, text: str) -> bytes | None:
        if text == "k":
            self.killed = True
            return None
        self.detached = True
        return b"OK"

    def _end(self) -> bytes:
        self.machine.ended = True
        return self.machine.ends.encode()

    def _over(self) -> bool:
        """Whether the machine's life ends here."""
        return bool(self.machine.ends) and self.machine.at + 1 == len(self.machine.life)

    def _watched(self) -> str:
        """What the watchpoint says that the CPU came upon, if it did."""
        reads = self.machine.life[self.machine.at].reads
        for (sort, address), size in self.breakpoints.items():
            if sort in _WATCHES and any(address <= each < address + size for each in reads):
                return f"{_WATCHES[sort]}:{address:x};"
        return ""

    def _stopped(self, signal: int, moved: bool = False) -> bytes:
        pc = next(number for number, each in enumerate(self.machine.described) if each.kind == "code_ptr")
        extra = f"{pc:x}:{self.machine.value(self.machine.described[pc]).decode()};" if self.expedites else ""
        watched = self._watched() if moved else ""
        return f"T{signal:02x}thread:01;{watched}{extra}".encode()


_WATCHES = {"2": "watch", "3": "rwatch", "4": "awatch"}
"""What stops say of watchpoints, by their sorts."""


_ANSWERS = {
    "qSupported": FakeStub.supported,
    "QStartNoAckMode": lambda stub, _: b"OK" if stub.no_acks else b"",
    "qqemu.PhyMemMode": FakeStub.physical_mode,
    "Qqemu.PhyMemMode:": FakeStub.physical_mode,
    "qXfer:features:read:": FakeStub.document,
    "qC": lambda _, __: b"QC01",
    "?": FakeStub.why,
    "Hg": lambda _, __: b"OK",
    "Hc": lambda _, __: b"OK",
    "vCont": FakeStub.go,
    "c": FakeStub.go,
    "s": FakeStub.go,
    "g": FakeStub.together,
    "p": FakeStub.register,
    "m": FakeStub.memory,
    "x": FakeStub.memory,
    "Z": FakeStub.breakpoint,
    "z": FakeStub.breakpoint,
    "D": FakeStub.leave,
    "k": FakeStub.leave,
    "F": lambda _, __: None,
}
"""What is done for a request, by how it begins; the first that fits."""


@asynccontextmanager
async def served(stub: FakeStub, folder: Path) -> AsyncIterator[Path]:
    """The path of a socket where the stub listens."""
    path = folder / "stub"
    server = await asyncio.start_unix_server(stub.line.serve, path)
    try:
        yield path
    finally:
        server.close()
        await stub.line.stop()
        path.unlink(missing_ok=True)

"""A stub of gdb's with a small machine in memory, for those who debug targets; it can be told to misbehave.

The machine's life is a list of `Moment`s: where its CPU is, what it changes there. A step goes to the next,
`c` to the next that has a breakpoint; after the last it runs for ever, or ends if `ends` says how (``W00``).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bootstep.boots.remote.wire.packets import escaped, framed

HANG_UP = object()
"""Among what is written: the connection is closed here."""


class Moment(NamedTuple):
    """Where the CPU is, what changed until it came there, and which addresses were read."""

    pc: int
    registers: Mapping[str, int] = {}
    memory: Mapping[int, bytes] = {}
    reads: Sequence[int] = ()


class FakeRegister(NamedTuple):
    """A register as the description has it; `core` ones come together by ``g``."""

    name: str
    bits: int
    core: bool = True
    kind: str = "int"


CORE = (
    *(FakeRegister(f"x{number}", 64) for number in range(31)),
    FakeRegister("sp", 64, kind="data_ptr"),
    FakeRegister("pc", 64, kind="code_ptr"),
    FakeRegister("cpsr", 32),
)
SYSTEM = (FakeRegister("TTBR0_EL1", 64, False), FakeRegister("TTBR1_EL1", 64, False))


class FakeMachine:
    """Registers, memory and a life of moments."""

    def __init__(
        self,
        life: Sequence[Moment],
        memory: Mapping[int, bytes] | None = None,
        physical: Mapping[int, bytes] | None = None,
        ends: str = "",
        registers: Sequence[FakeRegister] = (*CORE, *SYSTEM),
        architecture: str = "aarch64",
    ) -> None:
        self.described = registers
        self.architecture = architecture
        self.registers = {each.name: 0 for each in registers}
        self.memory = {base: bytearray(data) for base, data in (memory or {}).items()}
        self.physical = {base: bytearray(data) for base, data in (physical or {}).items()}
        self.ends = ends
        self.life = list(life)
        self.at = -1
        self.ended = False
        self.move()

    @property
    def pc(self) -> int:
        return self.life[self.at].pc

    def move(self) -> bool:
        """To the next moment; False if there is none."""
        if self.at + 1 >= len(self.life):
            return False
        self.at += 1
        moment = self.life[self.at]
        pc = next(each.name for each in self.described if each.kind == "code_ptr")
        self.registers.update({**moment.registers, pc: moment.pc})
        for address, data in moment.memory.items():
            self.write(address, data)
        return True

    def write(self, address: int, data: bytes) -> None:
        for base, held in self.memory.items():
            if base <= address and address + len(data) <= base + len(held):
                held[address - base : address - base + len(data)] = data

    def read(self, address: int, size: int, physical: bool = False) -> bytes | None:
        for base, held in (self.physical if physical else self.memory).items():
            if base <= address and address + size <= base + len(held):
                return bytes(held[address - base : address - base + size])
        return None

    def value(self, register: FakeRegister) -> bytes:
        """A register's value as hexadecimal digits."""
        size = register.bits // 8
        return (self.registers[register.name] % (1 << register.bits)).to_bytes(size, "little").hex().encode()


class Manners:
    """How a stub behaves: well.  What misbehaves overrides one of these."""

    def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
        """The body that answers a request; None if nothing does (the target runs)."""
        return answer

    def wire(self, request: bytes, packet: bytes) -> Iterable[bytes | float | object]:
        """What is written for an answer's packet: bytes, seconds to wait, or `HANG_UP`."""
        return (packet,)

    def ack(self, request: bytes) -> bytes:
        """What is written for a request that came well; if it is ``-`` the request is not done."""
        return b"+"


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
        self._acking = True
        self._physical = False
        self._running = False
        self._last: tuple[bytes, bytes] = (b"", b"")
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None

    # The wire

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one who connected, until either hangs up."""
        self._writer = writer
        self._acking = True
        self._task = asyncio.current_task()
        kept = b""
        try:
            while data := await reader.read(1 << 16):
                kept = await self._take(kept + data)
        except (ConnectionError, _HungUp, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _take(self, data: bytes) -> bytes:
        """Do all that came whole; the rest."""
        while data:
            if data[:1] == b"$":
                end = data.find(b"#")
                if end < 0 or end + 3 > len(data):
                    return data
                await self._packet(data[1:end], int(data[end + 1 : end + 3], 16))
                data = data[end + 3 :]
                continue
            if data[:1] == b"\x03" and self._running:
                self._running = False
                await self._send(b"\x03", self.manners.answer(b"\x03", self._stopped(2)))
            elif data[:1] == b"-":
                await self._send(*self._last)
            data = data[1:]
        return b""

    async def _packet(self, body: bytes, checksum: int) -> None:
        assert checksum == sum(body) % 256, body
        if self._acking:
            ack = self.manners.ack(body)
            await self._write(ack)
            if ack == b"-":
                return
        self.requests.append(body)
        answer = self.manners.answer(body, self.answer(body))
        await self._send(body, answer)
        if body == b"QStartNoAckMode" and answer == b"OK":
            self._acking = False

    async def _send(self, request: bytes, answer: bytes | None) -> None:
        if answer is None:
            return
        self._last = request, answer
        for piece in self.manners.wire(request, framed(answer)):
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            elif isinstance(piece, bytes):
                await self._write(piece)
            else:
                raise _HungUp

    async def _write(self, data: bytes) -> None:
        assert self._writer is not None
        self._writer.write(data)
        await self._writer.drain()

    async def stop(self) -> None:
        """Hang up, if somebody is there still."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    # The machine

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
                self._running = True
                return None
        return self._stopped(5, moved)

    def why(self, _: str) -> bytes:
        return self.machine.ends.encode() if self.machine.ended else self._stopped(5)

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


class _HungUp(Exception):
    """We close the connection."""


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


def described(machine: FakeMachine) -> dict[str, bytes]:
    """A machine's description, as QEMU writes it: the prefix ``xi`` is declared nowhere."""

    def feature(name: str, core: bool) -> bytes:
        lines = "".join(
            f'<reg name="{each.name}" bitsize="{each.bits}" regnum="{number}" type="{each.kind}"/>'
            for number, each in enumerate(machine.described)
            if each.core == core
        )
        return f'<?xml version="1.0"?><feature name="{name}">{lines}</feature>'.encode()

    return {
        "target.xml": (
            f'<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target><architecture>'
            f'{machine.architecture}</architecture><xi:include href="core.xml"/>'
            f'<xi:include href="system.xml"/></target>'
        ).encode(),
        "core.xml": feature("org.example.core", True),
        "system.xml": feature("org.example.system", False),
    }


@asynccontextmanager
async def served(stub: FakeStub, folder: Path) -> AsyncIterator[Path]:
    """The path of a socket where the stub listens."""
    path = folder / "stub"
    server = await asyncio.start_unix_server(stub.serve, path)
    try:
        yield path
    finally:
        server.close()
        await stub.stop()
        path.unlink(missing_ok=True)

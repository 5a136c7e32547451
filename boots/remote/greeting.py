"""The first words with a stub: what it can, which registers its target has, where that stands."""

from __future__ import annotations

from ...model.language.words import tr
from .client import Client
from .stub.breakpoints import Breakpoints
from .stub.cpu import Cpu
from .stub.description import MOST_BYTES, BadDescription, Description, description_of
from .stub.memory import VIRTUAL, Memory
from .stub.registers import Registers
from .stub.running import Running
from .stub.said import Said
from .stub.supported import ASK, Supported, supported_of
from .target import RemoteError
from .wire.connection import Connection
from .wire.packets import escaped


async def greet(connection: Connection, said: Said, hardware_only: bool) -> Client:
    """The target at the other end of a connection.  Raises `RemoteError`: it cannot be debugged by what the
    stub tells."""
    supported = supported_of(await connection.one(ASK))
    if supported.no_acks and await connection.one(b"QStartNoAckMode") == b"OK":
        connection.need_no_acks()
    physical = await connection.one(b"qqemu.PhyMemMode") in (b"0", b"1")
    if physical:  # QEMU: a new packet is as good as an acknowledgement of the last
        connection.let_acks_wait()
        await connection.one(VIRTUAL)
    standing = await connection.one(b"?")  # gdbserver describes no target before it was asked this
    description = await _description(connection, supported)
    registers = Registers(description.registers)
    if registers.pc is None:
        raise _no_registers(connection)
    cpu = Cpu(connection, registers)
    breakpoints = Breakpoints(connection, description.architecture, hardware_only)
    breakpoints.at_once = physical and not hardware_only
    memory = Memory(connection, supported, physical)
    running = Running(connection, breakpoints, cpu, steps_past=physical)
    await running.begin(standing)
    return Client(description.architecture, connection, cpu, memory, breakpoints, running, said)


async def _description(connection: Connection, supported: Supported) -> Description:
    """What the stub says of its target.  Raises `RemoteError`."""
    if not supported.describes:
        raise _no_registers(connection)

    async def fetch(name: str) -> bytes:
        return await _document(connection, name, supported.packet_bytes)

    try:
        return await description_of(fetch)
    except BadDescription as error:
        raise RemoteError(
            tr(
                "{where}: the stub's description of the target cannot be used: {error}",
                where=connection.where,
                error=error,
            )
        ) from None


async def _document(connection: Connection, name: str, packet_bytes: int) -> bytes:
    """The bytes of a document of the target's description.  Raises `RemoteError`; `BadDescription`: there is
    none, or it does not end."""
    data = bytearray()
    annex = escaped(name.encode("utf-8", "replace"))
    if not name or len(annex) > 100 or b":" in annex:
        raise BadDescription(tr("no document can be called {name}", name=name[:100]))
    most = max(packet_bytes - 5, 32)
    while True:
        answer = await connection.one(b"qXfer:features:read:%b:%x,%x" % (annex, len(data), most))
        if answer[:1] not in (b"m", b"l"):
            raise BadDescription(tr("there is no {name}", name=name))
        data += answer[1:]
        if answer[:1] == b"l":
            return bytes(data)
        if len(answer) == 1 or len(data) > MOST_BYTES:
            raise BadDescription(tr("{name} does not end", name=name))


def _no_registers(connection: Connection) -> RemoteError:
    return RemoteError(tr("{where}: the stub does not say which registers there are", where=connection.where))

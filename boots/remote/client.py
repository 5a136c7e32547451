"""`Client`: a target behind a stub of gdb's, such as QEMU's, OpenOCD's or gdbserver's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from ...model.language.words import tr
from .stub.breakpoints import Breakpoints
from .stub.cpu import Cpu
from .stub.memory import Memory
from .stub.running import Running
from .stub.said import Said
from .stub.watchpoints import Watchpoints
from .target import Range, RemoteError, Stop
from .wire.connection import Connection


class Client:
    """A `Target`, made by `connecting`.  Several questions may wait at once (`asyncio.gather`): they go out
    together where the stub takes that, and cost what one does."""

    def __init__(
        self,
        architecture: str,
        connection: Connection,
        cpu: Cpu,
        memory: Memory,
        breakpoints: Breakpoints,
        running: Running,
        said: Said,
    ) -> None:
        self._architecture = architecture
        self._connection = connection
        self._cpu = cpu
        self._memory = memory
        self._breakpoints = breakpoints
        self._running = running
        self._watchpoints = Watchpoints(connection)
        self._said = said

    @property
    def architecture(self) -> str:
        return self._architecture

    @property
    def knows_physical(self) -> bool:
        return self._memory.physical

    @property
    def console(self) -> str:
        """The last of what the target said through the stub, without control characters."""
        return self._said.text()

    @property
    def refused(self) -> int:
        """How many breakpoints the stub had no room for."""
        return self._breakpoints.refused

    async def registers(self) -> Mapping[str, int]:
        return await self._cpu.registers()

    async def register(self, name: str) -> int | None:
        return await self._cpu.register(name)

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        return await self._memory.read(ranges)

    async def read_physical(self, ranges: Sequence[Range]) -> list[bytes | None]:
        return await self._memory.read_physical(ranges)

    async def look(self, ranges: Sequence[Range]) -> tuple[Mapping[str, int], list[bytes | None]]:
        self._cpu.ask()
        read = await self._memory.read(ranges)
        return await self._cpu.registers(), read

    async def resume(self) -> Stop:
        return await self._running.resume()

    async def step(self) -> Stop:
        return await self._running.step()

    async def interrupt(self) -> None:
        self._running.interrupt()

    async def probe(self) -> None:
        self._running.probe()

    @property
    def stood_at(self) -> int | None:
        return self._running.stood_at

    async def add_breakpoint(self, address: int) -> bool:
        return await self._breakpoints.add(address)

    def lost_breakpoints(self) -> list[int]:
        late, self._breakpoints.late = self._breakpoints.late, []
        return late

    async def remove_breakpoint(self, address: int) -> None:
        await self._breakpoints.remove(address)

    async def add_watchpoint(self, address: int, size: int) -> bool:
        return await self._watchpoints.add(address, size)

    async def remove_watchpoint(self, address: int, size: int) -> None:
        await self._watchpoints.remove(address, size)

    async def close(self, kill: bool = False) -> None:
        connection = self._connection
        try:
            if connection.running:
                await connection.halt()
            await self._breakpoints.remove_all()
            await self._watchpoints.remove_all()
            if kill:
                connection.send_last(b"k")
            else:
                await connection.one(b"D")
        except RemoteError:
            pass  # it is gone already
        connection.break_off(tr("{where}: the connection was closed", where=connection.where))
        await asyncio.sleep(0)  # the transport closes in the loop's next round

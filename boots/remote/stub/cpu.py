"""Reading the registers of the CPU that stopped."""

from __future__ import annotations

import asyncio
from binascii import unhexlify
from collections.abc import Mapping

from ....model.language.words import tr
from ..target import RemoteError
from ..wire.connection import Connection
from .registers import Registers


class Cpu:
    """The registers behind one connection; those that come together are asked for once at a stop, until they
    are forgotten."""

    def __init__(self, connection: Connection, registers: Registers) -> None:
        self._connection = connection
        self._registers = registers
        self._together: asyncio.Future[list[bytes]] | None = None

    @property
    def pc_number(self) -> int | None:
        """The number of the register that says where it stands."""
        return None if self._registers.pc is None else self._registers.pc.number

    def forget(self) -> None:
        """It will run: what is known of it is no longer so."""
        self._together = None

    def ask(self) -> None:
        """Ask for them, together with what is asked next.  Raises `RemoteError`."""
        if self._together is None:
            self._together = self._connection.post((b"g",))

    async def registers(self) -> Mapping[str, int]:
        """As `Target.registers`."""
        try:
            values = self._registers.plain(await self._all())
        except ValueError:
            raise self._nonsense() from None
        if not values:
            self.forget()
            raise RemoteError(
                tr("{where}: the stub does not give the registers", where=self._connection.where)
            )
        return values

    async def register(self, name: str) -> int | None:
        """As `Target.register`."""
        found = self._registers.named(name)
        if found is None:
            return None
        try:
            if self._together is not None:
                value = self._registers.value(await self._all(), found)
                if value is not None:
                    return value
            answer = await self._connection.one(b"p%x" % found.number)
            if not answer:
                return self._registers.value(await self._all(), found)
            if answer[:1] == b"E" or answer.strip(b"x") == b"":
                return None
            if len(answer) != 2 * found.size:
                raise self._nonsense()
            return int.from_bytes(unhexlify(answer), "little")
        except ValueError:
            raise self._nonsense() from None

    async def pc(self) -> int | None:
        """Where it stands; None if the stub does not say."""
        return None if self._registers.pc is None else await self.register(self._registers.pc.name)

    async def _all(self) -> bytes:
        """What ``g`` gives; b"" if it gives nothing."""
        self.ask()
        asked = self._together
        assert asked is not None
        try:
            (answer,) = asked.result() if asked.done() else await asyncio.shield(asked)
        except RemoteError:
            self._together = None
            raise
        return b"" if answer[:1] == b"E" else answer

    def _nonsense(self) -> RemoteError:
        return RemoteError(
            tr("{where}: the stub answers nonsense to a question for registers", where=self._connection.where)
        )

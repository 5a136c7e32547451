"""Watchpoints: a target stops when some bytes of its memory are read."""

from __future__ import annotations

from ..wire.connection import Connection

READ, ACCESS = b"3", b"4"


class Watchpoints:
    """The watchpoints of one connection: for reading, or where the stub has no such, for any access."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._set: dict[tuple[int, int], bytes] = {}

    async def add(self, address: int, size: int) -> bool:
        """Set one; False if the stub has no room, or none at all.  Raises `RemoteError`."""
        for sort in (READ, ACCESS):
            if await self._connection.one(b"Z%b,%x,%x" % (sort, address, size)) == b"OK":
                self._set[address, size] = sort
                return True
        return False

    async def remove(self, address: int, size: int) -> None:
        """Take one back, if it is set.  Raises `RemoteError`."""
        sort = self._set.pop((address, size), None)
        if sort is not None:
            await self._connection.one(b"z%b,%x,%x" % (sort, address, size))

    async def remove_all(self) -> None:
        """Take all back.  Raises `RemoteError`."""
        for address, size in tuple(self._set):
            await self.remove(address, size)

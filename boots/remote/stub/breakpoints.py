"""Breakpoints of a target: in its code (``Z0``) or in the CPU (``Z1``), as the stub has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from ....model.language.words import tr
from ..target import RemoteError
from ..wire.connection import Connection
from .kinds import kind_of

SOFTWARE, HARDWARE = b"0", b"1"


class Breakpoints:
    """The breakpoints of one connection, by their addresses, each with the sort that the stub took.

    `at_once`: once it took one it is believed to take all, and asked without waiting for what it says, as
    long as that is so; `late` are those that it did not take all the same, which `when_late` is told of.
    """

    def __init__(self, connection: Connection, architecture: str, hardware_only: bool) -> None:
        self._connection = connection
        self._kind = kind_of(architecture)
        self._sorts = [HARDWARE] if hardware_only else [SOFTWARE, HARDWARE]
        self._set: dict[int, bytes] = {}
        self.refused = 0
        """How often the stub had no room for one more."""
        self.at_once = False
        self.late: list[int] = []
        self.when_late: Callable[[], None] = lambda: None

    def __contains__(self, address: int | None) -> bool:
        return address in self._set

    def __len__(self) -> int:
        return len(self._set)

    async def add(self, address: int) -> bool:
        """Set one; False if the stub has no room, or no breakpoints.  Raises `RemoteError`."""
        if address in self._set:
            return True
        if self.at_once and self._set:
            sort = self._set[address] = self._sorts[0]
            posted = self._connection.post((self._request(b"Z", sort, address),))
            posted.add_done_callback(partial(self._answered, address))
            return True
        for sort in tuple(self._sorts):
            answer = await self._connection.one(self._request(b"Z", sort, address))
            if answer == b"OK":
                self._set[address] = sort
                return True
            if not answer:
                self._sorts.remove(sort)
            elif answer[:1] != b"E":
                raise self._nonsense()
        self.refused += 1
        return False

    async def remove(self, address: int) -> None:
        """Take one back, if it is set.  Raises `RemoteError`."""
        sort = self._set.pop(address, None)
        if sort is None:
            return
        request = self._request(b"z", sort, address)
        if self.at_once:
            self._connection.post((request,))
        else:
            await self._connection.one(request)

    def _answered(self, address: int, posted: asyncio.Future[list[bytes]]) -> None:
        """The stub says whether it took a breakpoint that was set at once."""
        if posted.cancelled() or posted.exception() is not None or posted.result() == [b"OK"]:
            return
        self.at_once = False
        if self._set.pop(address, None) is not None:
            self.refused += 1
            self.late.append(address)
            self.when_late()

    async def remove_all(self) -> None:
        """Take all back.  Raises `RemoteError`."""
        requests = [self._request(b"z", sort, address) for address, sort in self._set.items()]
        self._set.clear()
        await self._connection.ask(requests)

    async def lift(self, address: int) -> None:
        """Take one out of the target, as for one step; `put_back` sets it again.  Raises `RemoteError`."""
        answer = await self._connection.one(self._request(b"z", self._set[address], address))
        if answer != b"OK":
            raise RemoteError(
                tr(
                    "{where}: the stub does not take back the breakpoint at {address:#x}",
                    where=self._connection.where,
                    address=address,
                )
            )

    async def put_back(self, address: int) -> None:
        """Set again what `lift` took.  Raises `RemoteError`."""
        answer = await self._connection.one(self._request(b"Z", self._set[address], address))
        if answer != b"OK":
            del self._set[address]
            raise RemoteError(
                tr(
                    "{where}: the stub does not set the breakpoint at {address:#x} again",
                    where=self._connection.where,
                    address=address,
                )
            )

    def _request(self, what: bytes, sort: bytes, address: int) -> bytes:
        return b"%b%b,%x,%x" % (what, sort, address, self._kind)

    def _nonsense(self) -> RemoteError:
        return RemoteError(
            tr("{where}: the stub answers nonsense to a breakpoint", where=self._connection.where)
        )

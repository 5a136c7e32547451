"""Breakpoints of a target that may have room for a few only: then they take turns."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from ...remote.target import Target


class Breakpoints:
    """The places where a recording stops.

    Those of functions wait while there is no room; those of returns are needed, and take the place of a
    function's.  A target that stands on a breakpoint has to be stepped past it, which costs an emulator as
    much as a stop: so those of returns are taken back when they were met, and of functions those that are
    not met again before the next stop.  `waited` is how many functions had to wait at some time.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.waited = 0
        self._functions: set[int] = set()
        self._returns: dict[int, int] = {}
        self._waiting: deque[int] = deque()
        self._lifted: int | None = None

    @property
    def in_turns(self) -> bool:
        """Whether there is not room for all."""
        return self.waited > 0

    async def watch(self, addresses: list[int]) -> int:
        """Stop where functions begin, those first that come first; returns how many have a place at once."""
        for address in addresses:
            if self.in_turns or not await self.target.add_breakpoint(address):
                self._waiting.append(address)
                self.waited += 1
            else:
                self._functions.add(address)
        return len(self._functions)

    async def entered(self, address: int, is_met_again: bool = True) -> None:
        """A function was entered; where breakpoints take turns, its own makes room for that of its return.
        One that is not met again before the next stop is taken out until then."""
        if address not in self._functions:
            return
        if self.in_turns:
            await self._take_away(address)
        elif not is_met_again and address not in self._returns:
            self._lifted = address
            await self.target.remove_breakpoint(address)

    async def put_back(self) -> None:
        """The next stop: what was taken out until then is there again."""
        for address in self.target.lost_breakpoints():
            self._lost(address)
        lifted, self._lifted = self._lifted, None
        if lifted is not None and lifted in self._functions and not await self.target.add_breakpoint(lifted):
            self._functions.discard(lifted)
            self._waiting.append(lifted)
            self.waited += 1

    def _lost(self, address: int) -> None:
        """There was no room for a breakpoint, as the stub says only now: from now on they take turns."""
        self.waited += 1
        self._returns.pop(address, None)
        if address in self._functions:
            self._functions.discard(address)
            self._waiting.append(address)

    async def expect(self, address: int) -> bool:
        """Stop at a place where a function returns; False if there is no room whatever gives way."""
        if address in self._returns or address in self._functions:
            self._returns[address] = self._returns.get(address, 0) + 1
            return True
        placed = await self.target.add_breakpoint(address)
        while not placed and self._functions:
            self.waited += 1
            await self._take_away(next(iter(self._functions)))
            placed = await self.target.add_breakpoint(address)
        if placed:
            self._returns[address] = 1
        return placed

    async def forget(self, addresses: Iterable[int]) -> None:
        """Functions are not entered any more: the fewer breakpoints, the faster an emulator."""
        for address in addresses:
            if address in self._functions:
                self._functions.discard(address)
                if address not in self._returns and address != self._lifted:
                    await self.target.remove_breakpoint(address)

    async def returned(self, address: int) -> None:
        """A function has returned there."""
        count = self._returns.get(address, 0)
        if count > 1:
            self._returns[address] = count - 1
            return
        self._returns.pop(address, None)
        if address not in self._functions:
            await self.target.remove_breakpoint(address)
        if self.in_turns:
            await self._give_turns()

    async def _take_away(self, address: int) -> None:
        self._functions.discard(address)
        self._waiting.append(address)
        await self.target.remove_breakpoint(address)

    async def _give_turns(self) -> None:
        """Let functions that wait have the room that there is."""
        for _ in range(len(self._waiting)):
            address = self._waiting.popleft()
            if not await self.target.add_breakpoint(address):
                self._waiting.appendleft(address)
                return
            self._functions.add(address)

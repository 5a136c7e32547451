"""A target that stands and cannot run, but takes breakpoints: what fake ones have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bootstep.boots.remote.target import Ended, Range, Stop


class StandingTarget:
    """See `Target`.  It takes breakpoints at `places`, as long as there is `room`, and `watchpoints` if it
    `watches`.  Whoever inherits reads its memory."""

    architecture = ""
    room = 1 << 20
    watches = False

    def __init__(self) -> None:
        self.places: set[int] = set()
        self.watchpoints: list[int] = []

    async def registers(self) -> Mapping[str, int]:
        return {}

    async def register(self, name: str) -> int | None:
        return None

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        raise NotImplementedError

    async def look(self, ranges: Sequence[Range]) -> tuple[Mapping[str, int], list[bytes | None]]:
        return await self.registers(), await self.read(ranges)

    async def resume(self) -> Stop:
        return Ended("it cannot run")

    async def step(self) -> Stop:
        return Ended("it cannot run")

    async def interrupt(self) -> None:
        pass

    async def probe(self) -> None:
        pass

    @property
    def stood_at(self) -> int | None:
        return None

    async def add_breakpoint(self, address: int) -> bool:
        if address not in self.places and len(self.places) >= self.room:
            return False
        self.places.add(address)
        return True

    def lost_breakpoints(self) -> list[int]:
        return []

    async def remove_breakpoint(self, address: int) -> None:
        self.places.discard(address)

    async def add_watchpoint(self, address: int, size: int) -> bool:
        if self.watches:
            self.watchpoints.append(address)
        return self.watches

    async def remove_watchpoint(self, address: int, size: int) -> None:
        self.watchpoints.remove(address)

    async def close(self, kill: bool = False) -> None:
        pass

"""A target that goes from place to place in its code, from its reset to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bootstep.boots.remote.target import Ended, Stop, Stopped

from .fake_memory import FakeTarget


class WalkingTarget(FakeTarget):
    """Its `life` is the places where it comes, each with the registers there; `pc` is the name of the one
    that has the place.  `usual` registers are there everywhere."""

    watches = True

    def __init__(
        self, pc: str, life: Sequence[tuple[int, Mapping[str, int]]], usual: Mapping[str, int] | None = None
    ) -> None:
        super().__init__()
        self.pc = pc
        self.life = list(life)
        self.usual = usual or {}

    async def registers(self) -> Mapping[str, int]:
        address, registers = self.life[0]
        return {**self.usual, **registers, self.pc: address}

    async def step(self) -> Stop:
        if len(self.life) < 2:
            return Ended("exited with status 3")
        del self.life[0]
        return Stopped(5)

    async def resume(self) -> Stop:
        while not isinstance(stop := await self.step(), Ended):
            if self.stands_at(self.life[0][0]):
                break
        return stop

    def stands_at(self, place: int) -> bool:
        """Whether it stands there, if it was let run."""
        return place in self.places or bool(self.watchpoints)

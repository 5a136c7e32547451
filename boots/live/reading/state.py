"""All of a running kernel's state: a little of it at every stop, the whole where it may have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ....model.memory.memory_model import MemoryModel
from ....model.memory.state import State
from ..memory import KernelMemory
from .apply import put_lists, put_memblock, put_sections, put_variables, put_zones
from .memblock import ROUNDS, MemblockReader
from .numa import NumaReader
from .own import ListReader, OwnState
from .sections import SectionsReader
from .variables import VariablesReader
from .zones import ZonesReader


class StateReader:
    """Reads a kernel's memory into a state that records what changes.

    `own` is what its architecture has of its own, `physical` tells the physical address of a virtual one
    (None if it cannot).  Sections are read of a kernel whose memory model, `shape`, is known.
    """

    def __init__(
        self,
        memory: KernelMemory,
        physical: Callable[[int], int | None],
        own: OwnState,
        shape: MemoryModel | None = None,
    ) -> None:
        self.memory = memory
        self.memblock = MemblockReader(memory, physical)
        self.variables = VariablesReader(memory, physical, own.variables, own.pairs)
        self.zones = ZonesReader(memory, physical)
        self.sections = SectionsReader(memory, physical, shape) if shape is not None else None
        self.lists: tuple[ListReader, ...] = (
            NumaReader(memory, own.keeps_per_cpu_offset),
            *(make(memory) for make in own.lists),
        )

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, each in a sentence."""
        return list(dict.fromkeys(sentence for found in self._all_missing() for sentence in found))

    def _all_missing(self) -> Iterator[list[str]]:
        yield self.memblock.missing
        yield self.zones.missing
        if self.sections is not None:
            yield self.sections.missing
        for reader in self.lists:
            yield reader.missing
        yield self.variables.missing

    async def at_a_stop(self, state: State) -> None:
        """Put memblock and the variables into `state`, for one question in most cases."""
        for _ in range(ROUNDS):
            mine = self.memblock.ranges()
            data = await self.memory.many([*mine, *self.variables.ranges()])
            settled = self.memblock.update(data[: len(mine)])
            if self.variables.update(data[len(mine) :]) and settled:
                put_variables(state, self.variables.values)
                put_memblock(state, self.memblock.values)
                return

    async def whole(self, state: State) -> None:
        """Put everything into `state`."""
        await self.at_a_stop(state)
        for reader in self.lists:
            put_lists(state, await reader.read())
        if self.sections is not None:
            put_sections(state, await self.sections.read(_end(state)))
        put_zones(state, await self.zones.read())


def _end(state: State) -> int:
    """Where memory ends, as memblock has it."""
    return max(state.memblock.memory.ends, default=0)

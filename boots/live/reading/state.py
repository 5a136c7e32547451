"""All of a running kernel's state that is no page table: memblock at every stop, the rest where it may have
changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from ....model.build.address_map import AddressMap
from ....model.build.release import Release
from ....model.memory.memory_model import MemoryModel
from ....model.memory.state import State
from ..memory import KernelMemory
from .apply import put_list, put_lists, put_memblock, put_sections, put_variables, put_zones
from .free_lists import FreeListsReader
from .memblock import MemblockReader
from .numa import NumaReader
from .own import ListReader, OwnState
from .physical import PhysicalAddresses
from .sections import SectionsReader, SectionsValues
from .variables import VariablesReader
from .zones import ZonesReader


class StateReader:
    """Reads a kernel's memory into a state that records what changes.

    `own` is what its architecture has of its own; `load_address` is the physical address of ``_text``,
    `layout` the map of its addresses if that is known, `shape` its memory model: without one, sections are
    not read.  `memblock` is for whoever reads that together with other things.
    """

    def __init__(
        self,
        memory: KernelMemory,
        own: OwnState,
        load_address: int,
        layout: AddressMap | None = None,
        shape: MemoryModel | None = None,
    ) -> None:
        self.physical = PhysicalAddresses(memory, own, load_address, layout, lambda: self.variables.values)
        self.memblock = MemblockReader(memory, self.physical)
        self.variables = VariablesReader(memory, self.physical, own.variables, own.pairs)
        self.zones = ZonesReader(memory, self.physical)
        self.sections = SectionsReader(memory, self.physical, shape) if shape is not None else None
        self.free = FreeListsReader(memory, shape) if shape is not None else None
        self.lists: tuple[ListReader, ...] = (
            NumaReader(memory, own.keeps_per_cpu_offset),
            *(make(memory) for make in own.lists),
        )

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, each in a sentence."""
        return list(dict.fromkeys(sentence for found in self._all_missing() for sentence in found))

    def remarks(self) -> list[str]:
        """What could not be read while the kernel ran, in sentences."""
        return self.free.remarks() if self.free is not None else []

    def _all_missing(self) -> Iterator[list[str]]:
        yield self.memblock.missing
        yield self.zones.missing
        if self.sections is not None:
            yield self.sections.missing
        for reader in self.lists:
            yield reader.missing
        yield self.variables.missing

    def settle(self, state: State, release: Release, page_shift: int) -> None:
        """Let `state` know how memblock of this kernel is made, once that has been read: before a trace of it
        begins."""
        config = self.memblock.config(release, page_shift, self.zones.max_numnodes)
        _, *others = state.memblock.snapshot()
        state.memblock.restore((config, *others))

    async def read_into(self, state: State) -> None:
        """Put everything but memblock into `state`, which has memblock as it is.  All is asked at once, so
        that the stub is waited for as often as the longest of the answers needs."""
        (variables, zones, sections), lists = await asyncio.gather(
            asyncio.gather(self.variables.read(), self.zones.read(), self._sections(_end(state))),
            asyncio.gather(*(reader.read() for reader in self.lists)),
        )
        put_variables(state, variables)
        for found in lists:
            put_lists(state, found)
        if sections is not None:
            put_sections(state, sections)
        put_zones(state, zones)
        if zones is not None and sections is not None and self.free is not None:
            put_list(state.zones.free, await self.free.read(zones.lists, zones.nodes, sections))

    async def _sections(self, end: int) -> SectionsValues | None:
        return await self.sections.read(end) if self.sections is not None else None

    async def whole(self, state: State) -> None:
        """Put everything into `state`, memblock first."""
        put_memblock(state, await self.memblock.read())
        await self.read_into(state)


def _end(state: State) -> int:
    """Where memory ends, as memblock has it."""
    return max(state.memblock.memory.ends, default=0)

"""What a running kernel has learned of its nodes: their memory (``numa_meminfo``), how far apart they are
(``numa_distance``), where each CPU's variables are (``__per_cpu_offset``)."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from ....model.language.words import tr
from ....model.memory.numa import NumaMemblk
from ...remote.target import Range
from ..memory import WORD, KernelMemory
from .layouts import Layouts
from .own import Lists
from .said_once import SaidOnce

MEMINFO = ("numa_meminfo", "numa_reserved_meminfo")
OFFSETS = "__per_cpu_offset"
MOST_BLOCKS = 1 << 11
MOST_NODES = 1 << 10
MOST_CPUS = 1 << 13
FEW_BLOCKS = 16


class NumaReader:
    """Reads what there is of these; a kernel without NUMA has none of it, and that is no lack.  `per_cpu`
    says whether ``__per_cpu_offset`` is to be read."""

    def __init__(self, memory: KernelMemory, per_cpu: bool) -> None:
        self.memory = memory
        self._layouts = Layouts(memory)
        self._said = SaidOnce()
        self._per_cpu = per_cpu
        self._cpus = 0
        self._row = self._layouts.row("numa_memblk", ("start", "end", "nid"), signed=("nid",))
        self._blk = self._layouts.offset("numa_meminfo", "blk")
        self._has_meminfo = memory.address(MEMINFO[0]) is not None
        if self._has_meminfo and (self._row is None or self._blk is None):
            self._said.say(tr("the kernel's types do not tell how its list of nodes' memory is laid out"))
        if memory.address("node_data") is not None and memory.address("numa_distance") is None:
            self._said.say(tr("the kernel has no symbol {name}", name="numa_distance"))
        if per_cpu and memory.address(OFFSETS) is None:
            self._said.say(tr("the kernel has no symbol {name}", name=OFFSETS))

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, in sentences."""
        return self._said.sentences

    async def read(self) -> Lists:
        """The lists as they are now, by the names that the model's state has."""
        found: dict[str, tuple[Any, ...]] = {}
        all_blocks, distances, offsets = await asyncio.gather(
            asyncio.gather(*map(self._meminfo, MEMINFO)), self._distances(), self._told_offsets()
        )
        for name, blocks in zip(MEMINFO, all_blocks, strict=True):
            if blocks is not None:
                found[f"numa.{name}"] = blocks
        if distances is not None:
            found["numa.numa_distance"] = distances
        if offsets is not None:
            found[f"numa.{OFFSETS}"] = offsets
        return found

    async def _told_offsets(self) -> tuple[int, ...] | None:
        return await self._offsets() if self._per_cpu else None

    async def _meminfo(self, name: str) -> tuple[NumaMemblk, ...] | None:
        address, row, blk = self.memory.address(name), self._row, self._blk
        if address is None or row is None or blk is None:
            return None
        length = FEW_BLOCKS
        for _ in range(2):
            data = await self.memory.bytes_at(address, blk + length * row.size)
            count = self._layouts.number(data, "numa_meminfo", "nr_blks") if data is not None else None
            if data is None or count is None or count > MOST_BLOCKS:
                return None
            if count <= length:
                return tuple(
                    NumaMemblk(*each) for each in row.iter_unpack(data[blk : blk + count * row.size])
                )
            length = count
        return None

    async def _distances(self) -> tuple[tuple[int, ...], ...] | None:
        """The rows of the table; none while there is none."""
        count, table = await self.memory.variables({"numa_distance_cnt": 4, "numa_distance": WORD})
        if count is None or table is None or count > MOST_NODES:
            return None
        if not count or not table:
            return ()
        data = await self.memory.bytes_at(table, count * count)
        if data is None:
            return None
        return tuple(tuple(data[at : at + count]) for at in range(0, count * count, count))

    async def _offsets(self) -> tuple[int, ...] | None:
        """One offset a CPU.  As long as all CPUs have the image's own variables, all that there may be count,
        as many as the kernel was built for; then those that this machine may have."""
        address, cpus_at = self.memory.address(OFFSETS), self.memory.address("nr_cpu_ids")
        if address is None or cpus_at is None:
            return None
        cpus = await self.memory.variable("nr_cpu_ids", 4)
        if not cpus or cpus > MOST_CPUS:
            return None
        most = max(cpus, self._cpus)
        data = (await self.memory.many([Range(address, most * WORD)]))[0]
        if data is None:
            return None
        offsets = struct.unpack(f"<{most}Q", data)
        if len(set(offsets)) == 1 and most > 1:
            self._cpus = most
            return offsets
        return offsets[:cpus]

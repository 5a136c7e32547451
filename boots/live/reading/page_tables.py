"""Page tables where they lie in physical memory: what their entries are, and which trees there are.

`tree_walk` walks them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

from ....model.memory.pagetable.tables import ENTRY_SIZE, PAGE_LEVEL, Geometry, Run, TableRun
from ...remote.target import Range, Target
from ..memory import KernelMemory

ReadPhysical = Callable[[Sequence[Range]], Awaitable[list[bytes | None]]]
"""Reads ranges of physical memory; None for what cannot be read."""


class Entry(NamedTuple):
    """What an entry of a table says: the physical address of the table below or of the memory that it maps,
    and its other bits."""

    is_table: bool
    pa: int
    attrs: int


Decode = Callable[[int, int], Entry | None]
"""What an entry means: by its level (3 holds pages) and its bits; None if it is not valid."""


class LiveTree(NamedTuple):
    """A tree as it is in memory: the name that the state has for it, the physical address of its root, the
    first address that it translates, its shape, and what its entries mean; `contiguous` tells by an entry's
    other bits whether it is one of a contiguous set."""

    target: str
    root_pa: int
    root_va: int
    geometry: Geometry
    decode: Decode
    contiguous: Callable[[int], bool]


class Walked(NamedTuple):
    """What a tree holds, as in the state: leaf runs by address, table pages in the order of a walk.
    `left_out` counts tables that could not be read, or that were too many."""

    runs: list[Run]
    tables: list[TableRun]
    left_out: int = 0


class Trees(Protocol):
    """The trees of one running kernel.  What does not change as it runs is found once."""

    async def reader(self) -> ReadPhysical:
        """How to read them at this moment."""
        ...

    async def live(self) -> list[LiveTree]:
        """Those that there are at this moment, the kernel's own first."""
        ...


class TreeOps(NamedTuple):
    """What an architecture knows of its trees.  `root_registers` are those that say which one is used;
    `trees` are those of a kernel that runs on a target."""

    root_registers: tuple[str, ...]
    trees: Callable[[Target, KernelMemory], Trees]


async def translate(read: ReadPhysical, tree: LiveTree, address: int) -> int | None:
    """The physical address that a tree maps a virtual one to; None if it maps none."""
    geometry, pa = tree.geometry, tree.root_pa
    for level in range(geometry.start_level, PAGE_LEVEL + 1):
        data = (await read([Range(pa + geometry.offset(level, address), ENTRY_SIZE)]))[0]
        entry = tree.decode(level, int.from_bytes(data, "little")) if data else None
        if entry is None:
            return None
        if not entry.is_table:
            return entry.pa + address % geometry.size(level)
        pa = entry.pa
    return None


def reading_virtually(target: Target, virtual: Callable[[int], int | None]) -> ReadPhysical:
    """How physical memory is read where the stub knows virtual addresses only: at those that `virtual` says
    it is mapped at."""

    async def read(ranges: Sequence[Range]) -> list[bytes | None]:
        mapped = [virtual(each.address) for each in ranges]
        asked = [Range(at, each.size) for at, each in zip(mapped, ranges, strict=True) if at is not None]
        answers = iter(await target.read(asked) if asked else ())
        return [next(answers) if at is not None else None for at in mapped]

    return read

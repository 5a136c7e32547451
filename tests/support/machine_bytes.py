"""A target with registers and physical memory in which a model's page tables lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bootstep.boots.live.reading.page_tables import LiveTree
from bootstep.boots.live.reading.tree_walk import walk
from bootstep.boots.remote.target import Range
from bootstep.model.memory.pagetable.tables import PageTables

from .fake_memory import FakeTarget
from .table_bytes import Encode, PhysicalMemory, single


class MachineTarget(FakeTarget):
    """`registers_` by their names; `virtual` maps physical addresses for stubs that know no others."""

    def __init__(self, registers: Mapping[str, int], virtual: Callable[[int], int] | None = None) -> None:
        super().__init__()
        self.values = dict(registers)
        self.tables = PhysicalMemory()
        self.virtual = virtual
        self.knows_physical = virtual is None

    async def register(self, name: str) -> int | None:
        return self.values.get(name)

    async def read_physical(self, ranges: Sequence[Range]) -> list[bytes | None]:
        return await self.tables.read(ranges)

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        found: list[bytes | None] = []
        for each in ranges:
            kept = self.at(self.pieces, each)
            if kept is None and self.virtual is not None:
                kept = (await self.tables.read([Range(self.virtual(each.address), each.size)]))[0]
            found.append(kept)
        return found

    def put_trees(self, trees: Sequence[PageTables], encode: Encode) -> None:
        for tree in trees:
            self.tables.put(tree, encode)

    async def assert_holds(self, live: LiveTree, tree: PageTables) -> None:
        """Raise AssertionError if what is at a live tree is not the model's tree."""
        assert (live.root_pa, live.root_va) == (tree.fields["root_pa"], tree.fields["root_va"])
        assert live.geometry == tree.geometry
        walked = await walk(self.tables.read, live)
        assert walked.runs == list(tree.runs)
        assert list(single(walked.tables)) == list(single(tree.tables))

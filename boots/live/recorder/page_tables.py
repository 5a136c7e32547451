"""The page tables of a running kernel, walked where they may have changed: that is a great deal to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....model.arch.spec import Arch
from ....model.base.common_ends import common_ends
from ....model.language.words import trn
from ....model.memory.pagetable.tables import RUNS, TABLES, PageTables
from ....model.memory.state import BOOT_TREE, State
from ....model.trace.changes import Assign, ListTarget, Splice
from ....model.trace.events import Kind
from ...remote.target import Target
from ..memory import KernelMemory
from ..reading.page_tables import LiveTree, TreeOps
from ..reading.tree_walk import Walker

PAGE = 4096
ADDRESS = (1 << 52) - PAGE
"""The bits of a register that are the address of a root."""
FEW_TABLES = 64
"""Trees of so few tables are walked wherever all of the state is read."""


class PageTableReader:
    """Walks the trees that a kernel of an architecture has: where the register that holds a root has changed,
    where one of the functions named `mapping` begins or ends, and as long as they are small, always.  The
    tree that a kernel starts on stays as it was when it was left.  `left_out` counts tables that could not be
    read, in the walk with most of them."""

    def __init__(
        self, target: Target, memory: KernelMemory, ops: TreeOps, mapping: frozenset[str], arch: Arch
    ) -> None:
        self.left_out = 0
        self.walks = 0
        self._target = target
        self._registers = ops.root_registers
        self._trees = ops.trees(target, memory)
        self._walker = Walker()
        self._mapping = mapping
        self._arch = arch
        self._roots: list[int | None] = []
        self._tables = 0

    def remarks(self) -> list[str]:
        """What is to be said of what was read, in sentences."""
        if not self.left_out:
            return []
        return [
            trn(
                "in {count} place a page table could not be read, or there were too many",
                "in {count} places a page table could not be read, or there were too many",
                self.left_out,
            )
        ]

    async def read_into(self, state: State, functions: Sequence[str]) -> None:
        """Let the trees of the state be as they are where functions of these names begin or end (none: at the
        beginning or at the end of all)."""
        roots = [await self._target.register(name) for name in self._registers]
        is_small = self._tables <= FEW_TABLES
        maps = not functions or not self._mapping.isdisjoint(functions)
        if not maps and roots == self._roots and not is_small:
            return
        used = {(root or 0) & -PAGE for root in (*roots, *self._roots)}
        self._roots = roots
        self.walks += 1
        self._tables = 0
        trees = [
            tree
            for tree in await self._trees.live()
            if tree.target in state.trees and (tree.target != BOOT_TREE or tree.root_pa in used)
        ]
        self._put_variable(state, trees, (roots[0] or 0) & ADDRESS if roots else 0)
        walked = await self._walker.walk(await self._trees.reader(), trees)
        self.left_out = max(self.left_out, sum(found.left_out for found in walked))
        for tree, found in zip(trees, walked, strict=True):
            kept = state.trees[tree.target]
            self._tables += sum(table.count for table in found.tables)
            put_root(kept, tree)
            put_items(kept, kept.runs, RUNS, found.runs)
            put_items(kept, kept.tables, TABLES, found.tables)

    def _put_variable(self, state: State, trees: Sequence[LiveTree], used: int) -> None:
        """Let the variable that says which tree the CPU walks have its symbol, where the state has one."""
        symbols = {pgdir.target: pgdir.symbol for pgdir in self._arch.pgdirs}
        walked = next((tree.target for tree in trees if tree.root_pa == used), "")
        if self._arch.tree_variable and walked in symbols:
            state.variables.put(self._arch.tree_variable, symbols[walked])


def put_root(kept: PageTables, tree: LiveTree) -> None:
    """Let the root of a tree of the state be where it was found."""
    values = {
        "root_pa": tree.root_pa,
        "start_level": tree.geometry.start_level,
        "root_va": tree.root_va,
        "geometry": tree.geometry,
    }
    changed = {name: value for name, value in values.items() if kept.fields.get(name) != value}
    if changed:
        changes = tuple(
            Assign(kept.target, name, kept.fields.get(name), value) for name, value in changed.items()
        )
        kept.fields.update(changed)
        kept.trace.change(Kind.PAGE_TABLE, changes)


def put_items(kept: PageTables, items: ListTarget, part: str, values: Sequence[Any]) -> None:
    """Let a list of a tree be as it was found; what is the same at both of its ends is kept."""
    start, old_end, new_end = common_ends(items, values)
    removed, inserted = tuple(items[start:old_end]), tuple(values[start:new_end])
    if removed or inserted:
        items.splice(start, len(removed), inserted)
        kept.trace.change(Kind.PAGE_TABLE, (Splice(f"{kept.target}{part}", start, removed, inserted),))

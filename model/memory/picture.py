"""The state at one moment, as plain values that nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from msgspec import Struct

from .buddy import FreeRun
from .memblock.regions import Region, RegionsSnapshot
from .pagetable.tables import DEFAULT_GEOMETRY, RUNS, TABLES, Geometry, Run, TableRun
from .sparsemem import MemSection
from .state import State
from .zones import Node


class Tree(Struct, frozen=True):
    """One tree of page tables: its leaf runs and its table pages, the root's physical address and the first
    address that it translates, and its shape.  `target` is its name in the trace."""

    target: str
    runs: tuple[Run, ...]
    tables: tuple[TableRun, ...]
    root_pa: int
    root_va: int
    geometry: Geometry

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but perhaps the root."""
        return not self.runs and len(self.tables) <= 1


class Picture(Mapping[str, Any]):
    """The snapshots of all parts of a state, by the names that changes have for them; `trees` are its trees
    of page tables.  Where nothing has changed between two pictures, they hold the same objects."""

    def __init__(self, values_of: Mapping[str, Any], trees: Mapping[str, Tree]) -> None:
        self.values_of = values_of
        self.trees = trees

    @classmethod
    def of(cls, state: State) -> Picture:
        """As the state stands now."""
        values = {name: target.snapshot() for name, target in state.items()}
        return cls(values, {target: _tree(values, target) for target in state.trees})

    def updated(self, state: State, changed: frozenset[str]) -> Picture:
        """As the state stands now, where only the parts `changed` have changed since.  Copies no others."""
        fresh = {name: state[name].snapshot() for name in changed if name in state}
        if not fresh:
            return self
        values = {**self.values_of, **fresh}
        trees = {
            target: _tree(values, target) if fresh.keys() & {target, target + RUNS, target + TABLES} else tree
            for target, tree in self.trees.items()
        }
        return Picture(values, trees)

    def __getitem__(self, target: str) -> Any:
        return self.values_of[target]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_of)

    def __len__(self) -> int:
        return len(self.values_of)

    # ---- with their types, what is asked for most ----

    @property
    def memory(self) -> tuple[Region, ...]:
        """The regions of ``memblock.memory``."""
        return cast("RegionsSnapshot", self["memblock.memory"]).regions

    @property
    def reserved(self) -> tuple[Region, ...]:
        """The regions of ``memblock.reserved``."""
        return cast("RegionsSnapshot", self["memblock.reserved"]).regions

    @property
    def memory_max(self) -> int:
        """How many regions there is room for."""
        return cast("RegionsSnapshot", self["memblock.memory"]).max

    @property
    def reserved_max(self) -> int:
        """How many regions there is room for."""
        return cast("RegionsSnapshot", self["memblock.reserved"]).max

    @property
    def sections(self) -> Mapping[int, MemSection]:
        """The sections that are present, by number."""
        return self["sections.sections"]

    @property
    def roots(self) -> Mapping[int, int]:
        """The physical address of each root's array of sections."""
        return self["sections.roots"]

    @property
    def section_fields(self) -> Mapping[str, int]:
        """The variables of mm/sparse.c."""
        return self["sections"]

    @property
    def nodes(self) -> Mapping[int, Node]:
        """The nodes, by nid."""
        return self["zones.nodes"]

    @property
    def free(self) -> tuple[FreeRun, ...]:
        """What the buddy allocator has."""
        return self["zones.free"]

    @property
    def variables(self) -> Mapping[str, Any]:
        """The kernel's variables, by their C names."""
        return self["variables"]


def _tree(values: Mapping[str, Any], target: str) -> Tree:
    fields: Mapping[str, Any] = values[target]
    return Tree(
        target,
        values[target + RUNS],
        values[target + TABLES],
        fields.get("root_pa", 0),
        fields.get("root_va", 0),
        fields.get("geometry", DEFAULT_GEOMETRY),
    )

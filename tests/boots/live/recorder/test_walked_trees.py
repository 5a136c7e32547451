"""When the page tables of a running kernel are walked, and that the state then has them.

Covers page_tables.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.live.recorder.page_tables import FEW_TABLES, PageTableReader
from bootstep.boots.live.x86.page_tables import OPS
from bootstep.boots.x86.variables import Kernel
from bootstep.model.memory.state import State

from ....support.booted_pc import booted_pc, state_at
from ....support.fake_memory import kernel_memory
from ....support.machine_bytes import MachineTarget
from ....support.table_bytes import PhysicalMemory, plain

MAPPING = frozenset(("paging_init",))


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    return booted_pc()


def put(target: MachineTarget, state: State, root: str) -> None:
    """Let the target be where the state is, its CPU on one of the trees."""
    target.tables = PhysicalMemory()
    target.put_trees(list(state.trees.values()), plain)
    target.values["cr3"] = state.trees[root].fields["root_pa"]


def reader_of(kernel: Kernel, target: MachineTarget) -> PageTableReader:
    return PageTableReader(
        target, kernel_memory(target, kernel.image.symbols), OPS, MAPPING, kernel.arch.facts
    )


def assert_has(found: State, expected: State, trees: tuple[str, ...]) -> None:
    for name in trees:
        for part in ("fields", "runs", "tables"):
            assert getattr(found.trees[name], part) == getattr(expected.trees[name], part)


async def test_a_boot_is_followed_from_its_first_tree_to_its_own(kernel: Kernel) -> None:
    target = MachineTarget({"cr4": 0xB0, "cr0": 1 << 31})
    state, reader = kernel.arch.facts.state(), reader_of(kernel, target)
    early = state_at(kernel, "cleanup_highmap:return")
    put(target, early, "boot_page_tables")
    await reader.read_into(state, ())
    assert_has(state, early, ("page_tables", "boot_page_tables"))
    late = state_at(kernel, "paging_init:return")
    put(target, late, "page_tables")
    await reader.read_into(state, ("paging_init",))
    assert_has(state, late, ("page_tables",))
    assert_has(state, early, ("boot_page_tables",))
    assert reader.remarks() == []


async def test_tables_that_cannot_be_read_are_told_of(kernel: Kernel) -> None:
    target = MachineTarget({"cr4": 0xB0, "cr0": 1 << 31})
    state, reader = kernel.arch.facts.state(), reader_of(kernel, target)
    late = state_at(kernel, "paging_init:return")
    put(target, late, "page_tables")
    del target.tables.tables[late.page_tables.tables[-1].pa_first]
    await reader.read_into(state, ())
    assert reader.remarks() == ["in 1 place a page table could not be read, or there were too many"]
    assert state.page_tables.runs


async def test_large_trees_are_walked_where_they_may_have_changed(kernel: Kernel) -> None:
    target = MachineTarget({"cr4": 0xB0, "cr0": 1 << 31})
    state, reader = kernel.arch.facts.state(), reader_of(kernel, target)
    late = state_at(kernel, "paging_init:return")
    tree = late.page_tables
    for number in range(FEW_TABLES):
        address = 0xFFFF_C900_0000_0000 + number * tree.geometry.size(0)
        tree.add_table(1, address, 0x7000_0000 + number * 0x1000, 0x63)
    put(target, late, "page_tables")
    await reader.read_into(state, ())
    assert_has(state, late, ("page_tables",))
    for function, walks in (("memblock_reserve", 1), ("paging_init", 2), ("memblock_reserve", 2), ("", 3)):
        await reader.read_into(state, (function,) if function else ())
        assert reader.walks == walks
    put(target, state_at(kernel, "cleanup_highmap:return"), "boot_page_tables")
    await reader.read_into(state, ("memblock_reserve",))
    assert reader.walks == 4

"""Which trees an x86-64 kernel has, by its registers, symbols and memory.

Covers page_tables.py.
"""

from __future__ import annotations

import struct

import pytest
from bootstep.boots.live.reading.page_tables import Entry
from bootstep.boots.live.reading.tree_walk import walk
from bootstep.boots.live.x86.page_tables import OPS, decode, geometry_of
from bootstep.boots.x86.variables import Kernel
from bootstep.model.memory.pagetable.tables import Geometry
from bootstep.model.memory.state import State

from ....support.booted_pc import booted_pc, state_at
from ....support.fake_memory import kernel_memory
from ....support.machine_bytes import MachineTarget
from ....support.table_bytes import plain

LA57 = 1 << 12
PG = 1 << 31
U64 = (1 << 64) - 1
KERNEL_MAP = 0xFFFF_FFFF_8000_0000


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    return booted_pc()


def target_of(k: Kernel, state: State, root: str, virtual: bool = False) -> MachineTarget:
    cr3 = state.trees[root].fields["root_pa"]
    phys_base = state.variables["phys_base"]

    def physical(va: int) -> int:
        return va - KERNEL_MAP + phys_base if va >= KERNEL_MAP else va - 0xFFFF_8880_0000_0000

    target = MachineTarget({"cr3": cr3, "cr4": 0xB0, "cr0": PG | 1}, physical if virtual else None)
    target.put_trees(list(state.trees.values()), plain)
    target.put(k.image.symbols["phys_base"], struct.pack("<Q", phys_base & U64))
    return target


def test_the_shape_is_what_the_control_register_says() -> None:
    assert geometry_of(0xB0) == Geometry(12, 48, 4, both_halves=True)
    assert geometry_of(0xB0 | LA57) == Geometry(12, 57, 5, both_halves=True)


@pytest.mark.parametrize(
    ("level", "bits", "entry"),
    [
        (3, 0x4000_0163, Entry(False, 0x4000_0000, 0x163)),
        (3, 0x4000_01E3, Entry(False, 0x4000_0000, 0x1E3)),
        (3, 0x4000_0162, None),
        (2, 1 << 63 | 0x4000_01E3, Entry(False, 0x4000_0000, 1 << 63 | 0x1E3)),
        (2, 0x4000_11E3, Entry(False, 0x4000_0000, 0x11E3)),
        (1, 0x4000_01E3, Entry(False, 0x4000_0000, 0x1E3)),
        (2, 0x4000_1063, Entry(True, 0x4000_1000, 0x63)),
        (0, 0x4000_1067, Entry(True, 0x4000_1000, 0x67)),
        (-1, 0x4000_10E7, Entry(True, 0x4000_1000, 0xE7)),
    ],
)
def test_entries(level: int, bits: int, entry: Entry | None) -> None:
    assert decode(level, bits) == entry


@pytest.mark.parametrize("virtual", [False, True])
async def test_the_kernels_own_tree_at_the_end(kernel: Kernel, virtual: bool) -> None:
    target = target_of(kernel, kernel.state, "page_tables", virtual)
    memory = kernel_memory(target, kernel.image.symbols)
    live = await OPS.trees(target, memory).live()
    assert [tree.target for tree in live] == ["page_tables"]
    await target.assert_holds(live[0], kernel.page_tables)
    read = await OPS.trees(target, memory).reader()
    assert (await walk(read, live[0])).runs == list(kernel.page_tables.runs)


async def test_both_trees_while_the_kernel_is_on_the_first(kernel: Kernel) -> None:
    """The identity map's tables stand at two places each."""
    state = state_at(kernel, "cleanup_highmap:return")
    target = target_of(kernel, state, "boot_page_tables")
    live = await OPS.trees(target, kernel_memory(target, kernel.image.symbols)).live()
    assert [tree.target for tree in live] == ["page_tables", "boot_page_tables"]
    for tree in live:
        await target.assert_holds(tree, state.trees[tree.target])


async def test_another_one_s_tables_are_none(kernel: Kernel) -> None:
    """The decompressor's map the image nowhere."""
    target = target_of(kernel, kernel.state, "page_tables")
    target.tables.tables[0x9000_0000] = bytearray(4096)
    target.values["cr3"] = 0x9000_0000
    assert await OPS.trees(target, kernel_memory(target, kernel.image.symbols)).live() == []
    live = await OPS.trees(target, kernel_memory(target, {})).live()
    assert [tree.root_pa for tree in live] == [0x9000_0000]


@pytest.mark.parametrize("change", [{"cr0": 1}, {"cr3": None}, {"cr4": None}])
async def test_no_paging_or_no_registers_no_trees(kernel: Kernel, change: dict[str, int | None]) -> None:
    target = target_of(kernel, kernel.state, "page_tables")
    for name, value in change.items():
        target.values.pop(name)
        if value is not None:
            target.values[name] = value
    assert await OPS.trees(target, kernel_memory(target, kernel.image.symbols)).live() == []
    assert OPS.root_registers == ("cr3",)


async def test_what_the_image_has_in_its_root_does_not_count(kernel: Kernel) -> None:
    """Entries for other ways to start, until the kernel makes the root its own."""
    state = state_at(kernel, "x86_64_start_kernel")
    target = target_of(kernel, state, "boot_page_tables")
    root = state.trees["page_tables"].fields["root_pa"]
    struct.pack_into("<Q", target.tables.tables[root], 0, 0x1234_5067)
    live = await OPS.trees(target, kernel_memory(target, kernel.image.symbols)).live()
    assert [tree.target for tree in live] == ["page_tables", "boot_page_tables"]
    for tree in live:
        await target.assert_holds(tree, state.trees[tree.target])

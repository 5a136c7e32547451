"""Which trees an arm64 kernel has, by its registers, symbols and memory.

Covers page_tables.py.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import pytest
from bootstep.boots.live.arm64.page_tables import OPS, decoder, read_registers
from bootstep.boots.live.reading.page_tables import Entry
from bootstep.boots.live.reading.tree_walk import walk
from bootstep.model.memory.pagetable.tables import Geometry
from bootstep.model.memory.state import State

from ....support.booted_pc import state_at
from ....support.captured import booted
from ....support.fake_memory import kernel_memory
from ....support.machine_bytes import MachineTarget
from ....support.table_bytes import plain

TG1_4K, TG1_16K, TG1_64K = 2 << 30, 1 << 30, 3 << 30
DS, IPS_52 = 1 << 59, 6 << 32
U64 = (1 << 64) - 1


def t1sz(va_bits: int) -> int:
    return 64 - va_bits << 16


@pytest.mark.parametrize(
    ("tcr", "geometry", "lpa2"),
    [
        (TG1_4K | t1sz(48), Geometry(12, 48, 4), False),
        (TG1_4K | t1sz(39), Geometry(12, 39, 3), False),
        (TG1_4K | t1sz(52) | DS, Geometry(12, 52, 5), True),
        (TG1_16K | t1sz(47), Geometry(14, 47, 3), False),
        (TG1_16K | t1sz(48), Geometry(14, 48, 4), False),
        (TG1_16K | t1sz(36), Geometry(14, 36, 2), False),
        (TG1_64K | t1sz(48), Geometry(16, 48, 3), False),
        (TG1_64K | t1sz(52), Geometry(16, 52, 3), False),
        (TG1_64K | t1sz(42), Geometry(16, 42, 2), False),
    ],
)
def test_the_shape_is_what_the_control_register_says(tcr: int, geometry: Geometry, lpa2: bool) -> None:
    found = read_registers(0x4123_0001, tcr)
    assert found is not None
    assert (found.root_pa, found.geometry, found.lpa2) == (0x4123_0000, geometry, lpa2)


def test_a_cpu_with_48_bits_walks_the_end_of_a_root_of_52() -> None:
    found = read_registers(0x4123_1E00, TG1_64K | t1sz(48))
    assert found is not None
    assert (found.root_pa, found.geometry) == (0x4123_0000, Geometry(16, 52, 3))


def test_roots_above_48_bits() -> None:
    found = read_registers(0x4123_0000 | 0xA << 2, TG1_64K | t1sz(52) | IPS_52)
    assert found is not None
    assert found.root_pa == 0xA_0000_4123_0000


@pytest.mark.parametrize("tcr", [0, t1sz(48), TG1_4K, TG1_4K | t1sz(12)])
def test_registers_that_no_kernel_sets(tcr: int) -> None:
    assert read_registers(0x4123_0000, tcr) is None


@pytest.mark.parametrize(
    ("page_shift", "lpa2", "level", "bits", "entry"),
    [
        (12, False, 3, 0x4000_0703, Entry(False, 0x4000_0000, 0x703)),
        (12, False, 3, 0x4000_0701, None),
        (12, False, 3, 0x4000_0702, None),
        (12, False, 2, 0x4000_0701, Entry(False, 0x4000_0000, 0x701)),
        (12, False, 0, 1 << 59 | 0x4000_0003, Entry(True, 0x4000_0000, 1 << 59 | 3)),
        (12, False, -1, 0x4000_0001, None),
        (16, False, 3, 0x4001_A703, Entry(False, 0xA_0000_4001_0000, 0x703)),
        (12, True, 3, 1 << 49 | 0x4000_0603, Entry(False, 10 << 48 | 0x4000_0000, 0x403)),
        (14, True, 3, 1 << 49 | 0x4000_0703, Entry(False, 14 << 48 | 0x4000_0000, 0x403)),
    ],
)
def test_descriptors(page_shift: int, lpa2: bool, level: int, bits: int, entry: Entry | None) -> None:
    assert decoder(page_shift, lpa2)(level, bits) == entry


def target_of(state: State, symbols: Mapping[str, int], root: str, virtual: bool = False) -> MachineTarget:
    """A machine in the state of a boot whose CPU walks the tree of a symbol."""
    trees = [tree for tree in state.trees.values() if "root_pa" in tree.fields]
    roots = {tree.target: tree.fields["root_pa"] for tree in trees}
    registers = {"TTBR1_EL1": roots[root] | 1, "TCR_EL1": TG1_4K | t1sz(48), "SCTLR_EL1": 1}
    offset, memstart = state.variables["kimage_voffset"], state.variables["memstart_addr"]
    linear = U64 + 1 - (1 << 48)

    def physical(va: int) -> int:
        return va - offset if va >= symbols["_text"] else va - linear + memstart

    target = MachineTarget(registers, physical if virtual else None)
    target.put_trees(trees, plain)
    for name, value in (("kimage_voffset", offset), ("memstart_addr", memstart)):
        target.put(symbols[name], struct.pack("<Q", value & U64))
    return target


@pytest.mark.parametrize("virtual", [False, True])
async def test_the_kernels_own_tree_and_its_identity_map_are_found_at_the_end(virtual: bool) -> None:
    k = booted("m1g")
    symbols = {**k.image.symbols}
    target = target_of(k.state, symbols, "page_tables", virtual)
    memory = kernel_memory(target, symbols)
    live = await OPS.trees(target, memory).live()
    assert [tree.target for tree in live] == ["page_tables", "idmap_pg_dir"]
    for tree in live:
        await target.assert_holds(tree, k.state.trees[tree.target])
    read = await OPS.trees(target, memory).reader()
    assert (await walk(read, live[0])).runs == list(k.page_tables.runs)


async def test_the_first_tree_counts_as_long_as_it_is_used() -> None:
    k = booted("m1g")
    state = state_at(k, "paging_init")
    target = target_of(state, k.image.symbols, "init_pg_dir")
    live = await OPS.trees(target, kernel_memory(target, k.image.symbols)).live()
    assert [tree.target for tree in live] == ["page_tables", "init_pg_dir", "idmap_pg_dir"]
    for tree in live:
        await target.assert_holds(tree, state.trees[tree.target])
    assert state.trees["init_pg_dir"].runs


async def test_kernels_without_symbols_of_roots_have_the_tree_that_is_used() -> None:
    k = booted("m1g")
    target = target_of(k.state, k.image.symbols, "page_tables")
    live = await OPS.trees(target, kernel_memory(target, {})).live()
    assert [(tree.target, tree.root_pa) for tree in live] == [
        ("page_tables", k.page_tables.fields["root_pa"])
    ]


@pytest.mark.parametrize("missing", ["TTBR1_EL1", "TCR_EL1"])
async def test_stubs_that_do_not_tell_registers_show_no_trees(missing: str) -> None:
    k = booted("m1g")
    target = target_of(k.state, k.image.symbols, "page_tables")
    del target.values[missing]
    assert await OPS.trees(target, kernel_memory(target, k.image.symbols)).live() == []


async def test_before_the_mmu_is_on_there_are_none() -> None:
    k = booted("m1g")
    target = target_of(k.state, k.image.symbols, "page_tables")
    target.values["SCTLR_EL1"] = 0x30D0_0800
    assert await OPS.trees(target, kernel_memory(target, k.image.symbols)).live() == []
    assert OPS.root_registers == ("TTBR1_EL1",)

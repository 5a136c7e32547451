"""Memblock of a running kernel comes out as the model's own has it, at whatever moment; memory that is no
memblock costs nothing.

Covers layouts.py, batches.py.
"""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.live.reading.apply import put_memblock
from bootstep.boots.live.reading.batches import Batch
from bootstep.boots.live.reading.memblock import MOST_REGIONS, MemblockReader
from bootstep.boots.remote.target import Range
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.build.release import Release
from bootstep.model.build.sizes import Sizes
from bootstep.model.memory.memblock import (
    Memblock,
    MemblockConfig,
    memblock_add,
    memblock_allow_resize,
    memblock_mark_nomap,
    memblock_reserve,
    memblock_trim_memory,
)
from bootstep.model.memory.memblock.structure import ReservedMem
from bootstep.model.memory.state import Replica, State
from bootstep.model.trace.changes import Assign, Splice
from bootstep.model.trace.collected import CollectedChanges
from bootstep.model.trace.events import Kind

from ....support.captured import booted
from ....support.fake_memory import NO_SIZES, FakeTarget, kernel_memory
from ....support.kernel_bytes import DATA, Writer, physical, write_memblock


def reader_of(writer: Writer, sizes: Sizes = NO_SIZES, numa: bool = True) -> MemblockReader:
    symbols = {**writer.symbols, **({"node_data": DATA - 64} if numa else {})}
    return MemblockReader(kernel_memory(writer.target, symbols, sizes, writer.moved), physical)


async def read_back(memblock: Memblock, sizes: Sizes = NO_SIZES, moved: int = 0) -> Memblock:
    writer = Writer(FakeTarget(), moved=moved)
    write_memblock(writer, memblock)
    reader = reader_of(writer, sizes, memblock.numa)
    await reader.read()
    assert reader.missing == []
    state = State()
    state.memblock.configure(memblock.config)
    put_memblock(state, reader.values)
    return state.memblock


def grown(regions: int) -> Memblock:
    memblock = Memblock(MemblockConfig(Release(6, 1)))
    memblock_add(memblock, 0x4000_0000, 0x4000_0000)
    memblock_allow_resize(memblock)
    for number in range(regions):
        memblock_reserve(memblock, 0x5000_0000 + number * 0x3000, 0x1000)
    return memblock


def same(found: Memblock, expected: Memblock) -> bool:
    arrays = zip(found.arrays.values(), expected.arrays.values(), strict=True)
    return found.snapshot() == expected.snapshot() and all(a.snapshot() == b.snapshot() for a, b in arrays)


class TestReading:
    @pytest.mark.parametrize("moved", [0, 0x1234_0000])
    async def test_every_moment_of_a_boot_reads_as_the_model_has_it(self, moved: int) -> None:
        kernel = booted("m1g")
        trace = debugger_of(kernel).trace
        replica = Replica(trace)
        for position in range(0, len(trace), len(trace) // 12):
            replica.move(position)
            memblock = replica.state.memblock
            assert same(await read_back(memblock, kernel.sizes, moved), memblock)

    @pytest.mark.parametrize("regions", [0, 1, 127, 300, 1500])
    async def test_doubled_arrays_have_their_physical_address(self, regions: int) -> None:
        memblock = grown(regions)
        found = await read_back(memblock)
        assert same(found, memblock)
        assert bool(found.reserved.regions_pa) == (regions > 127)

    async def test_no_nodes(self) -> None:
        memblock = Memblock(MemblockConfig(Release(6, 1), numa=False, max_numnodes=1))
        memblock_add(memblock, 0x4000_0000, 0x4000_0000)
        memblock_mark_nomap(memblock, 0x5000_0000, 0x1_0000)
        writer = Writer(FakeTarget())
        write_memblock(writer, memblock)
        reader = reader_of(writer, numa=False)
        values = await reader.read()
        assert values is not None
        assert values.memory is not None
        assert list(values.memory.regions) == memblock.memory.regions
        assert not reader.numa

    async def test_what_trimming_leaves_unmerged(self) -> None:
        memblock = grown(0)
        memblock_add(memblock, 0x8000_0000, 0x1800)
        memblock_mark_nomap(memblock, 0x8000_1000, 0x800)
        memblock_trim_memory(memblock, 0x1000)
        assert same(await read_back(memblock), memblock)

    async def test_the_variables_beside_it(self) -> None:
        memblock = grown(3)
        memblock.debug = memblock.bottom_up = memblock.movable_node = True
        memblock.mirrored_kernelcore = memblock.system_has_some_mirror = True
        memblock.current_limit = 0x1_0000_0000
        memblock.reserved_mem_table = (ReservedMem("oops", 0x5000_0000, 0x1000),)
        assert same(await read_back(memblock), memblock)

    async def test_how_the_kernel_was_made(self) -> None:
        config = MemblockConfig(Release(6, 1), init_memory_regions=256, init_reserved_regions=64)
        writer = Writer(FakeTarget())
        write_memblock(writer, Memblock(config))
        reader = reader_of(writer)
        await reader.read()
        assert reader.config(config.release, 12, 16) == config


class TestCost:
    async def test_one_question_at_a_stop_where_arrays_grow_by_little(self) -> None:
        memblock = grown(20)
        writer = Writer(FakeTarget())
        write_memblock(writer, memblock)
        reader = reader_of(writer)
        await reader.read()
        before = writer.target.rounds
        for number in range(20):
            memblock_reserve(memblock, 0x6000_0000 + number * 0x3000, 0x1000)
            write_memblock(writer, memblock)
            values = await reader.read()
            assert values is not None
            assert values.reserved is not None
            assert list(values.reserved.regions) == memblock.reserved.regions
        assert writer.target.rounds - before < 25

    async def test_an_array_that_has_moved_is_asked_for_once_more(self) -> None:
        memblock = grown(100)
        writer = Writer(FakeTarget())
        write_memblock(writer, memblock)
        reader = reader_of(writer)
        await reader.read()
        for number in range(40):
            memblock_reserve(memblock, 0x6000_0000 + number * 0x3000, 0x1000)
        write_memblock(writer, memblock)
        target = writer.target
        assert not reader.update(await target.read(reader.ranges()))
        assert reader.update(await target.read(reader.ranges()))
        assert reader.values is not None
        assert reader.values.reserved is not None
        assert reader.values.reserved.regions_pa == memblock.reserved.regions_pa

    async def test_variables_close_together_are_one_range(self) -> None:
        places = {"a": Range(0x1000, 8), "b": Range(0x1010, 4), "c": Range(0x1FFE, 4), "d": Range(0x9000, 1)}
        batch = Batch(places)
        assert len(batch.ranges) == 3
        data = [bytes(range(each.size)) for each in batch.ranges]
        assert batch.cut(data)["b"] == bytes([16, 17, 18, 19])
        assert batch.cut([None, *data[1:]]).keys() == {"c", "d"}


class TestWhatIsNotThere:
    async def test_no_symbol(self) -> None:
        reader = MemblockReader(kernel_memory(FakeTarget(), {}), physical)
        assert reader.ranges() == []
        assert await reader.read() is None
        assert reader.missing == ["the kernel's symbols do not tell where memblock is"]

    async def test_types_that_lack_a_member(self) -> None:
        sizes = Sizes(
            "odd", {"struct memblock_region": 24}, {}, members={"memblock_region": (("base", 0, 8, ""),)}
        )
        reader = MemblockReader(kernel_memory(FakeTarget(), {"memblock": DATA}, sizes), physical)
        assert await reader.read() is None
        assert reader.missing == ["the kernel's types do not tell how struct memblock is laid out"]

    async def test_memory_that_cannot_be_read_yet(self) -> None:
        reader = MemblockReader(kernel_memory(FakeTarget(), {"memblock": DATA}), physical)
        assert await reader.read() is None
        assert reader.missing == []

    async def test_an_array_that_is_not_set_up(self) -> None:
        target = FakeTarget({DATA: bytes(4096)})
        values = await MemblockReader(kernel_memory(target, {"memblock": DATA}), physical).read()
        assert values is not None
        assert (values.memory, values.reserved) == (None, None)

    @pytest.mark.parametrize(
        ("count", "most"), [(1 << 60, 1 << 61), (5, 4), (MOST_REGIONS + 1, MOST_REGIONS + 1), (0, 1 << 63)]
    )
    async def test_counts_that_cannot_be(self, count: int, most: int) -> None:
        header = struct.pack("<QQQQQ", count, most, 0, DATA + 4096, 0)
        target = FakeTarget({DATA: struct.pack("<QQ", 0, 0) + header + header, DATA + 4096: bytes(4096)})
        values = await MemblockReader(kernel_memory(target, {"memblock": DATA}), physical).read()
        assert values is not None
        assert values.memory is None
        assert target.asked < 10_000

    async def test_a_regions_pointer_into_itself(self) -> None:
        header = struct.pack("<QQQQQ", 100, 100, 0, DATA, 0)
        target = FakeTarget({DATA: (struct.pack("<QQ", 0, 0) + header + header).ljust(8192, b"\xff")})
        values = await MemblockReader(kernel_memory(target, {"memblock": DATA}), physical).read()
        assert values is not None
        assert values.memory is not None
        assert len(values.memory.regions) == 100

    @pytest.mark.parametrize("seed", range(30))
    async def test_random_memory(self, seed: int) -> None:
        chance = random.Random(seed)
        target = FakeTarget({DATA: chance.randbytes(8192)})
        reader = MemblockReader(kernel_memory(target, {"memblock": DATA, "node_data": 1}), physical)
        for _ in range(5):
            await reader.read()
            target.put(DATA, chance.randbytes(8192))
        assert target.rounds <= 20

    async def test_memory_that_changes_under_the_question(self) -> None:
        class Moving(FakeTarget):
            async def read(self, ranges: Any) -> list[bytes | None]:
                self.rounds += 1
                header = struct.pack("<QQQQQ", 100, 100, 0, DATA + (self.rounds << 12), 0)
                self.put(DATA, struct.pack("<QQ", 0, 0) + header + header)
                return [self.at(self.pieces, each) for each in ranges]

        target = Moving()
        memory: KernelMemory = kernel_memory(target, {"memblock": DATA})
        assert await MemblockReader(memory, physical).read() is None
        assert target.rounds == 4


class TestPutting:
    async def changes(self, before: Memblock, after: Memblock) -> dict[Kind, list[Any]]:
        state, changes = State(), CollectedChanges()
        state.memblock.configure(before.config)
        writer = Writer(FakeTarget())
        write_memblock(writer, before)
        reader = reader_of(writer)
        put_memblock(state, await reader.read())
        state.record_into(changes)
        write_memblock(writer, after)
        put_memblock(state, await reader.read())
        return dict(changes.taken())

    async def test_a_region_more_is_a_splice_of_one(self) -> None:
        before, after = grown(20), grown(20)
        memblock_reserve(after, 0x6000_0000, 0x1000)
        assert await self.changes(before, after) == {
            Kind.MEMBLOCK: [
                Splice("memblock.reserved", 20, (), ((0x6000_0000, 0x1000, 0, 16),)),
                Assign("memblock.reserved", "total_size", 20 * 0x1000, 21 * 0x1000),
            ]
        }

    async def test_nothing_new_is_no_event(self) -> None:
        assert await self.changes(grown(20), grown(20)) == {}

    async def test_a_limit(self) -> None:
        after = grown(2)
        after.current_limit = 1 << 32
        changed = await self.changes(grown(2), after)
        assert changed == {Kind.MEMBLOCK: [Assign("memblock", "current_limit", (1 << 64) - 1, 1 << 32)]}

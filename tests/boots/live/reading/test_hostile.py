"""Memory that is nonsense, or meant to harm: whatever is read stays bounded, and nothing is raised.

Covers physical.py, state.py.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

import pytest
from bootstep.boots.live.arm64.own_state import ARM64, linear_map
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.live.reading.numa import NumaReader
from bootstep.boots.live.reading.own import OwnState
from bootstep.boots.live.reading.physical import PhysicalAddresses
from bootstep.boots.live.reading.sections import SectionsReader
from bootstep.boots.live.reading.state import StateReader
from bootstep.boots.live.reading.variable_rows import GENERIC, VariableRow, text, word_of
from bootstep.boots.live.reading.variables import VariablesReader
from bootstep.boots.live.reading.zones import ZonesReader
from bootstep.boots.live.x86.e820 import E820Reader
from bootstep.boots.live.x86.own_state import PAGE_OFFSET_L4, X86
from bootstep.boots.live.x86.own_state import linear_map as x86_linear_map
from bootstep.boots.remote.target import Range
from bootstep.model.memory.memory_model import FLATMEM, SPARSEMEM_STATIC, VMEMMAP, MemoryModel
from bootstep.model.memory.state import State
from msgspec.structs import replace

from ....support.fake_memory import NO_SIZES, FakeTarget, kernel_memory
from ....support.kernel_bytes import DATA, physical
from ....support.memory_shapes import SHAPE

ZONES = replace(
    NO_SIZES,
    structures={"struct zone": 200, "struct free_area": 104, "struct pglist_data": 4096},
    members={
        "zone": (
            *(("zone_start_pfn", 0, 8, ""), ("managed_pages", 8, 8, ""), ("spanned_pages", 16, 8, "")),
            *(("present_pages", 24, 8, ""), ("name", 32, 8, ""), ("free_area", 40, 104, "")),
        ),
        "pglist_data": (
            *(("node_zones", 0, 800, ""), ("node_zonelists", 800, 2080, ""), ("nr_zones", 2880, 4, "")),
            *(("node_mem_map", 2888, 8, ""), ("node_start_pfn", 2896, 8, "")),
            *(("node_spanned_pages", 2904, 8, ""), ("node_present_pages", 2912, 8, "")),
        ),
    },
)
SYMBOLS = (
    *("memblock", "node_data", "zone_names", "arch_zone_lowest_possible_pfn", "zone_movable_pfn"),
    *("arch_zone_highest_possible_pfn", "mem_section", "sparsemap_buf", "sparsemap_buf_end", "mem_map"),
    *("e820_table", "e820_table_kexec", "e820_table_firmware", "numa_meminfo", "numa_reserved_meminfo"),
    *("numa_distance", "numa_distance_cnt", "__per_cpu_offset", "nr_cpu_ids", "pfn_mapped", "nr_pfn_mapped"),
    *("log_buf", "__log_buf", "boot_command_line", "contig_page_data", "memstart_addr"),
)
ENOUGH = 64 << 20
"""More bytes than any of this may ask for."""


class Everywhere(FakeTarget):
    """Memory that can be read everywhere and holds what `chance` gives, or one word again and again."""

    def __init__(self, chance: random.Random | None = None, word: int = 0) -> None:
        super().__init__()
        self._chance = chance
        self._word = word

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        self.rounds += 1
        self.asked += sum(each.size for each in ranges)
        assert self.asked < ENOUGH
        return [self._bytes(each.size) for each in ranges]

    def _bytes(self, size: int) -> bytes:
        if self._chance is not None:
            return self._chance.randbytes(size)
        return (struct.pack("<Q", self._word) * (size // 8 + 1))[:size]


def memory_of(target: FakeTarget, *without: str) -> KernelMemory:
    symbols = {name: DATA + 4096 * at for at, name in enumerate(SYMBOLS) if name not in without}
    return kernel_memory(target, {**symbols, "_text": DATA - 4096, "_end": DATA + (1 << 20)}, ZONES)


def reader_of(target: FakeTarget, own: OwnState, shape: MemoryModel) -> StateReader:
    return StateReader(memory_of(target), own, 0x4000_0000, None, shape)


@pytest.mark.parametrize("own", [ARM64, X86], ids=["arm64", "x86"])
@pytest.mark.parametrize("model", [VMEMMAP, SPARSEMEM_STATIC, FLATMEM])
@pytest.mark.parametrize("seed", range(4))
async def test_random_memory_everywhere(own: OwnState, model: str, seed: int) -> None:
    target = Everywhere(random.Random(seed))
    reader = reader_of(target, own, replace(SHAPE, model=model))
    state = State()
    await reader.whole(state)
    assert target.rounds < 100


@pytest.mark.parametrize("word", [0, 1, 2, 1000, 1 << 60, DATA, (1 << 64) - 1])
@pytest.mark.parametrize("own", [ARM64, X86], ids=["arm64", "x86"])
async def test_one_word_everywhere(own: OwnState, word: int) -> None:
    target = Everywhere(word=word)
    await reader_of(target, own, SHAPE).whole(State())
    assert target.rounds < 100


async def test_no_memory_at_all() -> None:
    state = State()
    reader = reader_of(FakeTarget(), X86, SHAPE)
    await reader.whole(state)
    assert state.zones.nodes == {}
    assert state.e820.e820_table == []


class TestSections:
    async def test_a_memory_end_of_nonsense_is_bounded(self) -> None:
        target = Everywhere(word=0)
        reader = SectionsReader(memory_of(target), physical, replace(SHAPE, model=SPARSEMEM_STATIC))
        await reader.read(1 << 63)
        assert target.asked < 32 << 20

    async def test_roots_that_lead_to_each_other(self) -> None:
        target = FakeTarget()
        memory = memory_of(target)
        place = memory.address("mem_section") or 0
        target.put(place, struct.pack("<Q", place).ljust(4096, b"\x01"))
        values = await SectionsReader(memory, physical, SHAPE).read(1 << 30)
        assert values is not None
        assert len(values.sections) <= 256

    async def test_terabytes(self) -> None:
        target = FakeTarget()
        memory = memory_of(target)
        target.put(memory.address("mem_section") or 0, struct.pack("<Q", DATA + (1 << 24)))
        roots = [DATA + (1 << 26) + 4096 * at for at in range(320)]
        target.put(DATA + (1 << 24), struct.pack("<320Q", *roots))
        data = struct.pack("<QQ", 0xFFFF_0000_0000_000F, 0) * 256
        for root in roots:
            target.put(root, data)
        values = await SectionsReader(memory, physical, SHAPE).read(10 << 40)
        assert values is not None
        assert len(values.sections) == 320 * 256
        assert len(values.roots) == 320
        assert target.rounds < 12

    def test_what_is_missing_is_named(self) -> None:
        memory = kernel_memory(FakeTarget(), {})
        assert SectionsReader(memory, physical, SHAPE).missing == ["the kernel has no symbol mem_section"]
        flat = SectionsReader(memory, physical, replace(SHAPE, model=FLATMEM))
        assert flat.missing == [
            "the kernel has no symbol mem_map",
            "the kernel has no symbol contig_page_data",
        ]


class TestZones:
    async def test_a_fallback_list_that_never_ends(self) -> None:
        target = FakeTarget()
        memory = memory_of(target, "contig_page_data")
        node = DATA + (1 << 24)
        target.put(memory.address("node_data") or 0, struct.pack("<16Q", node, *[0] * 15))
        data = bytearray(4096)
        data[800:2880] = struct.pack("<QQ", node, 0) * 130
        target.put(node, data)
        values = await ZonesReader(memory, physical).read()
        assert values is not None
        assert len(values.nodes[0].zonelist) == 5

    def test_what_is_missing_is_named(self) -> None:
        reader = ZonesReader(kernel_memory(FakeTarget(), {}), physical)
        assert reader.missing[:2] == [
            "the kernel's types do not tell how its nodes and zones are laid out",
            "the kernel's symbols do not tell where its nodes are",
        ]


class TestTables:
    async def test_an_e820_table_of_too_many_entries_is_left_out(self) -> None:
        target = FakeTarget()
        memory = memory_of(target)
        target.put(memory.address("e820_table") or 0, struct.pack("<Q", DATA + (1 << 24)))
        target.put(DATA + (1 << 24), struct.pack("<I", 1 << 30).ljust(1 << 16, b"\0"))
        assert "e820.e820_table" not in await E820Reader(memory).read()

    async def test_a_long_e820_table_is_asked_for_once_more(self) -> None:
        target = FakeTarget()
        memory = memory_of(target)
        entries = b"".join(struct.pack("<QQI", at << 20, 4096, 1) for at in range(300))
        target.put(memory.address("e820_table") or 0, struct.pack("<Q", DATA + (1 << 24)))
        target.put(DATA + (1 << 24), struct.pack("<I", 300) + entries)
        found = await E820Reader(memory).read()
        assert len(found["e820.e820_table"]) == 300

    async def test_many_blocks_of_nodes(self) -> None:
        target = FakeTarget()
        memory = memory_of(target)
        blocks = b"".join(struct.pack("<QQixxxx", at << 30, (at + 1) << 30, at % 4) for at in range(100))
        data = struct.pack("<ixxxx", 100) + blocks
        target.put(memory.address("numa_meminfo") or 0, data.ljust(4096, b"\0"))
        found = await NumaReader(memory, False).read()
        assert [block.nid for block in found["numa.numa_meminfo"][:5]] == [0, 1, 2, 3, 0]

    def test_what_is_missing_is_named(self) -> None:
        memory = kernel_memory(FakeTarget(), {"node_data": DATA})
        assert E820Reader(memory).missing == [
            "the kernel has no symbol e820_table",
            "the kernel has no symbol e820_table_kexec",
            "the kernel has no symbol e820_table_firmware",
        ]
        assert NumaReader(memory, True).missing == [
            "the kernel has no symbol numa_distance",
            "the kernel has no symbol __per_cpu_offset",
        ]


class TestVariables:
    async def test_a_variable_inside_a_function_has_a_numbered_symbol(self) -> None:
        target = FakeTarget({DATA: struct.pack("<Q", 77)})
        reader = VariablesReader(kernel_memory(target, {"old_usemap_snr.12": DATA}), physical)
        assert await reader.read() == {"old_usemap_snr": 77}

    async def test_two_of_one_name_are_told_apart(self) -> None:
        target = FakeTarget({DATA: struct.pack("<Q", 77)})
        beside = {"reserved_mem_count": DATA, "reserved_mem_table": DATA + 4}
        assert await VariablesReader(kernel_memory(target, beside), physical).read() == {}
        alone = {"reserved_mem_count": DATA, "reserved_mem_table": DATA + 4096}
        assert await VariablesReader(kernel_memory(target, alone), physical).read() == {
            "reserved_mem_count": 77
        }

    async def test_ranges_beyond_the_guess_are_asked_for_once_more(self) -> None:
        target = FakeTarget({DATA: struct.pack("<I", 50), DATA + 4096: struct.pack("<100Q", *range(100))})
        memory = kernel_memory(target, {"nr_pfn_mapped": DATA, "pfn_mapped": DATA + 4096})
        found = await VariablesReader(memory, physical, pairs={"pfn_mapped": "nr_pfn_mapped"}).read()
        assert found["pfn_mapped"] == tuple(range(100))

    async def test_the_log_buffer_in_the_image_is_none_of_memblocks(self) -> None:
        target = FakeTarget({DATA: struct.pack("<Q", DATA + 64)})
        memory = kernel_memory(target, {"log_buf": DATA, "__log_buf": DATA + 64})
        assert await VariablesReader(memory, physical).read() == {"log_buf_pa": 0}

    async def test_a_log_buffer_without_a_symbol_of_its_own(self) -> None:
        target = FakeTarget({DATA: struct.pack("<Q", DATA + 64)})
        memory = kernel_memory(target, {"log_buf": DATA, "_text": DATA - 4096, "_end": DATA + 4096})
        assert await VariablesReader(memory, physical).read() == {"log_buf_pa": 0}

    def test_names_are_said_once(self) -> None:
        reader = VariablesReader(kernel_memory(FakeTarget(), {}), physical)
        assert len(reader.missing) == 1
        assert reader.missing[0].endswith(f" and {len(GENERIC) - 12} more")

    def test_words(self) -> None:
        assert text(b"console=ttyS0\0junk") == "console=ttyS0"
        assert VariableRow("x", 4, word_of("a", "b")).decode(b"\1\0\0\0") == "b"
        assert word_of("a", "b")(b"\7\0\0\0") == 7


class TestPhysicalAddresses:
    def test_of_the_image(self) -> None:
        memory = kernel_memory(FakeTarget(), {"_text": DATA, "_end": DATA + 0x1000}, moved=0x20_0000)
        found = PhysicalAddresses(memory, ARM64, 0x4020_0000, None, dict)
        assert found(DATA + 0x20_0010) == 0x4020_0010
        assert found(DATA) is None

    def test_of_the_linear_map_once_memory_is_known(self) -> None:
        variables = {"memstart_addr": -1}
        memory = kernel_memory(FakeTarget(), {})
        found = PhysicalAddresses(memory, ARM64, 0, None, lambda: variables)
        start = (1 << 64) - (1 << 48)
        assert found(start + 0x1000) is None
        variables["memstart_addr"] = 0x4000_0000
        assert found(start + 0x1000) == 0x4000_1000
        assert found(start - 1) is None

    def test_where_each_architecture_maps_memory(self) -> None:
        assert linear_map(None, {}) is None
        moved = x86_linear_map(None, {"page_offset_base": 0xFFFF_9000_0000_0000})
        assert moved is not None
        assert moved.start == 0xFFFF_9000_0000_0000
        usual = x86_linear_map(None, {})
        assert usual is not None
        assert (usual.start, usual.physical) == (PAGE_OFFSET_L4, 0)

"""Page tables in memory, walked: they come out as the model has them, whatever the page size and the number
of levels; and memory that holds no tables.

Covers page_tables.py, tree_walk.py.
"""

from __future__ import annotations

import gzip
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.live.arm64.page_tables import decoder
from bootstep.boots.live.reading.page_tables import LiveTree, Walked, reading_virtually, translate
from bootstep.boots.live.reading.tree_walk import MOST_BYTES, MOST_PIECES, MOST_TABLES, Walker, walk
from bootstep.boots.live.x86.page_tables import decode as decode_x86
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.boots.remote.target import Range
from bootstep.model.memory.pagetable.tables import Geometry, PageTables, Run, TableRun, never_contiguous
from bootstep.model.memory.state import Replica
from bootstep.model.text.state_json import steps_joined

from ....support.booted_pc import EIGHT_GIB, booted_pc
from ....support.fake_memory import FakeTarget
from ....support.sweeps import sweep
from ....support.table_bytes import Encode, PhysicalMemory, lpa2, pages_64k, plain, single

DATA = Path(__file__).parents[3] / "data"
ORACLE = DATA / "oracle"
FOUR_LEVELS = Geometry(12, 48, 4)
TABLE, PAGE, BLOCK = 3, 0x703, 0x701
MIB = 1 << 20

CASES: dict[str, tuple[Encode, int]] = {
    # how entries hold addresses, levels
    "6.1.0-50-amd64/kaslr-m8g-la57": (plain, 5),
    "6.1-4k48/banks-holes": (plain, 4),
    "6.1-4k39-nonuma/huge1": (plain, 3),
    "6.12-4k52/max-rodata-off": (lpa2, 5),
    "6.12-4k52/cortex-a57-numa": (plain, 4),
    "6.1-16k48/hole2": (plain, 4),
    "6.12-16k52/lva": (lpa2, 4),
    "6.12-16k47/m512": (plain, 3),
    "6.1-64k48/m1g": (pages_64k, 3),
    "6.1-64k52-nocma/bank_above48": (pages_64k, 3),
    "6.12-64k52/nolva": (pages_64k, 3),
}


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def booted_case(case: str, folder: Path) -> Kernel:
    kernel = SHIPPED / "kernels" / case.partition("/")[0]
    text = (ORACLE / case / "machine.toml").read_text()
    if not kernel.exists():
        kernel = DATA / "kernels" / case.partition("/")[0]
        (folder / "vmlinux.sym").write_bytes(unpacked(kernel / "vmlinux.sym.gz"))
        text = text.replace("KERNEL/vmlinux.sym", "vmlinux.sym")
    for packed in (ORACLE / case).rglob("*.gz"):
        place = folder / packed.relative_to(ORACLE / case).with_suffix("")
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(unpacked(packed))
    (folder / "machine.toml").write_text(text.replace("KERNEL", str(kernel)))
    k = load_kernel(read_machine(str(folder / "machine.toml")))
    boot(k)
    return k


def moments(k: Kernel, count: int) -> Iterator[Replica]:
    """The state at moments of a boot, its end among them."""
    replica = Replica(k.trace)
    for number in range(1, count + 1):
        replica.move(len(k.trace) * number // count)
        yield replica


def live(tree: PageTables, k: Kernel, encode: Encode) -> LiveTree:
    geometry = tree.geometry
    decode = decode_x86 if geometry.both_halves else decoder(geometry.page_shift, encode is lpa2)
    contiguous = k.arch.facts.entries.is_contiguous
    root = tree.fields["root_pa"], tree.fields["root_va"]
    return LiveTree(tree.target, *root, geometry, decode, contiguous)


def assert_same(walked: Walked, tree: PageTables) -> None:
    page_size = 1 << tree.geometry.page_shift
    assert walked.left_out == 0
    assert walked.runs == list(tree.runs)
    assert list(single(walked.tables)) == list(single(tree.tables))
    assert steps_joined(walked.tables, page_size) == steps_joined(tree.tables, page_size)


async def assert_walks_alike(k: Kernel, encode: Encode, count: int) -> None:
    """Every tree at some moments of a boot, walked for the first time and as the next time."""
    met, walkers, lives = 0, dict[str, Walker](), dict[str, LiveTree]()
    for replica in moments(k, count):
        for tree in replica.state.trees.values():
            if "root_pa" not in tree.fields:
                continue
            memory = PhysicalMemory()
            memory.put(tree, encode)
            walker = walkers.setdefault(tree.target, Walker())
            root = lives.setdefault(tree.target, live(tree, k, encode))
            assert_same((await walker.walk(memory.read, [root]))[0], tree)
            memory.asked.clear()
            assert_same(await walk(memory.read, root), tree)
            met += len(tree.runs)
            assert len(memory.asked) <= tree.geometry.levels + sum(map(len, memory.asked)) // 16
    assert met > 20


@pytest.mark.parametrize("case", sweep(sorted(CASES), *sorted(CASES)[::3]))
async def test_captured_boots(case: str, tmp_path: Path) -> None:
    encode, levels = CASES[case]
    k = booted_case(case, tmp_path)
    assert k.page_tables.geometry.levels == levels
    await assert_walks_alike(k, encode, 5)


async def test_a_pc_of_eight_gigabytes() -> None:
    await assert_walks_alike(booted_pc(EIGHT_GIB), plain, 7)


async def test_addresses_are_translated_as_they_are_mapped() -> None:
    k = booted_pc()
    memory = PhysicalMemory()
    memory.put(k.page_tables, plain)
    tree = live(k.page_tables, k, plain)
    for run in k.page_tables.runs:
        last = run.va_end - 1
        assert await translate(memory.read, tree, run.va_start) == run.pa_start
        assert await translate(memory.read, tree, last) == run.pa_start + last - run.va_start
    assert await translate(memory.read, tree, 0x7FFF_0000) is None


def small(memory: PhysicalMemory, root: int = 0x1000) -> LiveTree:
    decode = decoder(12, False)
    return LiveTree("page_tables", root, 0, FOUR_LEVELS, decode, never_contiguous)


def table(memory: PhysicalMemory, pa: int, entries: dict[int, int]) -> None:
    memory.tables[pa] = bytearray(4096)
    for place, bits in entries.items():
        struct.pack_into("<Q", memory.tables[pa], place * 8, bits)


async def test_neighbours_are_one_run_across_tables() -> None:
    memory = PhysicalMemory()
    table(memory, 0x1000, {0: 0x2000 | TABLE})
    table(memory, 0x2000, {0: 0x3000 | TABLE})
    table(
        memory, 0x3000, {0: 0x4000 | TABLE, 1: 0x5000 | TABLE, 2: 0x4040_0000 | BLOCK, 3: 0x4060_0000 | BLOCK}
    )
    table(memory, 0x4000, {511: 0x401F_F000 | PAGE})
    table(memory, 0x5000, {0: 0x4020_0000 | PAGE, 1: 0x4020_1000 | PAGE, 2: 0x4020_2000 | PAGE | 1 << 54})
    assert await walk(memory.read, small(memory)) == Walked(
        [
            Run(0x1F_F000, 0x20_2000, 0x401F_F000, 3, 4096, False, PAGE),
            Run(0x20_2000, 0x20_3000, 0x4020_2000, 3, 4096, False, PAGE | 1 << 54),
            Run(0x40_0000, 0x80_0000, 0x4040_0000, 2, 2 * MIB, False, BLOCK),
        ],
        [
            TableRun(0, 0, 0x1000, 0, 1, 0, 0),
            TableRun(0, 1, 0x2000, 0, 1, 0, TABLE),
            TableRun(0, 2, 0x3000, 0, 1, 0, TABLE),
            TableRun(0, 3, 0x4000, 0x1000, 2, 2 * MIB, TABLE),
        ],
    )


async def test_another_walk_asks_once_and_sees_what_has_changed() -> None:
    memory, walker = PhysicalMemory(), Walker()
    table(memory, 0x1000, {0: 0x2000 | TABLE})
    table(memory, 0x2000, {0: 0x4000_0000 | BLOCK, 1: 0x8000_0000 | BLOCK})
    tree = small(memory)
    first = await walker.walk(memory.read, [tree])
    memory.asked.clear()
    assert await walker.walk(memory.read, [tree]) == first
    assert memory.asked == [[Range(0x1000, 4096), Range(0x2000, 4096)]]
    table(memory, 0x2000, {1: 0x3000 | TABLE})
    table(memory, 0x3000, {0: 0x9000_0000 | BLOCK})
    memory.asked.clear()
    second = await walker.walk(memory.read, [tree])
    assert len(memory.asked) == 2
    assert [run.pa_start for run in second[0].runs] == [0x9000_0000]
    table(memory, 0x1000, {})
    assert await walker.walk(memory.read, [tree]) == [await walk(memory.read, tree)]
    memory.asked.clear()
    await walker.walk(memory.read, [tree])
    assert memory.asked == [[Range(0x1000, 4096)]]


async def test_what_cannot_be_read_is_counted_and_the_rest_is_there() -> None:
    memory = PhysicalMemory()
    table(memory, 0x1000, {0: 0x2000 | TABLE, 1: 0xDEAD_0000 | TABLE})
    table(memory, 0x2000, {1: 0x4000_0000 | BLOCK})
    walked = await walk(memory.read, small(memory))
    assert walked.left_out == 1
    assert [run.pa_start for run in walked.runs] == [0x4000_0000]
    assert await walk(memory.read, small(memory, 0x9000)) == Walked([], [], 1)


async def test_tables_that_point_at_each_other_end() -> None:
    memory = PhysicalMemory()
    everywhere = dict.fromkeys(range(512), 0x1000 | TABLE)
    table(memory, 0x1000, everywhere)
    walked = await walk(memory.read, small(memory))
    assert walked.left_out == 512
    assert len(walked.tables) == 1
    for level in range(3):
        table(memory, 0x1000 * (level + 1), dict.fromkeys(range(512), 0x1000 * (level + 2) | TABLE))
    table(memory, 0x4000, {})
    memory.asked.clear()
    walked = await walk(memory.read, small(memory))
    assert walked.left_out
    assert sum(run.count for run in walked.tables) <= MOST_TABLES
    assert sum(map(len, memory.asked)) == 4


@pytest.mark.parametrize("seed", (0, 2))
async def test_garbage_is_walked_in_bounds(seed: int) -> None:
    chance = random.Random(seed)
    asked = 0

    async def read(ranges: list[Range]) -> list[bytes | None]:
        nonlocal asked
        asked += sum(each.size for each in ranges)
        return [chance.randbytes(each.size) if chance.random() < 0.9 else None for each in ranges]

    memory = PhysicalMemory()
    walked = await walk(read, small(memory))  # pyright: ignore[reportArgumentType]
    assert asked <= MOST_BYTES
    assert sum(run.count for run in walked.tables) <= MOST_TABLES
    assert len(walked.runs) < 2 * MOST_PIECES
    assert walked.left_out


async def test_a_stub_that_knows_virtual_addresses_only() -> None:
    target = FakeTarget({0xFFFF_0000_0000_1000: b"here"})
    read = reading_virtually(target, lambda pa: 0xFFFF_0000_0000_0000 + pa if pa < 0x8000 else None)
    assert await read([Range(0x9000, 4), Range(0x1000, 4), Range(0x2000, 4)]) == [None, b"here", None]
    assert target.rounds == 1
    assert await read([Range(0x9000, 4)]) == [None]
    assert target.rounds == 1

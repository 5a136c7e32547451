"""Page tables and a log in the memory of a real QEMU, which holds a model's: they are read through its stub.

Covers log.py, tree_walk.py.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from bootstep.boots.live.arm64.page_tables import decoder
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.live.reading.log import LogReader
from bootstep.boots.live.reading.page_tables import LiveTree
from bootstep.boots.live.reading.tree_walk import Walker
from bootstep.boots.remote.connecting import connect_unix

from ....support.captured import booted
from ....support.fake_memory import NO_SIZES, FakeTarget
from ....support.log_bytes import RingInMemory
from ....support.standing_qemu import standing_qemu
from ....support.table_bytes import PhysicalMemory, plain

BOARD = "qemu-system-aarch64"
PRB, RING, ARRAYS = 0x4100_0000, 0x4100_1000, 0x4200_0000
"""Places in the board's memory, which is not mapped anywhere else while its CPU stands."""


def loaded(pieces: Mapping[int, bytes], folder: Path) -> Iterator[str]:
    """Options of QEMU that put bytes at physical addresses."""
    for address, data in pieces.items():
        path = folder / f"{address:x}"
        path.write_bytes(data)
        yield from ("-device", f"loader,file={path},addr={address:#x},force-raw=on")


def joined(pieces: Mapping[int, bytes]) -> dict[int, bytes]:
    """The same, in as few pieces as there can be."""
    found: dict[int, bytearray] = {}
    last = 0
    for address, data in sorted(pieces.items()):
        if found and last + len(found[last]) == address:
            found[last] += data
        else:
            found[address], last = bytearray(data), address
    return {address: bytes(data) for address, data in found.items()}


async def test_page_tables(tmp_path: Path) -> None:
    k = booted("m1g")
    tree = k.page_tables
    memory = PhysicalMemory()
    memory.put(tree, plain)
    contiguous = k.arch.facts.entries.is_contiguous
    root = tree.fields["root_pa"], tree.fields["root_va"]
    live = LiveTree(tree.target, *root, tree.geometry, decoder(12, False), contiguous)
    more = [*loaded(joined({pa: bytes(data) for pa, data in memory.tables.items()}), tmp_path)]
    with standing_qemu(BOARD, tmp_path, ("-m", "1G", *more)) as path:
        client = await connect_unix(path, patience=60)
        walker = Walker()
        for _ in range(2):
            (walked,) = await walker.walk(client.read_physical, [live])
            assert walked.left_out == 0
            assert walked.runs == list(tree.runs)
            assert walked.tables == list(tree.tables)
        await client.close(kill=True)


async def test_a_log(tmp_path: Path) -> None:
    written = FakeTarget()
    ring = RingInMemory(written, RING, ARRAYS, 10)
    said = [f"memblock_reserve: {number:#x}" for number in range(1200)]
    for text in said:
        ring.say(text.encode())
    pieces = {PRB: struct.pack("<Q", RING), **written.pieces}
    with standing_qemu(BOARD, tmp_path, ("-m", "1G", *loaded(pieces, tmp_path))) as path:
        client = await connect_unix(path, patience=60)
        reader = LogReader(KernelMemory(client, {"prb": PRB}, 0, NO_SIZES))
        assert reader.has_news(await client.read(reader.ranges()))
        lines = await reader.new_lines()
        assert [line.text for line in lines] == said[-len(lines) :]
        assert len(lines) + reader.lost == len(said)
        assert 0 < reader.lost < 1200 - 900
        assert not reader.has_news(await client.read(reader.ranges()))
        await client.close(kill=True)

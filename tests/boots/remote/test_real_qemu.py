"""The client with a real QEMU, whose machine stands before its first instruction and needs no kernel.

Covers client.py, greeting.py, stub/cpu.py, wire/limits.py, target.py.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from bootstep.boots.remote.connecting import connect_unix
from bootstep.boots.remote.target import Range, Stopped
from standing_qemu import standing_qemu

ARM, PC = "qemu-system-aarch64", "qemu-system-x86_64"
TREE, LOOP = 0x4000_0000, 0x14000000.to_bytes(4, "little")
"""Where the board's device tree is; an instruction that branches to itself."""


async def test_a_board(tmp_path: Path) -> None:
    with standing_qemu(ARM, tmp_path) as path:
        client = await connect_unix(path, patience=60)
        assert client.architecture == "aarch64" and client.knows_physical
        registers = await client.registers()
        assert list(registers) == [*(f"x{number}" for number in range(31)), "sp", "pc", "cpsr"]
        assert registers["pc"] == 0 and registers["cpsr"] & 0xF == 5
        system = await asyncio.gather(
            *map(client.register, ("TTBR1_EL1", "ttbr0_el1", "SCTLR", "boo", "CR3"))
        )
        assert system[:2] == [0, 0] and system[2] is not None and system[3:] == [None, None]
        tree, nothing, empty = await client.read([Range(TREE, 8), Range(1 << 60, 8), Range(TREE, 0)])
        assert tree == bytes.fromhex("d00dfeed00100000") and nothing is None and empty == b""
        (large,) = await client.read_physical([Range(TREE, 3 << 20)])
        assert large is not None and len(large) == 3 << 20 and large.startswith(tree)
        await client.close(kill=True)


async def test_a_board_stops_where_it_is_told_to(tmp_path: Path) -> None:
    """Its flash is empty: it takes exceptions for ever, at 0x200."""
    with standing_qemu(ARM, tmp_path) as path:
        client = await connect_unix(path, patience=60)
        assert await client.add_breakpoint(0x200)
        for _ in range(3):
            assert await client.resume() == Stopped(5, None, "01")
            assert (await client.registers())["pc"] == 0x200
        assert await client.step() == Stopped(5, None, "01")
        await client.remove_breakpoint(0x200)
        running = asyncio.create_task(client.resume())
        await asyncio.sleep(0)
        await client.interrupt()
        assert await running == Stopped(2, None, "01")
        assert await client.read([Range(TREE, 4)]) == [bytes.fromhex("d00dfeed")]
        await client.close(kill=True)


async def test_a_pc(tmp_path: Path) -> None:
    with standing_qemu(PC, tmp_path) as path:
        client = await connect_unix(path, patience=60)
        assert client.architecture == "i386:x86-64" and client.knows_physical
        registers = await client.registers()
        assert registers["rip"] == 0xFFF0 and registers["cs"] == 0xF000 and registers["eflags"] == 2
        assert await client.register("CR0") == 0x6000_0010
        assert await client.register("xmm1") == 0
        (jump,) = await client.read_physical([Range(0xFFFF_FFF0, 5)])
        assert jump is not None and jump[0] == 0xEA
        target = int.from_bytes(jump[1:3], "little")
        assert await client.step() == Stopped(5, None, "01")
        assert await client.register("rip") == target
        await client.close(kill=True)


@pytest.mark.parametrize("program", [ARM, PC])
async def test_leaving_lets_it_run(program: str, tmp_path: Path) -> None:
    """Who comes back finds it elsewhere."""
    with standing_qemu(program, tmp_path) as path:
        client = await connect_unix(path, patience=60)
        await client.add_breakpoint(0x200)
        await client.close()
        again = await connect_unix(path, patience=60)
        assert (await again.registers()) is not None
        assert await again.add_breakpoint(0x200)
        await again.close(kill=True)

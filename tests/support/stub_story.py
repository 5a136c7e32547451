"""A machine behind a fake stub, and what a debugger does with it from beginning to end."""

from __future__ import annotations

import asyncio
from typing import Any

from bootstep.boots.remote.client import Client
from bootstep.boots.remote.target import Range, Stopped
from fake_machine import FakeMachine, Moment

BEGINS, FIRST, SECOND, LAST = 0x1000, 0x1008, 0x100C, 0x1010


def small_machine(ends: str = "") -> FakeMachine:
    """Five instructions; the third changes a register and memory."""
    life = [
        Moment(BEGINS, {"x0": 1, "TTBR1_EL1": 0xFFFF_0000_4100_0000}),
        Moment(0x1004),
        Moment(FIRST, {"x0": 0x40000000, "cpsr": 0x3C5}, {0x2010: b"changed"}),
        Moment(SECOND),
        Moment(LAST, {"sp": 0xFFFF_8000_0000_0000}),
    ]
    counted = bytes(range(64))
    memory = {0x1000: counted, 0x2000: counted[::-1], 0x4000: b"}#$*" * 999}
    return FakeMachine(life, memory, {0x8000_0000: b"physical" * 8}, ends)


async def story(client: Client) -> dict[str, Any]:
    """Everything that can be asked and done, in an order; what came of it."""
    told: dict[str, Any] = {
        "registers": dict(await client.registers()),
        "system": await client.register("ttbr1_el1"),
        "no register": await client.register("boo"),
    }
    ranges = [Range(0x1000, 8), Range(0x2000, 64), Range(0x4000, 3996), Range(0x9000, 1), Range(0x1000, 0)]
    told["memory"] = await client.read(ranges)
    told["physical"] = await client.read_physical([Range(0x8000_0000, 16), Range(0x1000, 8)])
    told["set"] = [await client.add_breakpoint(address) for address in (FIRST, SECOND)]
    told["stops"] = []
    for _ in told["set"]:
        told["stops"].append((await client.resume(), await client.register("pc")))
        told["changed"] = (await client.read([Range(0x2010, 7)]))[0]
    for address in (FIRST, SECOND):
        await client.remove_breakpoint(address)
    running = asyncio.create_task(client.resume())
    await asyncio.sleep(0)
    await client.interrupt()
    told["interrupted"] = await running
    told["registers there"] = dict(await client.registers())
    stop = await client.step()
    told["step"] = isinstance(stop, Stopped) and stop.signal
    return told

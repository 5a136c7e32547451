"""Stubs that say anything: a sentence comes of it, or what was asked, and always soon."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.connecting import connect_unix
from bootstep.boots.remote.target import RemoteError
from bootstep.boots.remote.wire.limits import Limits
from bootstep.boots.remote.wire.packets import framed
from fake_stub import FakeStub, served
from stub_line import HANG_UP, Manners
from stub_story import small_machine, story

PATIENCE = Limits(answer=0.3, stop=0.3)
MANY = 400


class ByChance(Manners):
    """Does something wrong now and then, on the wire or in its answers."""

    def __init__(self, chance: Random, often: float) -> None:
        self.chance = chance
        self.often = often

    def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
        chance = self.chance
        if answer is None or chance.random() >= self.often:
            return answer
        at = chance.randrange(len(answer) + 1)
        return chance.choice(
            (
                b"",
                b"E%02x" % chance.randrange(256),
                answer[:at],
                answer[:at] + chance.randbytes(1) + answer[at + 1 :],
                answer * 2,
                chance.choice((b"OK", b"T05", b"W00", b"O31", b"F1", b"N", b"x" * at, b"*~" * at)),
            )
        )

    def wire(self, request: bytes, packet: bytes) -> Iterable[bytes | float | object]:
        chance = self.chance
        if chance.random() >= self.often:
            return (packet,)
        at = chance.randrange(len(packet))
        return chance.choice(
            (
                (packet[:at], packet[at:]),
                (packet[:at] + chance.randbytes(3) + packet[at:],),
                (packet, packet),
                (framed(b"T05thread:01;"), packet),
                (chance.randbytes(at), packet),
                (packet[:at],),
                (packet[:at], HANG_UP),
                (),
            )
        )

    def ack(self, request: bytes) -> bytes:
        return self.chance.choice((b"-", b"", b"++", b"boo")) if self.chance.random() < self.often else b"+"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(MANY))
async def test_a_stub_by_chance(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    stub = FakeStub(
        small_machine(ends=chance.choice(("", "W00"))),
        ByChance(chance, chance.choice((0.01, 0.05, 0.3))),
        qemu=chance.random() < 0.7,
        no_acks=chance.random() < 0.5,
        actions=chance.random() < 0.7,
        binary=chance.random() < 0.5,
    )
    async with asyncio.timeout(60), served(stub, tmp_path) as path:
        try:
            client = await connect_unix(path, limits=PATIENCE)
        except RemoteError as error:
            assert str(error).isprintable()
            return
        watching = asyncio.create_task(impatient(client))
        try:
            await story(client)
        except RemoteError as error:
            assert str(error).isprintable()
        watching.cancel()
        await client.close()


async def impatient(client: Client) -> None:
    """Stops what runs, again and again: a stop that was lost on its way would be waited for for ever."""
    while True:
        await asyncio.sleep(1)
        await client.interrupt()

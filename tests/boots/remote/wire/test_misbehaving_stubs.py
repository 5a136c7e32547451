"""Stubs that misbehave: nothing hangs, and what cannot be got over is one sentence.

Covers connection.py, requests.py, unasked.py.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.remote.connecting import connect_unix
from bootstep.boots.remote.target import Range, RemoteError
from bootstep.boots.remote.wire.limits import Limits
from fake_stub import FakeStub, served
from misbehaving_stubs import WAYS
from stub_line import Manners
from stub_story import small_machine, story

NO_TEST_TAKES = 60
KINDS_OF_STUBS = ("qemu", "no_acks", "binary")


async def played(stub: FakeStub, folder: Path, limits: Limits) -> dict[str, Any]:
    """The whole story with a stub.  Raises `RemoteError`."""
    async with asyncio.timeout(NO_TEST_TAKES), served(stub, folder) as path:
        client = await connect_unix(path, limits=limits)
        try:
            told = await story(client)
            assert client.console.isprintable() or "\n" in client.console
            return told
        finally:
            await client.close()
            with pytest.raises(RemoteError):
                await client.read([Range(0x1000, 8)])


def limits_of(waits: bool, sentence: str) -> Limits:
    """Patience that is over soon where that is what the test is about."""
    if not waits:
        return Limits()
    return Limits(stop=0.2) if "asked to stop" in sentence else Limits(answer=0.2)


@pytest.mark.parametrize("name", WAYS)
async def test_a_stub_that_misbehaves(name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    stub = FakeStub(small_machine(), way.manners(), **way.options)
    limits = limits_of(way.waits, way.says)
    if way.says:
        with pytest.raises(RemoteError) as caught:
            await played(stub, tmp_path, limits)
        sentence = str(caught.value)
        assert way.says in sentence
        assert sentence.startswith(str(tmp_path / "stub")) and sentence.isprintable()
        return
    good = {key: value for key, value in way.options.items() if key in KINDS_OF_STUBS}
    expected = await played(FakeStub(small_machine(), **good), tmp_path, limits)
    assert await played(stub, tmp_path, limits) == expected


def test_they_misbehave_in_many_ways() -> None:
    assert len(WAYS) >= 60
    assert sum(bool(way.says) for way in WAYS.values()) < len(WAYS)


async def test_a_stub_with_manners(tmp_path: Path) -> None:
    told = await played(FakeStub(small_machine(), Manners()), tmp_path, Limits())
    assert told["registers"]["x0"] == 1 and told["registers"]["pc"] == 0x1000
    assert told["system"] == 0xFFFF_0000_4100_0000 and told["no register"] is None
    assert told["memory"] == [
        bytes(range(8)),
        bytes(range(64))[::-1],
        b"}#$*" * 999,
        None,
        b"",
    ]
    assert told["physical"] == [b"physical" * 2, None]
    assert told["set"] == [True, True]
    assert [(stop.signal, pc) for stop, pc in told["stops"]] == [(5, 0x1008), (5, 0x100C)]
    assert told["changed"] == b"changed"
    assert told["interrupted"].signal == 2
    assert told["registers there"]["pc"] == 0x1010
    assert told["step"] == 5

"""Registers, those that come together and the others.

Covers cpu.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.stub.description import Register
from bootstep.boots.remote.stub.registers import Registers
from bootstep.boots.remote.target import RemoteError
from fake_machine import FakeMachine, FakeRegister, Moment
from fake_stub import FakeStub
from misbehaving_stubs import Answering, always
from stub_story import small_machine

Connects = Callable[..., Awaitable[Client]]
FEW = Registers(
    (
        Register("pc", 2, 4, True, True),
        Register("a", 0, 2, False, True),
        Register("V", 1, 16, False, False),
        Register("far", 9, 8, False, True),
    )
)
TOGETHER = b"0102" + b"11" * 16 + b"04030201"


def test_they_come_in_the_order_of_their_numbers() -> None:
    assert FEW.plain(TOGETHER) == {"pc": 0x01020304, "a": 0x0201}
    wide = FEW.named("v")
    assert wide is not None and FEW.value(TOGETHER, wide) == int("11" * 16, 16)


def test_those_that_are_not_known_are_left_out() -> None:
    assert FEW.plain(b"xxxx" + TOGETHER[4:]) == {"pc": 0x01020304}
    assert FEW.plain(TOGETHER[:-2]) == {"a": 0x0201}
    pc = FEW.named("PC")
    assert pc is FEW.pc and pc is not None
    assert FEW.value(TOGETHER[:-8] + b"x" * 8, pc) is None
    assert FEW.value(TOGETHER[:-2], pc) is None


@pytest.mark.parametrize("digits", [b"0", b"0g", b"  ", b"\xff\xff"], ids=repr)
def test_what_is_no_number(digits: bytes) -> None:
    with pytest.raises(ValueError):
        FEW.plain(digits)


def test_where_the_cpu_is() -> None:
    assert Registers(()).pc is None
    assert Registers((Register("nip", 0, 8, True, True),)).pc == Register("nip", 0, 8, True, True)


async def test_names_that_differ_in_their_letters_alone(connected: Connects) -> None:
    """QEMU describes FPCR and fpcr."""
    registers = (
        FakeRegister("pc", 64, kind="code_ptr"),
        FakeRegister("fpcr", 32),
        FakeRegister("FPCR", 64, False),
    )
    machine = FakeMachine([Moment(0x1000, {"fpcr": 1, "FPCR": 2})], registers=registers)
    client = await connected(FakeStub(machine))
    assert await client.registers() == {"pc": 0x1000, "fpcr": 1}
    assert await client.register("Fpcr") == 1


async def test_together_is_asked_once_at_a_stop(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    for _ in range(3):
        await client.registers()
        assert await client.register("sp") == 0
        assert await client.register("TTBR1_EL1") == 0xFFFF_0000_4100_0000
    assert stub.requests.count(b"g") == 1
    assert len([request for request in stub.requests if request.startswith(b"p")]) == 3
    await client.step()
    assert (await client.registers())["pc"] == 0x1004
    assert stub.requests.count(b"g") == 2


async def test_a_stub_that_gives_them_together_alone(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(), Answering(b"p", always(b""))))
    assert await client.register("x0") == 1
    assert await client.register("TTBR1_EL1") is None


@pytest.mark.parametrize("answer", [b"E14", b"x" * 16], ids=repr)
async def test_a_register_that_is_not_known(connected: Connects, answer: bytes) -> None:
    client = await connected(FakeStub(small_machine(), Answering(b"p", always(answer))))
    assert await client.register("TTBR1_EL1") is None


async def test_after_a_refusal_it_is_asked_again(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(), Answering(b"g", always(b"E01"), 1)))
    with pytest.raises(RemoteError, match="the stub does not give the registers"):
        await client.registers()
    assert (await client.registers())["x0"] == 1

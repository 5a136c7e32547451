"""Memory in pieces that fit into packets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.stub.memory import ADDRESSES, GROUP, BadAnswer, groups, memory_of, piece_bytes
from bootstep.boots.remote.target import Range
from fake_machine import FakeMachine, Moment
from fake_stub import FakeStub
from misbehaving_stubs import Answering
from stub_story import small_machine

Connects = Callable[..., Awaitable[Client]]


def test_pieces_are_what_fits() -> None:
    assert piece_bytes(0x1000, False) == 2048
    assert piece_bytes(0x47FF, False) == 0x23F0
    assert piece_bytes(0x1000, True) == 2032
    assert 0 < piece_bytes(64, True) <= 32
    ((first, second, third),) = groups([Range(0x1000, 2049), Range(0, 0), Range(8, 8)], 2048)
    assert (first, second) == ((0, 0x1000, 2048), (0, 0x1800, 1))
    assert third == (2, 8, 8)


def test_large_ranges_are_asked_for_group_by_group() -> None:
    found = list(groups([Range(0, 3 * GROUP + 1)], 2048))
    assert [sum(piece.size for piece in group) for group in found] == [GROUP] * 3 + [1]


def test_no_more_is_asked_of_a_range_that_is_not_there() -> None:
    found = groups([Range(0, 1 << 60), Range(8, 8)], 2048, lambda index: index != 0)
    assert [[piece.of for piece in group][-1] for group in found] == [0, 1]


async def test_more_than_there_can_be(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine()))
    assert await client.read([Range(0x1000, 1 << 62), Range(0x1000, 8)]) == [None, bytes(range(8))]


def test_addresses_that_there_are_not() -> None:
    assert list(groups([Range(-1, 8), Range(ADDRESSES - 4, 8), Range(0, -8)], 64)) == []
    assert len(list(groups([Range(ADDRESSES - 8, 8)], 64))) == 1


def test_requests() -> None:
    (((_, _, _),),) = found = list(groups([Range(0xFFFF_8000_0000_1000, 16)], 64))
    assert found[0][0].request(False) == b"mffff800000001000,10"
    assert found[0][0].request(True) == b"xffff800000001000,10"


@pytest.mark.parametrize(
    ("answer", "binary", "data"),
    [
        (b"0aFF", False, b"\x0a\xff"),
        (b"E14", False, None),
        (b"E.no such memory", False, None),
        (b"E1", False, b"\xe1"),
        (b"", False, b""),
        (b"b\x00\xff", True, b"\x00\xff"),
        (b"bE14", True, b"E14"),
        (b"E14", True, None),
    ],
)
def test_answers(answer: bytes, binary: bool, data: bytes | None) -> None:
    assert memory_of(answer, 3, binary) == data


@pytest.mark.parametrize(
    ("answer", "binary"),
    [(b"0", False), (b"0g", False), (b"00000000", False), (b"00", True), (b"b1234", True)],
)
def test_what_is_no_memory(answer: bytes, binary: bool) -> None:
    with pytest.raises(BadAnswer):
        memory_of(answer, 3, binary)


@pytest.mark.parametrize(
    "options", [{}, {"binary": True}, {"no_acks": False}, {"packet_size": "40"}], ids=repr
)
async def test_any_bytes_of_any_length(connected: Connects, options: dict[str, object]) -> None:
    data = bytes(range(256)) * 40
    machine = FakeMachine([Moment(0)], {0x1000: data}, {0x1000: data[::-1]})
    client = await connected(FakeStub(machine, **options))
    ranges = [Range(0x1000 + at, size) for at, size in ((0, len(data)), (1, 2048), (3, 2049), (7, 1), (0, 0))]
    expected = [data[at - 0x1000 : at - 0x1000 + size] for at, size in ranges]
    assert await client.read(ranges) == expected
    assert await client.read_physical([Range(0x1000, 64)]) == [data[::-1][:64]]
    assert await client.read([Range(0x1000, len(data) + 1), Range(0xFFF, 2)]) == [None, None]
    assert await client.read([]) == []


async def test_many_ranges_cost_one_round_trip(connected: Connects) -> None:
    stub = FakeStub(small_machine())
    client = await connected(stub)
    stub.requests.clear()
    await client.read_physical([Range(0x8000_0000 + 8 * each, 8) for each in range(8)])
    assert [request[:1] for request in stub.requests] == [b"Q", *[b"m"] * 8, b"Q"]
    assert stub.requests[-1] == b"Qqemu.PhyMemMode:0"


async def test_a_stub_that_knows_no_physical_memory(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(), qemu=False))
    assert not client.knows_physical
    assert await client.read_physical([Range(0x8000_0000, 8)] * 2) == [None, None]


async def test_a_stub_that_never_gives_the_rest(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(), Answering(b"m", lambda answer: answer[:2])))
    assert await client.read([Range(0x1000, 8), Range(0x1000, 64)]) == [bytes(range(8)), None]


async def test_a_stub_that_gives_nothing(connected: Connects) -> None:
    client = await connected(FakeStub(small_machine(), Answering(b"m", lambda _: b"")))
    assert await client.read([Range(0x1000, 8)]) == [None]

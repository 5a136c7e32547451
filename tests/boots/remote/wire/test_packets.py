"""Packets as they come: in pieces, with repeats and escapes, with noise between them."""

from __future__ import annotations

import pytest
from bootstep.boots.remote.wire.packets import (
    ACK,
    DAMAGED,
    LONGEST,
    NAK,
    PACKET,
    BadPacket,
    Framer,
    TooLong,
    checksum,
    decoded,
    escaped,
    framed,
)
from hypothesis import given
from hypothesis import strategies as st


def test_a_packet_has_the_sum_of_its_bytes() -> None:
    assert framed(b"OK") == b"$OK#9a"
    assert framed(b"") == b"$#00"
    assert checksum(b"\xff\x02") == 1


@given(st.binary(max_size=300), st.integers(1, 7))
def test_any_bytes_come_through_in_any_pieces(data: bytes, size: int) -> None:
    wire = b"+" + framed(escaped(data)) + b"-"
    framer = Framer()
    found = [each for at in range(0, len(wire), size) for each in framer.feed(wire[at : at + size])]
    assert found == [(ACK, b""), (PACKET, data), (NAK, b"")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"0* ", b"0000", id="three-more"),
        pytest.param(b"a0*~b", b"a" + b"0" * 98 + b"b", id="97-more"),
        pytest.param(b"0*~*~1", b"0" * 195 + b"1", id="a-repeat-of-a-repeat"),
        pytest.param(b"}\x03}\x04}]}\x0a", b"#$}*", id="escapes"),
        pytest.param(b"", b"", id="nothing"),
    ],
)
def test_repeats_and_escapes(body: bytes, said: bytes) -> None:
    assert decoded(body) == said
    assert Framer().feed(framed(body)) == [(PACKET, said)]


@pytest.mark.parametrize("body", [b"*~", b"0*", b"0*\x1f", b"0*\x7f", b"}", b"0*\x1f}"], ids=repr)
def test_what_is_no_repeat_and_no_escape(body: bytes) -> None:
    with pytest.raises(BadPacket):
        decoded(body)


def test_repeats_do_not_fill_memory() -> None:
    with pytest.raises(TooLong):
        decoded(b"0*~" * (LONGEST // 98 + 1))
    assert len(decoded(b"0*~" * (LONGEST // 98))) <= LONGEST


def test_a_packet_that_never_ends_is_not_kept() -> None:
    framer = Framer()
    framer.feed(b"$" + bytes(LONGEST - 1))
    with pytest.raises(TooLong):
        framer.feed(b"00")


def test_noise_notifications_and_broken_packets_are_left_out() -> None:
    framer = Framer()
    assert framer.feed(b"boo#00%Stop:T05#12\r\n$half$OK#9a\x00") == [(PACKET, b"OK")]
    assert framer.feed(b"%half$OK#9a") == [(PACKET, b"OK")]


def test_noise_is_not_kept() -> None:
    framer = Framer()
    for _ in range(10):
        assert framer.feed(b"noise" * 100_000) == []
    assert framer.feed(b"$OK#9a") == [(PACKET, b"OK")]


def test_wrong_sums_are_told() -> None:
    assert Framer().feed(b"$OK#9b$OK#zz$OK#9A") == [(DAMAGED, b""), (DAMAGED, b""), (PACKET, b"OK")]


def test_a_sum_that_comes_later() -> None:
    framer = Framer()
    assert framer.feed(b"$OK#") == []
    assert framer.feed(b"9") == []
    assert framer.feed(b"a+") == [(PACKET, b"OK"), (ACK, b"")]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 5000])
def test_the_checksum_is_the_sum_of_the_bytes(size: int) -> None:
    for body in (b"\xff" * size, b"\x00" * size, bytes(at * 7 & 0xFF for at in range(size))):
        assert checksum(body) == sum(body) & 0xFF

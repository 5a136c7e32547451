"""Records as plain data: what a type hint does not allow is not made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import pytest
from bootstep.model.trace.encoding.container import TraceFileError
from bootstep.model.trace.encoding.shapes import Shapes, pack, plain, unpack
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct


class Region(NamedTuple):
    """As memblock has them."""

    base: int
    size: int


class Kernel(Struct, frozen=True):
    """Something of everything."""

    name: str
    regions: tuple[Region, ...] = ()
    symbols: Mapping[str, int] | None = None
    limit: int | None = None
    kind: Literal["flat", "sparse"] = "flat"
    pair: tuple[int, str] = (0, "")


SHAPES = Shapes({Region: lambda region: region.size >= 0})
KERNEL = Kernel("6.1", (Region(0x4000_0000, 0x1000),), {"_text": 1 << 63}, None, "sparse", (7, "seven"))


def test_a_record_comes_back_as_it_was() -> None:
    assert SHAPES.build(unpack(pack(plain(KERNEL))), Kernel) == KERNEL


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ("8", int),
        (True, int),
        (1, bool),
        (None, int),
        (1.0, int | None),
        ((1,), Region),
        ((1, 2, 3), Region),
        ((1, "2"), Region),
        ((1, -2), Region),
        (5, Region),
        ((1, 2), tuple[Region, ...]),
        ((("a", "b"),), dict[str, int]),
        (((1, 2, 3),), dict[int, int]),
        ("discontig", Literal["flat", "sparse"]),
        (("6.1", (), None, None, "flat"), Kernel),
    ],
)
def test_what_the_hint_does_not_allow_is_refused(raw: Any, hint: Any) -> None:
    with pytest.raises(TraceFileError, match="is damaged: "):
        SHAPES.build(raw, hint)


@given(st.binary(max_size=60))
def test_any_bytes_are_data_or_refused(data: bytes) -> None:
    try:
        raw = unpack(data)
    except TraceFileError:
        return
    try:
        SHAPES.build(raw, Kernel)
    except TraceFileError as error:
        assert str(error).startswith("is damaged: ")


@pytest.mark.parametrize("data", [b"\x80", b"\xd4\x05\0", b"\xdd\xff\xff\xff\xff", b"\xa1\xff", b"", b"\1\1"])
def test_mappings_types_of_its_own_and_lengths_beyond_the_data_are_refused(data: bytes) -> None:
    with pytest.raises(TraceFileError, match="is damaged: "):
        unpack(data)


def test_what_is_no_record_is_not_written() -> None:
    with pytest.raises(TypeError, match="object is no record"):
        plain(object())


def test_a_list_longer_than_any_trace_is_refused() -> None:
    with pytest.raises(TraceFileError, match="some of it is no data"):
        unpack(b"\xdd\x00\xff\xff\xff" + bytes(0xFF_FFFF))

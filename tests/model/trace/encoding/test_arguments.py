"""Values of any kind in a file: they read afterwards as they did before.

Covers model/trace/described.py.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

import pytest
from bootstep.model.text.values import whole_text
from bootstep.model.trace.described import Record, Thing
from bootstep.model.trace.encoding.arguments import is_shallow, unpack_values, written
from bootstep.model.trace.encoding.container import TraceFileError
from bootstep.model.trace.encoding.shapes import pack
from hypothesis import given
from hypothesis import strategies as st


class Area(NamedTuple):
    """A record of a boot."""

    base_pfn: int
    name: str


class Node:
    """Something with a path."""

    path = "/reserved-memory/linux,cma"


class Colour(Enum):
    """An enumerator."""

    RED = 1


def early_pgtable_alloc() -> None:
    """A function that is handed on."""


def again(value: Any) -> Any:
    return unpack_values(pack(written(value)))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0x4000_0000,
        -22,
        1 << 80,
        -(1 << 80),
        "mem=600M",
        b"\n\x0c",
        bytearray(b"abc"),
        (1, (2, "three")),
        [1, 2],
        {"a": 1, 2: (3,)},
        frozenset((7,)),
        Area(4, "reserved"),
        (Area(4, "reserved"),),
        Node(),
        Node,
        Colour.RED,
        early_pgtable_alloc,
        len,
    ],
)
def test_it_reads_as_before(value: Any) -> None:
    assert whole_text("size", again(value)) == whole_text("size", value)
    assert again(again(value)) == again(value)


def test_a_record_has_its_fields() -> None:
    area = again(Area(4, "reserved"))
    assert (area.base_pfn, area.name, area.type_name) == (4, "reserved", "Area")
    assert repr(area) == "Area(base_pfn=4, name='reserved')"
    assert area == Record("Area", ("base_pfn", "name"), (4, "reserved"))
    with pytest.raises(AttributeError):
        area.size  # noqa: B018
    assert isinstance(again(early_pgtable_alloc), Thing)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary(), st.tuples, max_leaves=20
    )
)
def test_data_come_back_as_they_were(value: Any) -> None:
    if isinstance(value, str):
        value = value.encode("utf-8", "backslashreplace").decode()
    found = again(value) if not isinstance(value, int) or value.bit_length() < 500 else value
    assert found == value or isinstance(value, tuple)


def test_what_lies_too_deep_is_found() -> None:
    value: Any = 1
    for _ in range(40):
        value = (value,)
    assert not is_shallow(value)
    assert not is_shallow({"a": {"b": value}})
    assert is_shallow(((1,), Record("Area", ("a",), ((2,),))))


@pytest.mark.parametrize(
    "data",
    [
        b"\xc7\x04\x01\x93\xa1A\x90\xc0",
        b"\xd4\x01\xc0",
        b"\xd4\x02\xc0",
        b"\xd4\x03\x01",
        b"\xd4\x09\xc0",
        b"\xc7\x41\x04" + bytes(65),
        b"\xc7\x09\x01\x93\xa1A\x91\xa2_x\x91\xc0",
    ],
)
def test_what_is_no_value_is_refused(data: bytes) -> None:
    with pytest.raises(TraceFileError, match="is damaged: "):
        unpack_values(data)

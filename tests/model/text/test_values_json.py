"""Values as plain data: an address is a string, what is counted or a size a number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

import pytest
from bootstep.model.memory.memblock import Region
from bootstep.model.text.values_json import MOST_ITEMS, value_json
from hypothesis import given
from hypothesis import strategies as st


class Colour(Enum):
    RED = 1


class Pair(NamedTuple):
    start: int
    nr_pages: int


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("base", 0x40000000, "0x40000000"),
        ("base", 0, "0x0"),
        ("max_addr", 0, "0x0"),
        ("phys_addr", 1, "0x1"),
        ("size", 1 << 30, 1 << 30),
        ("page_size", 4096, 4096),
        ("start_pfn", 0x80000, 0x80000),
        ("max_pfn", 0x80000, 0x80000),
        ("nr_pages", 1 << 20, 1 << 20),
        ("nid", -1, -1),
        ("flags", 0x10000, 0x10000),
        ("", 0x40000000, "0x40000000"),
        ("", -22, -22),
        ("", 1 << 70, "0x400000000000000000"),
        ("", True, True),
        ("", None, None),
        ("name", "linux,cma", "linux,cma"),
        ("prot", 0xE8000000000707, "0xe8000000000707"),
        ("va", -(1 << 47), "0xffff800000000000"),
        ("", Colour.RED, "RED"),
        ("", b"\x01\xff", "01ff"),
        ("", {3, 1, 2}, [1, 2, 3]),
        ("", (0x40000000, 4), ["0x40000000", 4]),
        ("starts", (0, 0x1000), ["0x0", "0x1000"]),
        ("", {"end": 0x2000, 5: None}, {"end": "0x2000", "5": None}),
        ("", Pair(0x1000, 0x1000), {"start": "0x1000", "nr_pages": 4096}),
        ("", Region(0x1000, 0x1000, 0, 16), {"base": "0x1000", "size": 4096, "flags": 0, "nid": 16}),
    ],
)
def test_a_value_says_by_its_name_what_it_is(name: str, value: Any, expected: Any) -> None:
    assert value_json(name, value) == expected


def test_a_long_list_is_cut() -> None:
    assert len(value_json("", list(range(MOST_ITEMS + 1)))) == MOST_ITEMS


def test_what_is_no_data_goes_by_its_name() -> None:
    class Node:
        path = "/memory@0"

    assert value_json("", Node()) == "Node /memory@0"


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner),
)


@pytest.mark.slow
@given(st.text(), plain)
def test_whatever_it_is_it_can_be_written_down(name: str, value: Any) -> None:
    written = json.loads(json.dumps(value_json(name, value)))
    assert isinstance(written, Mapping) == isinstance(value, Mapping)

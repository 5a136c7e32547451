"""Which values are the same in two boots.

Covers names.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from bootstep.model.analysis.divergence.names import answers_with_memory, tells_memory
from bootstep.model.analysis.divergence.sides import Pair, Side
from bootstep.model.analysis.divergence.values import Values, node
from bootstep.model.trace.described import Record, Thing
from live_like import LiveLike
from parted_boots import booted

LINEAR = 0xFFFF_0000_0000_0000
"""Where the linear map of virt-1g begins, with the memory at 1 GiB."""
U64 = (1 << 64) - 1


def values(is_live: bool) -> Values:
    model = Side(booted().trace, booted().facts)
    if not is_live:
        return Values(Pair(model, model))
    live = LiveLike(booted())
    live.run()
    return Values(Pair(Side(live.trace, live.facts), model))


@pytest.mark.parametrize(
    ("name", "left", "right", "same"),
    [
        ("size", 4096, 4096, True),
        ("size", 4096, 8192, False),
        ("nid", U64, -1, True),
        ("nid", 0xFFFF_FFFF, -1, True),
        ("nid", 64, 16, True),
        ("nid", 0, -1, False),
        ("", 0xFFFF_FFEA, -22, True),
        ("end", 0xFFFF_FFFF, U64, True),
        ("base", LINEAR + 0x1000, 0x4000_1000, True),
        ("base", LINEAR + 0x2000, 0x4000_1000, False),
        ("ptr", 0, LINEAR, False),
        ("ptr", 0xFFFF_FFFF_0000_0000, 0x4000_1000, True),
        ("type", 0xFFFF_8000_0A00_0000, "memory", True),
        ("cmdline", "one", "other", True),
        ("prot", None, 7, True),
        ("exact_nid", 1, True, True),
    ],
)
def test_registers_and_what_the_model_has(name: str, left: Any, right: Any, same: bool) -> None:
    assert values(is_live=True).are_same(name, left, right, tells_memory(name) or not name) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (7, 8, False),
        (None, 8, False),
        ("a", "b", False),
        (Thing("init"), Thing("init"), True),
        (Record("Area", ("base",), (1,)), Record("Area", ("base",), (1,)), True),
        (Record("Area", ("base",), (1,)), Record("Area", ("base",), (2,)), False),
        (Record("Area", ("base",), (1,)), Record("Room", ("base",), (1,)), False),
        ((1, 2), (1, 2), True),
        ((1, 2), (1, 3), False),
        ((1, 2), (1,), False),
        (b"ab", b"ac", False),
        ({"a": 1}, {"a": 2}, False),
    ],
)
def test_in_two_boots_of_the_model_everything_counts(left: Any, right: Any, same: bool) -> None:
    assert values(is_live=False).are_same("it", left, right) is same


def test_what_is_no_number_in_one_of_them_is_not_compared_with_one() -> None:
    assert values(is_live=True).are_same("it", (1, 2), 0x4000_0000)


def test_no_node_has_many_numbers() -> None:
    side = Side(booted().trace, booted().facts)
    assert [node(side, nid) for nid in (0, 3, 15, 16, -1, U64)] == [0, 3, 15, -1, -1, -1]


def test_what_names_memory() -> None:
    assert tells_memory("start_pfn")
    assert not tells_memory("prot")
    assert answers_with_memory("memblock_alloc_range_nid")
    assert answers_with_memory("memblock_reserve")
    assert not answers_with_memory("start_kernel")

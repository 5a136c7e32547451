"""Testing memory before it is used."""

from __future__ import annotations

import pytest
from bootstep.boots.mm.memtest import early_memtest, parse_memtest
from bootstep.model.memory.memblock import memblock_reserve
from device_tree_kernel import GIB, kernel_with_tree, log


def test_free_memory_is_tested_zeroes_last() -> None:
    k = kernel_with_tree("", memory=((GIB, GIB),))
    memblock_reserve(k.memblock, 0x48000000, 0x10000)
    parse_memtest(k, "2")
    early_memtest(k, GIB, 2 * GIB)
    assert log(k) == [
        "early_memtest: # of tests: 2",
        "  0x0000000040000000 - 0x0000000048000000 pattern ffffffffffffffff",
        "  0x0000000048010000 - 0x0000000080000000 pattern ffffffffffffffff",
        "  0x0000000040000000 - 0x0000000048000000 pattern 0000000000000000",
        "  0x0000000048010000 - 0x0000000080000000 pattern 0000000000000000",
    ]


def test_no_test_without_a_word() -> None:
    k = kernel_with_tree("", memory=((GIB, GIB),))
    early_memtest(k, GIB, 2 * GIB)
    assert log(k) == []


def test_patterns_are_printed_as_they_lie_in_memory() -> None:
    k = kernel_with_tree("", memory=((GIB, GIB),))
    parse_memtest(k, None)
    early_memtest(k, GIB, 2 * GIB)
    assert log(k)[1].endswith(f" pattern {b'LINUXrlz'.hex()}")


@pytest.mark.parametrize(
    ("value", "error"), [("x", -22), ("", -22), ("1x", -22), ("4294967296", -34), ("+3", 0)]
)
def test_the_number_must_be_one(value: str, error: int) -> None:
    assert parse_memtest(kernel_with_tree(""), value) == error

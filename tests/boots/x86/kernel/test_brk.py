"""The area behind the image: what is taken of it is reserved."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.x86.kernel.brk import extend_brk, reserve_brk
from device_tree_kernel import regions
from e820_machine import pc_kernel


def test_what_is_taken_is_aligned() -> None:
    k = pc_kernel()
    start = k.va_symbol("__brk_base")
    assert extend_brk(k, 5, 4) == start
    assert extend_brk(k, 1, 4) == start + 8
    assert extend_brk(k, 4096, 4096) == start + 4096
    assert k._brk_end == start + 8192


def test_all_of_it_is_reserved_as_one() -> None:
    k = pc_kernel()
    extend_brk(k, 100, 4)
    reserve_brk(k)
    assert regions(k, "reserved") == [(k.pa_symbol("__brk_base"), 100)]


def test_of_an_area_that_nobody_used_nothing_is_reserved() -> None:
    k = pc_kernel()
    reserve_brk(k)
    assert regions(k, "reserved") == []


def test_nothing_can_be_taken_any_more() -> None:
    k = pc_kernel()
    reserve_brk(k)
    with pytest.raises(KernelPanic, match="_brk_start == 0"):
        extend_brk(k, 1, 1)


def test_the_area_has_an_end() -> None:
    k = pc_kernel()
    size = k.va_symbol("__brk_limit") - k.va_symbol("__brk_base")
    extend_brk(k, size, 1)
    with pytest.raises(KernelPanic, match="__brk_limit"):
        extend_brk(k, 1, 1)

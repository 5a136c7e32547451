"""What is kept of each stop, and for how many."""

from __future__ import annotations

import pytest
from bootstep.boots.live.arm64.registers import CALLING
from bootstep.boots.live.locals import moments as module
from bootstep.boots.live.locals.moments import BEYOND, LEAST, MOST_STACK, Moments

REGISTERS = {**{f"x{number}": number for number in range(31)}, "sp": 0x8000, "pc": 0x1234}


def test_a_moment_is_known_until_the_next() -> None:
    moments = Moments(CALLING)
    moments.add(3, REGISTERS, b"stack", enter=2)
    moments.add(9, {**REGISTERS, "pc": 0x5678}, None)
    assert moments.at(2) is None
    first = moments.at(8)
    assert first is not None
    assert first.registers == (*range(31), 0x8000)
    assert (first.pc, first.stack, first.enter) == (0x1234, b"stack", 2)
    second = moments.at(9)
    assert second is not None
    assert (second.pc, second.stack, second.enter) == (0x5678, b"", None)
    assert moments.of_entry(2) == first
    assert moments.of_entry(9) is None
    assert list(moments.positions()) == [3, 9]


def test_of_the_stack_what_the_open_functions_have_is_read() -> None:
    moments = Moments(CALLING)
    assert moments.stack_size(0x8000, None) == LEAST
    assert moments.stack_size(0x8000, 0x8800) == 0x800 + BEYOND
    assert moments.stack_size(0x8000, 0x18000) == MOST_STACK
    assert moments.stack_size(0x8000, 0x4000) == LEAST


def test_there_is_room_for_so_many_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 100)
    moments = Moments(CALLING)
    assert moments.remarks() == []
    for position in range(5):
        moments.add(position, REGISTERS, bytes(range(200)))
    assert 0 < len(moments) < 5
    (said,) = moments.remarks()
    assert f"first {len(moments)} stops" in said


def test_registers_have_64_bits_whatever_a_stub_says() -> None:
    moments = Moments(CALLING)
    moments.add(1, {**REGISTERS, "x0": 1 << 127 | 5, "pc": -1}, b"")
    found = moments.at(1)
    assert found is not None
    assert (found.registers[0], found.pc) == (5, (1 << 64) - 1)

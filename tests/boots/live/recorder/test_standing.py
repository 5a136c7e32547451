"""What is read where a kernel stands: arguments, texts, the return address, the stack."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from bootstep.boots.live.arm64.registers import CALLING as ARM64
from bootstep.boots.live.calling import CallingConvention, Stood
from bootstep.boots.live.recorder.standing import LONGEST_TEXT, read_standing
from bootstep.boots.live.recorder.watch import Watch, Watched
from bootstep.boots.live.x86.registers import CALLING as X86

from ....support.fake_memory import FakeTarget

ENTRY, INLINED, STACK, TEXT, BACK = 0x1000, 0x2010, 0x8000, 0x9000, 0x4444


def given(registers: Mapping[str, int]) -> tuple[int, ...]:
    return registers["first"], registers["second"]


def watch(convention: CallingConvention, texts: tuple[int, ...] = ()) -> Watch:
    called = Watched(0, "called", "a.c", (ENTRY,), given, lambda _: None, texts)
    inlined = Watched(1, "inlined", "a.c", (INLINED,), given, lambda _: None, (), (range(0x2010, 0x2020),))
    return Watch((called, inlined), convention, "called")


def target() -> FakeTarget:
    """The return address is on the stack too."""
    text = b"cma=64M\0and what lies behind it".ljust(LONGEST_TEXT, b".")
    return FakeTarget({STACK: BACK.to_bytes(8, "little") + bytes(range(64)), TEXT: text})


def registers(convention: CallingConvention, pc: int, second: int = 2) -> dict[str, int]:
    there = {convention.pc: pc, convention.stack: STACK, "first": 1, "second": second}
    return {**there, **({convention.link: BACK} if convention.link else {})}


@pytest.mark.parametrize("convention", [ARM64, X86])
async def test_where_a_function_begins(convention: CallingConvention) -> None:
    here = registers(convention, ENTRY)
    found = await read_standing(target(), watch(convention), here, 0)
    assert found.place == Stood(ENTRY, STACK)
    assert found.function is not None and found.function.name == "called"
    assert (found.arguments, found.back, found.stack) == ((1, 2), BACK, None)
    assert found.is_called
    assert found.inside == BACK - 1


@pytest.mark.parametrize("convention", [ARM64, X86])
async def test_texts_are_told_if_they_can_be_read(convention: CallingConvention) -> None:
    here = registers(convention, ENTRY, TEXT)
    found = await read_standing(target(), watch(convention, (0, 1)), here, 16)
    assert found.arguments == (1, "cma=64M")
    assert found.back == BACK
    assert found.stack == BACK.to_bytes(8, "little") + bytes(range(8))


@pytest.mark.parametrize("convention", [ARM64, X86])
async def test_what_is_inlined_is_in_the_function_around_it(convention: CallingConvention) -> None:
    found = await read_standing(target(), watch(convention), registers(convention, INLINED), 0)
    assert found.function is not None and found.function.name == "inlined"
    assert not found.is_called
    assert found.inside == INLINED


async def test_elsewhere_no_function_begins() -> None:
    found = await read_standing(target(), watch(ARM64), registers(ARM64, 0x3000), 8)
    assert (found.function, found.arguments, found.back, found.is_called) == (None, (), 0, False)
    assert found.stack == BACK.to_bytes(8, "little")
    assert found.inside == 0x3000


async def test_a_stack_that_cannot_be_read_is_none() -> None:
    there = FakeTarget()
    found = await read_standing(there, watch(X86), registers(X86, ENTRY), 64)
    assert (found.stack, found.back) == (None, 0)

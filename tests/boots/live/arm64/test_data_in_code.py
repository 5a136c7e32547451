"""Variables without symbols are where the code that uses them says; where functions do not agree, nothing is
said."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import pytest
from bootstep.boots.live.arm64.data_in_code import RULES, find_data
from bootstep.boots.live.finding import with_symbols
from bootstep.boots.live.kernel import LiveKernel
from bootstep.model.build.release import Release

from ....support.fake_memory import NO_SIZES, FakeTarget, kernel_memory

TEXT = 0xFFFF800008000000
ETEXT = TEXT + 0x100_0000
END = TEXT + 0x200_0000
RET = 0xD65F03C0
PLACES = {rule.symbol: ETEXT + 0x10_0008 + 0x1230 * number for number, rule in enumerate(RULES)}
"""Where each variable lies in a kernel of ours."""


def adrp(at: int, address: int, register: int) -> int:
    pages = (address >> 12) - (at >> 12)
    return 0x90000000 | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5 | register


def add(address: int, register: int, base: int) -> int:
    return 0x91000000 | (address & 0xFFF) << 10 | base << 5 | register


def load(offset: int, register: int, base: int) -> int:
    return 0xF9400000 | offset // 8 << 10 | base << 5 | register


def load_pair(offset: int, base: int) -> int:
    return 0xA9400000 | (offset // 8 & 0x7F) << 15 | 2 << 10 | base << 5 | 1


def uses(at: int, places: Mapping[str, int]) -> bytes:
    """A function at `at` that gets at each of these addresses, now in one way, now in another."""
    words: list[int] = []
    for number, address in enumerate(places.values()):
        words.append(adrp(at + 4 * len(words), address, 3))
        if number % 3 == 0 and address % 8 == 0:
            words.append(load(address & 0xFFF, 0, 3))
        elif number % 3 == 1:
            words.append(add(address, 4, 3))
        else:
            # From a place before it, which is another one in each function.
            before = 16 * (1 + (at >> 12) % 30)
            words[-1] = adrp(at + 4 * (len(words) - 1), address - before, 3)
            words += [add(address - before, 5, 3), load_pair(before - 8 * (at >> 12 & 1), 5)]
    return struct.pack(f"<{len(words) + 1}I", *words, RET)


def kernel(places: Mapping[str, int], moved: int = 0) -> tuple[FakeTarget, dict[str, int]]:
    """A kernel whose functions use the variables at these places; its symbols, none of them a variable's."""
    functions: dict[str, dict[str, int]] = {}
    for rule in RULES:
        for name, into in rule.functions.items():
            used = functions.setdefault(name, {})
            used[rule.symbol] = places[rule.symbol] + into
            used |= {other: places[other] for other in rule.is_not if other in places}
    # What a function uses beside: something of its own.
    target, symbols = FakeTarget(), {"_text": TEXT, "_etext": ETEXT, "_end": END}
    for number, (name, used) in enumerate(functions.items()):
        at = symbols[name] = TEXT + 0x1000 * number
        alone = any(rule.alone and name in rule.functions for rule in RULES)
        own = {} if alone else {"own": ETEXT + 0x80_0000 + 64 * number}
        target.put(at + moved, uses(at, {**used, **own}))
        symbols[f"{name}_end"] = at + len(uses(at, {**used, **own}))
    return target, symbols


@pytest.mark.parametrize("moved", [0, 0x12_0000, -0x40_0000])
async def test_every_variable_is_found(moved: int) -> None:
    target, symbols = kernel(PLACES, moved)
    assert await find_data(kernel_memory(target, symbols, moved=moved)) == PLACES
    assert target.rounds == 1


async def test_what_has_a_symbol_is_not_looked_for() -> None:
    target, symbols = kernel(PLACES)
    known = {**symbols, **PLACES, "memblock": 77}
    assert await find_data(kernel_memory(target, known)) == {}


async def test_functions_that_do_not_agree_say_nothing() -> None:
    target, symbols = kernel(PLACES)
    at = symbols["memblock_reserved_size"]
    target.put(at, uses(at, {"elsewhere": ETEXT + 0x5000}))
    found = await find_data(kernel_memory(target, symbols))
    assert "memblock" not in found
    assert found["prb"] == PLACES["prb"]


async def test_one_function_is_not_enough() -> None:
    target, symbols = kernel(PLACES)
    for name in ("memblock_reserved_size", "memblock_set_current_limit"):
        del symbols[name]
    assert "memblock" not in await find_data(kernel_memory(target, symbols))


async def test_code_that_cannot_be_read_or_is_none() -> None:
    _, symbols = kernel(PLACES)
    assert await find_data(kernel_memory(FakeTarget(), symbols)) == {}
    junk = FakeTarget({TEXT: b"\xff" * 0x40_0000})
    assert await find_data(kernel_memory(junk, symbols)) == {}


def test_that_is_said() -> None:
    bare = LiveKernel("arm64", Release(6, 1), "", {"_text": TEXT}, NO_SIZES)
    found = with_symbols(bare, {"memblock": END - 96})
    assert found.symbols == {"_text": TEXT, "memblock": END - 96}
    assert found.missing == ("the kernel has no symbols for these, its code tells where they are: memblock",)
    assert with_symbols(bare, {}) is bare

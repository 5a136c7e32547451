"""What registers say of a call, on both architectures.  Covers boots/live/functions/traced.py,
boots/live/calling.py, boots/live/arm64/registers.py, boots/live/x86/registers.py."""

from __future__ import annotations

import pytest
from bootstep.boots.live.arm64.registers import CALLING as ARM64
from bootstep.boots.live.calling import CallingConvention
from bootstep.boots.live.functions.prototypes import Value, parse_prototype
from bootstep.boots.live.functions.traced import (
    Place,
    TracedFunction,
    arguments,
    number,
    places_of,
    result,
)
from bootstep.boots.live.x86.registers import CALLING as X86

U64 = (1 << 64) - 1
GARBAGE = 0xDEADBEEF << 32
BOTH = pytest.mark.parametrize("calls", [ARM64, X86], ids=["arm64", "x86"])
NID = (
    "phys_addr_t memblock_alloc_range_nid(phys_addr_t size, phys_addr_t align, phys_addr_t start, "
    "phys_addr_t end, int nid, bool exact_nid)"
)


def function(declared: str, calls: CallingConvention) -> TracedFunction:
    found = parse_prototype(declared)
    assert found is not None
    return TracedFunction(
        *(found.name, found.name, "", (0x1000,), found.parameters),
        places_of(found.parameters, calls),
        found.result,
        calls.result if found.result.size else "",
        "list",
    )


def registers(calls: CallingConvention, *values: int) -> dict[str, int]:
    return dict(zip(calls.arguments, values, strict=False))


@BOTH
def test_numbers_are_those_of_the_models_trace(calls: CallingConvention) -> None:
    """No node is -1, whatever is in the upper half of its register; a truth is one."""
    found = function(NID, calls)
    given = registers(calls, 4096, 64, 0, 1, GARBAGE | 0xFFFF_FFFF, GARBAGE | 0x100)
    assert arguments(found, given) == (4096, 64, 0, 1, -1, False)
    assert arguments(found, registers(calls, 4096, 64, 0, U64, 3, 1)) == (4096, 64, 0, U64, 3, True)
    assert result(found, {calls.result: 0x7FFF_F000}) == 0x7FFF_F000


@BOTH
def test_results_have_the_size_and_sign_of_their_type(calls: CallingConvention) -> None:
    of_int = function("int memblock_add(phys_addr_t base, phys_addr_t size)", calls)
    assert result(of_int, {calls.result: GARBAGE | 0xFFFF_FFEA}) == -22
    assert result(of_int, {calls.result: 0}) == 0
    assert result(function("bool f(void)", calls), {calls.result: GARBAGE | 1}) is True
    assert result(function("void f(void)", calls), {calls.result: 5}) is None
    assert result(function("void *f(void)", calls), {calls.result: U64}) == U64


def test_arguments_beyond_the_registers_are_not_told() -> None:
    many = "int f(long a, long b, long c, long d, long e, long f, long g, long h, long i)"
    assert arguments(function(many, ARM64), registers(ARM64, *range(1, 9))) == tuple(range(1, 9))
    assert arguments(function(many, X86), registers(X86, *range(1, 9))) == tuple(range(1, 7))


@BOTH
def test_nothing_is_guessed_behind_a_structure_by_value(calls: CallingConvention) -> None:
    parameters = (
        Value("a", "int", 4, True),
        Value("b", "struct wide", 24, False, is_number=False),
        Value("c", "int", 4, True),
    )
    assert places_of(parameters, calls) == (Place(calls.arguments[0]), None, None)


@BOTH
def test_places_may_be_any_registers_and_constants(calls: CallingConvention) -> None:
    parameters = tuple(Value(name, "int", 4, True) for name in "abc")
    places = (None, Place("", -1), Place(calls.dwarf[3]))
    clone = TracedFunction("f", "f.constprop.0", "", (1,), parameters, places)
    assert arguments(clone, {calls.dwarf[3]: 7}) == (None, -1, 7)
    assert not clone.is_untold
    untold = TracedFunction("f", "f.isra.0", "", (1,), parameters, (None,) * 3)
    assert arguments(untold, {}) == () and untold.is_untold


@BOTH
def test_texts_are_those_whose_address_is_told(calls: CallingConvention) -> None:
    found = function("int f(char *a, int b, const char *c)", calls)
    assert found.texts == (0, 2) and found.address == 0x1000
    assert TracedFunction("f", "f", "", (1,), found.parameters, (None,) * 3).texts == ()


def test_a_register_that_is_not_told_is_zero() -> None:
    assert arguments(function("int f(long a)", ARM64), {}) == (0,)


def test_dwarf_numbers_registers_as_each_abi_says() -> None:
    assert [ARM64.dwarf[at] for at in (0, 7, 30, 31)] == ["x0", "x7", "x30", "sp"]
    assert [X86.dwarf[at] for at in (5, 4, 1, 2, 8, 9)] == list(X86.arguments)
    assert [X86.dwarf[at] for at in (0, 3, 6, 7, 15)] == ["rax", "rbx", "rbp", "rsp", "r15"]


def test_a_size_that_is_not_known_is_a_word() -> None:
    assert number(Value("", "odd", 0, False), U64) == U64
    assert number(Value("", "s8", 1, True), 0x80) == -128

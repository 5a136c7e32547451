"""Expressions: what ``print`` and conditions understand, and what they say when they do not.

Covers lexer.py, lookup.py, model/arch/arm64/macros.py, model/memory/macros.py, nodes.py, parser.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.arch.spec import Lookup
from bootstep.model.debugger.expressions.lexer import ExpressionError
from bootstep.model.debugger.expressions.nodes import Scope
from bootstep.model.debugger.expressions.parser import Expression
from bootstep.model.memory.macros import Macro, VmemmapArray, kernel_macros
from bootstep.model.memory.memblock.regions import Region
from hypothesis import given
from hypothesis import strategies as st
from small_boot import MAP

NAMES: dict[str, Any] = {
    "size": 64 << 20,
    "base": 0x7C00_0000,
    "flags": 0x4,
    "nid": -1,
    "caller": "paging_init",
    "memstart_addr": 0x4000_0000,
    "kimage_voffset": 0xFFFF_8000_0800_0000 - 0x4020_0000,
    "_text": 0xFFFF_8000_0800_0000,
    "max_pfn": 0x8_0000,
    "memblock": {"reserved": [Region(0x4020_0000, 0x150_0000, 0, 16)]},
}


def macros(lookup: Lookup) -> dict[str, Macro]:
    pages = VmemmapArray(ARM64.placement(MAP, lookup), 64)
    return kernel_macros(MAP, ARM64.macros(MAP, lookup), pages)


SCOPE = Scope(NAMES.__getitem__, macros(NAMES.__getitem__))


def value(text: str) -> Any:
    return Expression.parse(text).evaluate(SCOPE)


def complaint(text: str) -> str:
    with pytest.raises(ExpressionError) as error:
        value(text)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1M", 1 << 20),
        ("64K + 0x10", 0x1_0010),
        ("2G", 2 << 30),
        ("1.5G", 3 << 29),
        ("4KiB", 4096),
        ("0x10UL", 16),
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 / 2", 3),
        ("7 % 4", 3),
        ("1 << 4 | 1", 17),
        ("-1", -1),
        ("~0", 0xFFFF_FFFF_FFFF_FFFF),
        ("flags & 4 == 4", True),
        ("flags & 1 == 0 and nid == -1", True),
        ("1M <= size <= 64M", True),
        ("1M <= size < 64M", False),
        ("!(size > 1G) && nid < 0", True),
        ("size > 1G || nid == -1", True),
        ('caller == "paging_init"', True),
        ("caller != 'paging_init'", False),
        ('"paging" in caller', True),
        ('caller in {"map_mem", "paging_init"}', True),
        ("nid not in {0, 1}", True),
        ("base in [0x7c000000, 0x80000000)", True),
        ("0x80000000 in [base, 0x80000000)", False),
        ("0x80000000 in [base, 0x80000000]", True),
        ("base in (0x7c000000, 0x80000000)", False),
        ("True", True),
        ("max_pfn << 12", 0x8000_0000),
        ("memblock.reserved[0].base", 0x4020_0000),
        ("memblock.reserved[0].size == 21M", True),
        ("memblock.reserved[0].end", 0x4170_0000),
    ],
)
def test_it_means(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PFN_UP(0x1fff)", 2),
        ("PFN_DOWN(0x1fff)", 1),
        ("PFN_PHYS(3)", 0x3000),
        ("PHYS_PFN(0x3fff)", 3),
        ("PAGE_ALIGN(1)", 4096),
        ("ALIGN(5, 8)", 8),
        ("__pa(_text)", 0x4020_0000),
        ("__pa(0xffff000008000000)", 0x4800_0000),
        ("__va(0x48000000)", 0xFFFF_0000_0800_0000),
        ("__phys_to_virt(memstart_addr)", 0xFFFF_0000_0000_0000),
        ("pfn_to_page(PHYS_PFN(memstart_addr))", 0xFFFF_FC00_0000_0000),
        ("page_to_pfn(0xfffffc0000000040)", 0x4_0001),
        ("pfn_to_section_nr(0x48000)", 9),
        ("section_nr_to_pfn(8)", 0x4_0000),
    ],
)
def test_the_kernels_macros(text: str, expected: int) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("siez > 1M", "unknown name 'siez' at column 1"),
        ("size >", "the expression ends too early at column 7"),
        ("", "the expression ends too early at column 1"),
        ("size = 4", "= is not a comparison, write == at column 6"),
        ("(size", "the expression ends too early, ) is missing at column 6"),
        ("size size", "unexpected 'size' at column 6"),
        ("size @ 4", "@ takes an element of an array, such as *p or x[0] at column 1"),
        ("'abc", "a string without an end at column 1"),
        ("12abc", "a number runs into a name at column 1"),
        ("size > caller", "cannot compare a number with a string by > at column 1"),
        ("caller + 1", "a number is needed, not a string, at column 1"),
        ("1 / 0", "division by zero at column 5"),
        ("1 << 1M", "cannot shift by 1048576 at column 6"),
        ("foo(1)", "unknown function 'foo' at column 1"),
        ("PFN_UP(1, 2)", "PFN_UP does not take 2 arguments at column 1"),
        ("PFN_UP(caller)", "a number is needed, not a string, at column 8"),
        ("memblock.cnt", "there is no field 'cnt', there are: reserved at column 1"),
        (
            "memblock.reserved[0].count",
            "there is no field 'count', there are: base, size, flags, nid at column 1",
        ),
        ("memblock.reserved[7]", "there is no item 7 at column 19"),
        ("size.x", "a number has no fields at column 1"),
        ("size[0]", "a number has no items at column 1"),
        ("caller.__class__", "a string has no fields at column 1"),
        ("base in [1, 2", "the expression ends too early, ) or ] is missing at column 14"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, words: str) -> None:
    assert complaint(text) == words


def test_a_macro_whose_variable_is_not_known_yet_says_which() -> None:
    scope = Scope({}.__getitem__, macros({}.__getitem__))
    with pytest.raises(ExpressionError, match="__va needs memstart_addr, which is not known at column 1"):
        Expression.parse("__va(0)").evaluate(scope)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("size >= 1M", ["size 64.0 MiB >= 1M"]),
        ('size >= 1M and caller == "paging_init"', ["size 64.0 MiB >= 1M", 'caller "paging_init"']),
        ("nid == 3 or base > 0", ["base 0x7c000000 > 0"]),
        ("base + size == 0x80000000", ["base + size 0x80000000 == 0x80000000"]),
        ("flags != 0", ["flags 4 != 0"]),
        ("flags", ["flags"]),
        ("base in [0, 4G)", ["base 0x7c000000 in [0, 4G)"]),
    ],
)
def test_it_explains_itself_with_the_values_of_what_it_mentions(text: str, reasons: list[str]) -> None:
    assert Expression.parse(text).explain(SCOPE) == reasons


@given(st.text(alphabet="size base(){}[]<>=!&|+-*/%~.,'\" 0x1M9in", max_size=30))
def test_whatever_is_typed_has_a_value_or_one_clear_sentence(text: str) -> None:
    try:
        value(text)
    except ExpressionError as error:
        assert "at column" in str(error)


@given(st.integers(0, 1 << 64), st.integers(0, 1 << 64), st.sampled_from(["+", "-", "*", "|", "&", "^"]))
def test_arithmetic_is_exact(left: int, right: int, operation: str) -> None:
    expected = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "|": left | right,
        "&": left & right,
        "^": left ^ right,
    }
    assert value(f"{left:#x} {operation} {right}") == expected[operation]

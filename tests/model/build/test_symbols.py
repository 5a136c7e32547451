"""A kernel's symbols by address."""

from __future__ import annotations

from bootstep.model.build.symbols import LONGEST, Nearest, SymbolsByAddress

SYMBOLS = {
    "follows": 0x1200,
    "__pi_memblock_reserve": 0x1000,
    "$x": 0x1000,
    "memblock_reserve": 0x1000,
    ".L12": 0x1080,
}


def test_the_nearest_symbols_before_an_address_are_told_in_the_tables_order() -> None:
    assert SymbolsByAddress(SYMBOLS).nearest(0x1098) == Nearest(
        ["__pi_memblock_reserve", "memblock_reserve"], 0x98
    )


def test_before_the_first_symbol_there_is_none() -> None:
    assert SymbolsByAddress(SYMBOLS).nearest(0xFFF) is None
    assert SymbolsByAddress({}).nearest(0x1000) is None


def test_a_function_has_its_own_name_before_those_that_the_linker_made() -> None:
    symbols = SymbolsByAddress(SYMBOLS)
    assert symbols.function(0x11FF) == ("memblock_reserve", 0x1FF)
    assert symbols.function(0x1200) == ("follows", 0)


def test_what_lies_far_behind_a_symbol_is_not_its_own() -> None:
    symbols = SymbolsByAddress(SYMBOLS)
    assert symbols.function(0x1200 + LONGEST - 1) == ("follows", LONGEST - 1)
    assert symbols.function(0x1200 + LONGEST) is None

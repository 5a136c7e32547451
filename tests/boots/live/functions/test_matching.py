"""Functions by their symbols."""

from __future__ import annotations

import pytest
from bootstep.boots.live.functions.matching import by_function, is_clone, is_code, is_freed, watched_symbols


def test_symbols_go_with_their_functions_the_function_itself_first() -> None:
    symbols = ("f.constprop.0", "f", "f.cold", "f.isra.0.part.1", "g.part.0", "g.cold.12", ".f", "f.llvm.77")
    assert by_function(symbols) == {
        "f": ["f", "f.constprop.0", "f.isra.0.part.1", "f.llvm.77"],
        "g": ["g.part.0"],
    }


@pytest.mark.parametrize(
    ("symbol", "changed"),
    [("f", False), ("f.llvm.123", False), ("f.constprop.0", True), ("f.isra.0", True), ("f.part.0", True)],
)
def test_what_was_only_renamed_is_as_c_declares_it(symbol: str, changed: bool) -> None:
    assert is_clone(symbol) is changed


def test_a_part_counts_only_where_the_rest_was_inlined() -> None:
    assert watched_symbols(["f", "f.part.0"]) == ["f"]
    assert watched_symbols(["f", "f.constprop.0"]) == ["f", "f.constprop.0"]
    assert watched_symbols(["f.part.0"]) == ["f.part.0"]
    assert watched_symbols([]) == []


def test_what_is_freed_after_the_boot_lies_between_two_symbols() -> None:
    symbols = {"_sinittext": 100, "_einittext": 200}
    assert [is_freed(at, symbols) for at in (99, 100, 199, 200)] == [False, True, True, False]
    assert is_freed(99, {})


def test_what_is_no_code_is_no_function() -> None:
    symbols = {"_stext": 100, "_etext": 200, "_sinittext": 300, "_einittext": 400}
    assert [is_code(at, symbols) for at in (99, 100, 200, 300, 399, 400)] == [
        False,
        True,
        False,
        True,
        True,
        False,
    ]
    assert is_code(5, {}) and not is_code(5, {"_stext": 100, "_etext": 200})

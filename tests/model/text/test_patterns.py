"""Regular expressions that people type: they match what those of Python match, and never take long."""

from __future__ import annotations

import re

import pytest
from bootstep.model.text.patterns import LONGEST, Pattern, PatternError, found_by
from hypothesis import given
from hypothesis import strategies as st

PIECES = ["a", "b", ".", "a*", "b+", "(ab)?", "(a|b)*", "[ab]", "[^a]", "^", "$", "a{1,2}", r"\w", r"\b", "|"]


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.text("abc_ ", max_size=8))
def test_they_find_what_those_of_python_find(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    assert Pattern(pattern).matches(text) == bool(re.search(pattern, text))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("memblock_.*alloc", "memblock_phys_alloc", True),
        ("^alloc", "memblock_phys_alloc", False),
        (r"\<phys", "memblock phys", True),
        ("a*?b", "aab", True),
        ("(?:ab){2}$", "xabab", True),
        ("", "anything", True),
    ],
)
def test_what_people_type(pattern: str, text: str, expected: bool) -> None:
    assert Pattern(pattern).matches(text) is expected


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*$x", "(.*)*(.*)*x", "a?" * 60 + "a" * 30 + "b"])
def test_what_would_take_python_for_ever_is_answered(pattern: str) -> None:
    assert not Pattern(pattern).matches("a" * 200)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a", r"a \( without its \) at column 3"),
        ("a)", r"a \) without its \("),
        ("*a", "nothing to repeat"),
        ("[b-a]", "bad character range"),
        ("[a", "nothing to repeat, or an unknown"),
        ("a{9,", "does not read like"),
        ("a{99}", "more than 50 times"),
        ("((a{50}){50}){50}", "too much is repeated"),
        ("(" * 30, "more than 20 brackets"),
        (r"(a)\1", "unknown"),
        ("a" * (LONGEST + 1), "at most 200 characters"),
    ],
)
def test_what_is_wrong_is_said(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=why):
        Pattern(pattern)


@given(st.text("ab()|*+?{},0123[]^$\\.-w", max_size=40))
def test_anything_is_read_or_refused(pattern: str) -> None:
    try:
        Pattern(pattern).matches("memblock_reserve")
    except PatternError as error:
        assert str(error)


def test_without_a_pattern_all_are_found() -> None:
    assert found_by("", ["a", "b"]) == ["a", "b"]
    assert found_by("b", ["a", "b"]) == ["b"]

"""The words of --functions."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.live.functions.asked import MOST_NAMES, parse_functions
from bootstep.boots.live.options import Watched
from bootstep.model.base.errors import InputError


@pytest.mark.parametrize(
    ("text", "watched"),
    [
        ("memblock_reserve,paging_init", Watched(("memblock_reserve", "paging_init"))),
        (" a, b  c,,", Watched(("a", "b", "c"))),
        ("+a,-b,^c,d", Watched(("d",), ("a",), ("b", "c"))),
        ("memblock_add_range.constprop.0", Watched(("memblock_add_range",))),
    ],
)
def test_words_replace_add_and_take_away(text: str, watched: Watched) -> None:
    assert parse_functions(text) == watched


def test_a_file_has_a_name_a_line(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("# mine\nmemblock_add\n\n  memblock_remove # too\n-panic\n")
    assert parse_functions(f"@{file}") == Watched(("memblock_add", "memblock_remove"), (), ("panic",))
    assert parse_functions(f"a,+@{file}") == Watched(("a",), ("memblock_add", "memblock_remove"), ("panic",))


@pytest.mark.parametrize("text", ["a,b;c", "3rd", "+", "a\x1b[31m", "é", "", ",", "@", "++a"])
def test_what_is_no_name_is_said(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as error:
        parse_functions(text)
    assert str(error.value).isprintable()


def test_a_file_names_no_other_file(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text(f"@{file}\n")
    with pytest.raises(InputError, match="expected the name of a function"):
        parse_functions(f"@{file}")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no-such"):
        parse_functions(f"@{tmp_path}/no-such")


def test_there_are_not_too_many() -> None:
    assert len(parse_functions(",".join(["a"] * MOST_NAMES)).only) == MOST_NAMES
    with pytest.raises(InputError, match=f"more than {MOST_NAMES} names"):
        parse_functions(",".join(["a"] * (MOST_NAMES + 1)))

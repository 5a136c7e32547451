"""The map of functions and lines that is shipped, and the words of a map.

Covers candidates.py, found.py.
"""

from __future__ import annotations

import re

import pytest
from bootstep.model.build.c_source import CSource
from bootstep.model.build.kernel_source.candidates import ordered
from bootstep.model.build.kernel_source.definitions import Definition
from bootstep.model.build.kernel_source.found import Place
from bootstep.model.build.kernel_source.line_map import (
    KNOWN,
    LineMap,
    all_known,
    condition_word,
    known_lines,
    map_text,
)
from kernel_tree import MMU


def test_a_map_says_what_the_source_said_it_was_made_of() -> None:
    functions = CSource(MMU).functions()
    made = LineMap(map_text("6.1.192", [("arch/arm64/mm/mmu.c", functions), ("mm/empty.c", [])]))
    assert made.release == (6, 1, 192)
    assert list(made.files) == ["arch/arm64/mm/mmu.c", "mm/empty.c"]
    read = made.functions("arch/arm64/mm/mmu.c")
    for name, found in functions:
        assert any(
            (each.first, each.line, each.last) == (found.first, found.line, found.last) for each in read[name]
        )
    assert [found.conditions for found in read["which"]] == [("CONFIG_NUMA",), ("not CONFIG_NUMA",)]
    assert made.functions("mm/empty.c") == {}
    assert made.functions("mm/nowhere.c") == {}
    assert list(made.files_with("paging_init")) == ["arch/arm64/mm/mmu.c"]


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ("CONFIG_NUMA", "NUMA"),
        ("not CONFIG_NUMA", "~NUMA"),
        ("defined(CONFIG_A) && !defined(CONFIG_B)", "A&!B"),
        ("not defined(CONFIG_A) || defined(CONFIG_B)", "~A|B"),
        ("not __HAVE_ARCH_THIS", ""),
    ],
)
def test_conditions_are_words_of_options(condition: str, word: str) -> None:
    assert condition_word(condition) == word
    if word:
        row = map_text("6.1", [("a.c", [("f", Definition(1, 2, (condition,), 1)), ("f", Definition(3, 4))])])
        (first, _) = LineMap(row).functions("a.c")["f"]
        assert condition_word(first.conditions[0]) == word


@pytest.mark.parametrize("series", [(5, 7), (6, 1), (6, 6), (6, 12)])
def test_the_known_releases_are_shipped_with_names_and_numbers_only(series: tuple[int, int]) -> None:
    known = known_lines(series)
    assert known is not None and known.release.series == series
    rows = (KNOWN / f"{series[0]}.{series[1]}.txt").read_text().splitlines()
    a_row = re.compile(r"[A-Za-z_]\w* \d+ \d+ \d+(?: ~?!?\w+(?:[&|]!?\w+)*)*")
    assert all(a_row.fullmatch(row) or re.fullmatch(r"=[\w./-]+", row) for row in rows[1:])
    for file in known.files:
        for found in known.functions(file).values():
            assert all(0 < each.first <= each.line <= each.last for each in found), file


def test_releases_that_are_not_known_have_no_map() -> None:
    assert known_lines((5, 8)) is None
    assert [known.release.series for known in all_known()] == [(6, 12), (6, 6), (6, 1), (5, 7)]


def test_a_function_moves_between_the_known_releases() -> None:
    old, new = known_lines((6, 1)), known_lines((6, 12))
    assert old is not None and new is not None
    assert "arch/arm64/mm/mmu.c" in old.files_with("map_kernel")
    assert list(new.files_with("map_kernel")) == ["arch/arm64/kernel/pi/map_kernel.c"]
    assert "mm/page_alloc.c" in old.files_with("free_area_init")
    assert "mm/mm_init.c" in new.files_with("free_area_init")


@pytest.mark.parametrize(
    ("files", "said", "arch", "first"),
    [
        (
            ["arch/arm64/mm/a.c", "arch/x86/mm/a.c"],
            "arch/x86/mm/a_64.c",
            "x86",
            "arch/x86/mm/a.c",
        ),
        (
            ["arch/x86/mm/a_32.c", "arch/x86/mm/a_64.c"],
            "arch/x86/mm/a.c",
            "x86",
            "arch/x86/mm/a_64.c",
        ),
        (["include/linux/mm.h", "mm/mm_init.c"], "mm/page_alloc.c", "arm64", "mm/mm_init.c"),
        (["init/main.c", "arch/x86/kernel/traps.c"], "arch/x86/mm/pti.c", "x86", "arch/x86/kernel/traps.c"),
        (
            ["arch/x86/boot/compressed/head_64.S", "arch/x86/kernel/head_64.S"],
            "arch/x86/kernel/head64.c",
            "x86",
            "arch/x86/kernel/head_64.S",
        ),
    ],
)
def test_of_several_files_the_likeliest_comes_first(
    files: list[str], said: str, arch: str, first: str
) -> None:
    found, is_clear = ordered(reversed(files), said, arch)
    assert (found[0], is_clear) == (first, True)


def test_files_that_are_as_likely_leave_doubt() -> None:
    assert ordered(["mm/b.c", "mm/a.c"], "kernel/x.c", "arm64") == (["mm/a.c", "mm/b.c"], False)


def test_a_place_reads_as_compilers_write_it() -> None:
    assert str(Place("mm/sparse.c", 575)) == "mm/sparse.c:575"
    assert str(Place("mm/sparse.c", 575, about=True)) == "about mm/sparse.c:575"
    assert str(Place("mm/sparse.c", about=True)) == "mm/sparse.c"

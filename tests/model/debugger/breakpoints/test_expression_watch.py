"""Watches and conditions on member paths: they stop when that value changes."""

from __future__ import annotations

import pytest
from typed_boots import complains, on_board, on_log, on_pc, says


def test_a_count_that_is_watched_stops_at_each_change() -> None:
    commands = on_board()
    assert says(commands, "watch memblock.reserved.cnt") == "watch 1: memblock.reserved.cnt"
    for count in (2, 3):
        assert f"memblock.reserved.cnt {count - 1} → {count}" in says(commands, "continue")
        assert says(commands, "output memblock.reserved.cnt") == str(count)
    assert "memblock.reserved.cnt 2 → 3" in says(commands, "continue", "reverse-continue")


def test_a_size_that_is_watched_does_not_stop_at_other_changes() -> None:
    commands = on_board()
    says(commands, "break watch:memblock.memory.regions[0].size if memblock.memory.cnt > 1")
    text = says(commands, "continue")
    assert "memblock.memory.regions[0].size 1073741824 = 0x40000000 = 1.0 GiB → 2162688" in text


def test_what_is_watched_may_be_an_expression_of_several() -> None:
    commands = on_board()
    says(commands, "watch memblock.reserved.cnt > 5 and memblock.memory.cnt == 1")
    assert "0 → 1" in says(commands, "continue")


def test_a_table_of_a_pc_is_watched() -> None:
    commands = on_pc()
    says(commands, "watch e820_table->nr_entries", "continue")
    assert says(commands, "output e820_table->nr_entries") == "1"


def test_a_log_is_watched() -> None:
    commands = on_log()
    before = int(says(commands, "output memblock.reserved.cnt"))
    says(commands, "watch memblock.reserved.cnt", "continue")
    assert int(says(commands, "output memblock.reserved.cnt")) != before


def test_until_and_log_points_see_members() -> None:
    commands = on_board()
    assert (
        "1 → 2" in says(commands, "until watch:memblock.reserved.cnt")
        or says(commands, "output memblock.reserved.cnt") == "2"
    )
    says(
        commands, 'dprintf memblock_reserve, "{memblock.reserved.cnt} {memblock.reserved.regions[0].base:x}"'
    )
    printed = says(commands, "tbreak paging_init:return", "continue").splitlines()
    assert printed[0].endswith(": 2 0x40210000")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("watch memblock.foo", "there is no field 'foo' in struct memblock"),
        ("watch $x", "$x changes only when somebody sets it"),
        ("watch nothing.cnt", "cannot be watched"),
        ("break memblock_reserve if memblok.cnt > 1", "did you mean memblock"),
    ],
)
def test_what_cannot_be_is_said(line: str, sentence: str) -> None:
    assert sentence in complains(on_board(), line)

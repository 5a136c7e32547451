"""Rows with a mark stand out, the others stand back."""

from __future__ import annotations

from bootstep.tui.draw.lines import Line, gutter
from bootstep.tui.draw.spotlight import spotlight

HEADER: Line = [("two regions", "strong")]
PLAIN: Line = [*gutter(" "), ("[0x1000-0x1fff]", ""), ("K", "own-kernel")]
NEW: Line = [*gutter("+"), ("[0x2000-0x2fff]", ""), ("K", "own-kernel")]
GONE: Line = [*gutter("-"), ("[0x3000-0x3fff]", "removed")]


def test_what_changed_is_lit_and_the_rest_dimmed() -> None:
    lines = spotlight([HEADER, PLAIN, NEW, GONE], 1, 21)
    assert lines[0] == HEADER
    assert lines[1] == [(" ", "dim"), (" ", "dim"), ("[0x1000-0x1fff]", "dim"), ("K", "own-kernel")]
    assert lines[2][0] == ("+", "gutter-added")
    assert lines[2][2:] == [("[0x2000-0x2fff]", "lit"), ("K", "own-kernel"), ("   ", "lit")]
    assert lines[3] == GONE


def test_where_nothing_changed_all_can_be_read() -> None:
    lines = [HEADER, PLAIN, PLAIN]
    assert spotlight(lines, 1, 21) == lines


def test_a_mark_in_the_header_dims_nothing() -> None:
    assert spotlight([NEW, PLAIN], 1, 21) == [NEW, PLAIN]


def test_what_a_tour_lights_is_the_light() -> None:
    shone: Line = [("a", "lit")]
    assert spotlight([shone, PLAIN], 0, 21)[0][0] == shone[0]
    assert spotlight([shone, PLAIN], 0, 21)[1][2] == ("[0x1000-0x1fff]", "dim")

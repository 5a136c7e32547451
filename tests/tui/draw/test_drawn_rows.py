"""Rows of the screen that stay what they are as long as they look the same."""

from __future__ import annotations

from bootstep.tui.draw.drawn_rows import DrawnRows
from bootstep.tui.draw.lines import Line
from rich.style import Style

LINES: list[Line] = [[("title", "title")], [("a body line", "")]]
STYLES = {"title": Style(bold=True), "": Style(), "cursor": Style(reverse=True)}


def drawn() -> DrawnRows:
    found = DrawnRows(STYLES.__getitem__)
    found.replace([found.drawn(y, line, 12) for y, line in enumerate(LINES)])
    return found


def test_what_looks_the_same_is_the_same() -> None:
    rows = drawn()
    same = [rows.drawn(y, list(line), 12) for y, line in enumerate(LINES)]
    assert rows.replace(same) == []


def test_what_differs_is_told() -> None:
    rows = drawn()
    assert rows.replace([rows.rows[0], rows.drawn(1, [("another", "")], 12)]) == [1]
    assert rows.text() == "title\nanother"


def test_more_rows_or_fewer_are_all_others() -> None:
    rows = drawn()
    assert rows.replace(rows.rows[:1]) is None
    rows.forget()
    assert rows.replace([rows.drawn(0, LINES[0], 12)]) is None


def test_chosen_columns_are_marked() -> None:
    rows = drawn()
    row = rows.drawn(1, LINES[1], 11, (2, 6))
    assert row is not rows.rows[1]
    assert [(each.text, bool(each.style and each.style.reverse)) for each in row.strip] == [
        ("a ", False),
        ("body", True),
        (" line", False),
    ]
    assert rows.drawn(1, LINES[1], 11, (2, -1)).strip.text == "a body line"


def test_styles_are_looked_up_once_until_they_are_others() -> None:
    asked: list[str] = []

    def find(name: str) -> Style:
        asked.append(name)
        return STYLES[name]

    rows = DrawnRows(find)
    for y, line in enumerate([*LINES, *LINES]):
        rows.drawn(y, line, 12)
    assert asked == ["title", ""]
    rows.forget_styles()
    rows.drawn(0, LINES[0], 12)
    assert asked == ["title", "", "title"]

"""The title of a pane: names give way to keys, and the summary to names."""

from __future__ import annotations

from bootstep.tui.draw.lines import text_of
from bootstep.tui.panes.title import Tab, Title, TitleRoom, make_title

TABS = [
    Tab("memblock", "3", "memblock", "mem", False, True),
    Tab("pagetables", "4", "page tables", "tables", True, False),
]


def title(columns: int, is_alone: bool = False, order: str = "") -> Title:
    return make_title(TABS, [("2 GiB", "")], order, TitleRoom(columns, False, False, is_alone))


def test_where_there_is_room_all_is_named_and_summed_up() -> None:
    made = title(60, order="size")
    assert text_of(made.line).startswith("── 3 memblock ─ 4 page tables~─")
    assert text_of(made.line).endswith(" 2 GiB · by size ─")
    assert len(text_of(made.line)) == 60


def test_where_there_is_little_the_names_are_short_and_then_keys() -> None:
    assert "4 tables~" in text_of(title(26).line)
    assert text_of(title(18).line).strip("─ ") == "3 memblock 4~"


def test_a_pane_alone_says_what_it_shows_before_it_names_others() -> None:
    assert "2 GiB" not in text_of(title(29).line)
    assert "2 GiB" in text_of(title(29, is_alone=True).line)


def test_the_mouse_finds_the_pane_whose_name_it_is_on() -> None:
    made = title(60)
    at = text_of(made.line).index("page")
    assert (made.tab_at(at), made.tab_at(50)) == ("pagetables", None)

"""The page across the screen, and what is lit.  Covers narrator.py, tui/draw/lit.py."""

from __future__ import annotations

import pytest
from bootstep.model.lecture.tours.page import Light
from bootstep.tui.draw.lit import shines_on
from bootstep.tui.panes.tour.pane import PagePane
from bootstep.tui.session.page import Page, PageChoice
from screens import SMALL, WIDE, running, screen
from toured_boots import recording

LONG = " ".join(f"word{number}" for number in range(400))


def pane_of(page: Page) -> PagePane:
    pane = PagePane(lambda words: words.replace("⟨tour⟩", "T"))
    pane.page = page
    pane.columns = 80
    return pane


def title(page: Page, columns: int = 80) -> str:
    pane = pane_of(page)
    pane.columns = columns
    return "".join(text for text, _ in pane.title())


def test_the_title_says_how_far_one_is() -> None:
    page = Page("tour", "A stop", at=3, of=12, hint="R reads on")
    assert title(page).startswith("─ tour · A stop ─")
    assert title(page).endswith(" 3/12 ━━━────────── R reads on ")
    assert len(title(page)) == 80


def test_keys_and_bar_give_way_to_the_title() -> None:
    page = Page("tour", "A stop of a long name", at=3, of=12, hint="R reads on · B back")
    assert "R reads on" not in title(page, 50)
    assert "━━━" not in title(page, 42)
    assert title(page, 42).startswith("─ tour · A stop of a long name ")
    assert "…" in title(page, 24)
    assert [len(title(page, columns)) for columns in (24, 42, 50, 80)] == [24, 42, 50, 80]


def test_an_alert_takes_their_place() -> None:
    assert title(Page("tour", "x", at=1, of=2, alert="away: ⟨tour⟩ returns")).endswith(" away: T returns ")


async def test_a_page_takes_rows_from_the_panes_and_gives_them_back() -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        before = screen(app)
        await app.narrator.open(Page("x", "First", "Some words.", at=1, of=2))
        await pilot.pause()
        page = app.narrator.pane
        assert page is not None
        assert page.size.height <= 8
        assert app.deck.size.height >= 12
        assert len(app.deck.order()) == 1
        assert any("Some words." in row for row in screen(app))
        app.narrator.close()
        await pilot.pause()
        assert screen(app) == before


async def test_a_long_page_is_read_on() -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        await app.narrator.open(Page("x", "Long", LONG))
        await pilot.pause()
        page = app.narrator.pane
        assert page is not None
        assert page.size.height == 8
        seen = 0
        while app.narrator.reads_on():
            seen += 1
        assert seen > 5
        await pilot.pause()
        assert any("word399" in row for row in screen(app))
        await app.narrator.open(Page("x", "Other", "Short."))
        await pilot.pause()
        assert any("Short." in row for row in screen(app))
        assert page.size.height == 8


@pytest.mark.slow
async def test_a_choice_is_taken_by_enter() -> None:
    taken: list[int] = []
    choices = tuple(PageChoice(f"choice {number}", "more of it") for number in range(9))
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        page = Page("x", "Choose", "One of these:", choices=choices, chosen=taken.append, pointed=1)
        await app.narrator.open(page)
        app.narrator.focus()
        await pilot.pause()
        await pilot.press("enter", "down", "enter", "up", "up", "up", "enter", "end", "enter")
        assert taken == [1, 2, 0, 8]
        await pilot.press("home")
        await pilot.pause()
        assert any("choice 0" in row for row in screen(app))


async def test_a_wide_screen_keeps_its_panes() -> None:
    async with running(lambda: recording("virt-1g"), WIDE) as (app, pilot):
        panes = app.deck.order()
        await app.narrator.open(Page("x", "First", "Some words."))
        await pilot.pause()
        assert app.deck.order() == panes


@pytest.mark.parametrize(
    ("light", "row", "lit"),
    [
        (Light(("kernel",)), "the kernel image", True),
        (Light(("kernel",)), "the device tree", False),
        (Light((), ((0x40000000, 0x80000000),)), "0x40000000-0x7fffffff  1.0 GiB", True),
        (Light((), ((0x40000000, 0x80000000),)), "0x48000000-0x480fffff  1.0 MiB", False),
        (Light((), ((0x48000010, 0x48000011),)), "0x48000000-0x480fffff  1.0 MiB", True),
        (Light((), ((0x48000000, 0x48000001),)), "→ 0x48000000 RW", True),
        (Light((), ((0x48000000, 0x48000001),)), "no address", False),
        (Light((), ((0x48000000, 0x48100000),)), "[0x0000000048000000-0x00000000480fffff] x", True),
        (Light((), ((0x48000000, 0x48100000),)), "0x48000000..0x480fffff", True),
    ],
)
def test_which_rows_are_lit(light: Light, row: str, lit: bool) -> None:
    assert shines_on(light)(row) is lit

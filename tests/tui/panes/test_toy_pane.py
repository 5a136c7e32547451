"""What it takes to add a pane: the pane, and its line in panes/all.py.  Here one is added from outside.

Covers pane.py, all.py, messages.py, key_bindings.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bootstep.tui.draw.lines import Line
from bootstep.tui.panes.all import PANES
from bootstep.tui.panes.pane import Pane, Place
from bootstep.tui.session.snapshot import Snapshot
from bootstep.tui.settings.bindings import KEY_BINDINGS, PANE_KEYS
from bootstep.tui.shell import app as shell
from demo_boot import demo
from screens import SMALL, WIDE, running, screen, text

HUGE = (250, 70)


class TotalsPane(Pane):
    """One line: how much memory there is."""

    ID = "totals"
    PLACE = Place("regions", 5)
    NAME = "totals"
    ABOUT = "How much memory there is."

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The line."""
        self.lines = [[("regions of memory", "")]]

    def count(self) -> int:
        """Lines."""
        return len(self.lines)

    def line(self, index: int) -> Line:
        """One of them."""
        return self.lines[index]


class StrangerPane(TotalsPane):
    """Goes to a slot that no preset has."""

    ID = "stranger"
    PLACE = Place("nowhere", 10)
    NAME = "stranger"


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shell, "PANES", (*PANES, TotalsPane, StrangerPane))
    yield


@pytest.mark.parametrize("size", [SMALL, (100, 30), WIDE, HUGE, (200, 20), (40, 12)])
async def test_an_added_pane_is_shown_at_every_size(size: tuple[int, int]) -> None:
    async with running(demo, size) as (app, pilot):
        for toy in (TotalsPane, StrangerPane):
            app.action_show_pane(toy.ID)
            await pilot.pause()
            pane = app.focused_pane()
            assert isinstance(pane, toy) and pane.is_in_sight
            assert toy.NAME in text(app) and "regions of memory" in text(app)


async def test_an_added_pane_is_a_tab_of_its_slot_in_its_order() -> None:
    async with running(demo, WIDE) as (app, _):
        tabs = [pane.ID for pane in app.deck.panes["memblock"].tabs]
        assert tabs == ["totals", "memblock"]
        assert app.deck.panes["log"].tabs[-1].ID == "stranger", "a slot that no preset has: in the last room"


@pytest.mark.slow
async def test_a_pane_without_a_key_is_reached_by_tab_and_named_without_one() -> None:
    async with running(demo, WIDE) as (app, pilot):
        app.action_show_pane("both")
        await pilot.press("tab")
        await pilot.pause()
        assert app.focused_pane().ID == "totals" and app.focused_pane().key == ""
        assert any("━ totals " in row and "3 memblock" in row for row in screen(app))
        await pilot.press("h")
        assert app.status.sentence == "totals is hidden: Ctrl+P brings it back, H all."
        await pilot.press("question_mark")
        await pilot.press("slash", *"How much memory there is", "enter")
        await pilot.pause()
        assert "of help" in app.status.sentence


def test_every_pane_has_a_name_of_its_own_and_every_key_of_a_pane_a_pane() -> None:
    ids = [pane.ID for pane in PANES]
    assert len(set(ids)) == len(ids)
    always = {pane.ID for pane in PANES if not pane.PART and not pane.ONCE}
    assert set(PANE_KEYS) == {*always, "help"}
    assert set(PANE_KEYS.values()) <= set(KEY_BINDINGS)
    for pane in PANES:
        assert all(key.id.startswith(f"{pane.ID}.") for key in pane.KEYS)

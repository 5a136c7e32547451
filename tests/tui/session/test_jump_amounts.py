"""A jump across the whole boot is told by amounts.  Also how panes show it."""

from __future__ import annotations

from bootstep.tui.shell.app import BootstepApp
from real_cases import case
from screens import running, screen

M1G = "6.1-4k48/m1g"


def marks(app: BootstepApp) -> list[str]:
    """The rows of memblock's tables that are marked."""
    return [row for row in screen(app) if " + 0x" in row or "│+ 0x" in row]


async def test_the_biggest_are_named_counted_and_marked() -> None:
    async with running(case(M1G)) as (app, pilot):
        await pilot.press("dollar_sign")
        await pilot.pause()
        assert app.snapshot is not None
        jump = app.snapshot.jump
        assert jump is not None
        assert 0 < len(jump.biggest) <= 3
        assert all(each.name in app.status.sentence for each in jump.biggest)
        assert "most of what is new" in app.status.sentence
        regions = sum(1 for region in (*app.snapshot.now.memory, *app.snapshot.now.reserved) if region.size)
        assert app.deck.panes["memblock"].amount == f"+{regions}"
        assert f"memblock +{regions}" in "\n".join(screen(app))
        before = len(marks(app))
        assert 0 < before <= 2 * sum(len(each.ranges) for each in jump.biggest)


async def test_going_back_says_what_is_gone() -> None:
    async with running(case(M1G)) as (app, pilot):
        await pilot.press("dollar_sign")
        await pilot.press("0")
        await pilot.pause()
        assert "most of what is gone" in app.status.sentence
        assert app.deck.panes["memblock"].amount.startswith("-")


async def test_a_step_is_told_by_marks() -> None:
    async with running(case(M1G)) as (app, pilot):
        await pilot.press("dollar_sign")
        await pilot.press("S")
        await pilot.pause()
        assert app.snapshot is not None
        assert app.snapshot.jump is None
        assert not app.deck.panes["memblock"].amount

"""Search in panes: what the keys for it do."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING

from ..draw.search import Found, matches, pattern_of
from ..shell.prompt import Question
from .registry import Act, Deed

if TYPE_CHECKING:
    from ..panes.pane import Pane
    from ..shell.app import BootstepApp

SLICE = 0.015
"""Seconds to look for a match before keys and the screen have their turn."""


async def search(app: BootstepApp, count: int) -> None:
    """Ask what to look for."""
    pane = app.focused_pane()

    def entered(line: str) -> None:
        words = line or (app.searches[-1] if app.searches else "")
        if not words:
            return
        if words in app.searches:
            app.searches.remove(words)
        app.searches.append(words)
        pane.seek(pattern_of(words))
        _note_marks(app)
        go(app, pane, 1)

    def typed(line: str) -> None:
        pane.seek(pattern_of(line) if line else None)

    await app.open_prompt(
        "",
        Question(
            f"search {pane.NAME}:",
            "words as they are; capitals count if there are any; empty: those of last time",
            entered,
            app.searches,
            typed=typed,
            left=pane.forget_search,
        ),
    )


def to_match(direction: int) -> Act:
    """To the next match, or the one before."""

    def act(app: BootstepApp, count: int) -> None:
        pane = app.focused_pane()
        if pane.pattern is None:
            pane.seek(pattern_of(app.searches[-1]))
            _note_marks(app)
        go(app, pane, direction, count)

    return act


def go(app: BootstepApp, pane: Pane, direction: int, times: int = 1) -> None:
    """To a match, the `times`th from here.  If that takes long it goes on beside everything else."""
    if pane.pattern is None:
        return
    if not pane.count():
        app.complain(f"There is nothing in {pane.NAME} to search.")
        return
    looking = matches(pane, pane.pattern, *pane.search_start(direction), direction)
    end = monotonic() + SLICE
    times_left = [times]
    for found in looking:
        if found is not None and _is_it(times_left):
            _show(app, pane, found)
            return
        if monotonic() > end:
            app.status.say(f"Looking for {app.searches[-1]} …")
            app.run_worker(_go_on(app, pane, looking, times_left), group="search", exclusive=True)
            return
    _nowhere(app, pane)


async def _go_on(
    app: BootstepApp, pane: Pane, looking: Iterator[Found | None], times_left: list[int]
) -> None:
    await sleep(0)
    end = monotonic() + SLICE
    for found in looking:
        if found is not None and _is_it(times_left):
            _show(app, pane, found)
            return
        if monotonic() > end:
            await sleep(0)
            end = monotonic() + SLICE
    _nowhere(app, pane)


def _is_it(times_left: list[int]) -> bool:
    times_left[0] -= 1
    return not times_left[0]


def _show(app: BootstepApp, pane: Pane, found: Found) -> None:
    pane.show_match(found)
    wrapped = " (past the end, on from the other one)" if found.wrapped else ""
    app.status.say(
        f"{app.searches[-1]}: line {found.row + 1} of {pane.count()} of {pane.NAME}{wrapped}",
        "stop" if found.wrapped else "",
    )


def _nowhere(app: BootstepApp, pane: Pane) -> None:
    app.complain(f"{app.searches[-1]} is nowhere in {pane.NAME}.")


def searched_before(app: BootstepApp) -> str:
    """There has to be something to look for."""
    return "" if app.searches else "Nothing was searched yet: ⟨search⟩ asks what to look for."


def _note_marks(app: BootstepApp) -> None:
    """The marks stay until somebody leaves them."""

    def is_open() -> bool:
        return any(pane.pattern is not None for pane in app.deck.panes.values())

    def leave() -> None:
        for pane in app.deck.panes.values():
            pane.forget_search()

    app.opened.note("the search", is_open, leave)


DEEDS: dict[str, Deed] = {
    "search": Deed(search),
    "next-match": Deed(to_match(1), searched_before),
    "previous-match": Deed(to_match(-1), searched_before),
}

"""Search in panes: what the keys for it do."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING

from ...model.language.words import tr
from ..draw.search import SearchHit, matches, pattern_of
from ..session.question import Question
from .action import Action, Run

if TYPE_CHECKING:
    from ..session.context import Context
    from ..session.screen_parts import PaneLike

SLICE = 0.015
"""Seconds to look for a match before keys and the screen have their turn."""


async def search(context: Context, count: int) -> None:
    """Ask what to look for."""
    pane = context.focused_pane()

    def entered(line: str) -> None:
        words = line or (context.searches[-1] if context.searches else "")
        if not words:
            return
        if words in context.searches:
            context.searches.remove(words)
        context.searches.append(words)
        pane.seek(pattern_of(words))
        _note_marks(context)
        go(context, pane, 1)

    def typed(line: str) -> None:
        pane.seek(pattern_of(line) if line else None)

    await context.foot.open(
        "",
        Question(
            tr("search {name}:", name=tr(pane.NAME)),
            tr("words as they are; capitals count if there are any; empty: those of last time"),
            entered,
            context.searches,
            typed=typed,
            left=pane.forget_search,
        ),
    )


def to_match(direction: int) -> Run:
    """To the next match, or the one before."""

    def act(context: Context, count: int) -> None:
        pane = context.focused_pane()
        if pane.pattern is None:
            pane.seek(pattern_of(context.searches[-1]))
            _note_marks(context)
        go(context, pane, direction, count)

    return act


def go(context: Context, pane: PaneLike, direction: int, times: int = 1) -> None:
    """To a match, the `times`th from here.  If that takes long it goes on beside everything else."""
    if pane.pattern is None:
        return
    if not pane.count():
        context.complain(tr("There is nothing in {name} to search.", name=tr(pane.NAME)))
        return
    looking = matches(pane, pane.pattern, *pane.search_start(direction), direction)
    end = monotonic() + SLICE
    times_left = [times]
    for found in looking:
        if found is not None and _is_it(times_left):
            _show(context, pane, found)
            return
        if monotonic() > end:
            context.status.say(tr("Looking for {text} …", text=context.searches[-1]))
            context.in_background(_go_on(context, pane, looking, times_left), "search")
            return
    _nowhere(context, pane)


async def _go_on(
    context: Context, pane: PaneLike, looking: Iterator[SearchHit | None], times_left: list[int]
) -> None:
    await sleep(0)
    end = monotonic() + SLICE
    for found in looking:
        if found is not None and _is_it(times_left):
            _show(context, pane, found)
            return
        if monotonic() > end:
            await sleep(0)
            end = monotonic() + SLICE
    _nowhere(context, pane)


def _is_it(times_left: list[int]) -> bool:
    times_left[0] -= 1
    return not times_left[0]


def _show(context: Context, pane: PaneLike, found: SearchHit) -> None:
    pane.show_match(found)
    wrapped = tr(" (past the end, on from the other one)") if found.wrapped else ""
    context.status.say(
        tr(
            "{text}: line {row} of {count} of {pane}{wrapped}",
            text=context.searches[-1],
            row=found.row + 1,
            count=pane.count(),
            pane=tr(pane.NAME),
            wrapped=wrapped,
        ),
        "stop" if found.wrapped else "",
    )


def _nowhere(context: Context, pane: PaneLike) -> None:
    context.complain(tr("{text} is nowhere in {pane}.", text=context.searches[-1], pane=tr(pane.NAME)))


def searched_before(context: Context) -> str:
    """There has to be something to look for."""
    return "" if context.searches else tr("Nothing was searched yet: ⟨search⟩ asks what to look for.")


def _note_marks(context: Context) -> None:
    """The marks stay until somebody leaves them."""

    def is_open() -> bool:
        return any(pane.pattern is not None for pane in context.deck.panes.values())

    def leave() -> None:
        for pane in context.deck.panes.values():
            pane.forget_search()

    context.escapes.push(tr("the search"), is_open, leave)


ACTIONS: dict[str, Action] = {
    "search": Action(search),
    "next-match": Action(to_match(1), searched_before),
    "previous-match": Action(to_match(-1), searched_before),
}

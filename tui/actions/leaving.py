"""Panes that one goes back from, and the key that leaves whatever was opened last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.language.words import tr
from .action import Action
from .arrival import show_and_say

if TYPE_CHECKING:
    from ..session.context import Context
    from ..session.screen_parts import PaneLike


def bring(context: Context, id: str, came_from: PaneLike | None = None) -> None:
    """Bring a pane forward that one goes back from: to what its place showed, and to the pane one came
    from."""
    deck, way_back = context.deck, context.deck.way_back(id)
    pane = deck.panes[id]
    came_from = came_from or context.focused_pane()
    was_hidden = not pane.display

    def is_open() -> bool:
        return pane.display and (was_hidden or context.focused_pane() is pane)

    def leave() -> None:
        way_back()
        if context.focused_pane() is pane or not context.focused_pane().display:
            context.focus_pane((came_from if came_from.display else deck.first()).ID)

    context.escapes.push(tr(pane.NAME), is_open, leave)
    deck.bring_forward(id)


def leave(context: Context, count: int) -> None:
    """Leave what was opened last."""
    name = context.escapes.leave()
    show_and_say(context, tr("Closed: {name}.", name=name) if name else "")


def nothing_open(context: Context) -> str:
    """There has to be something to leave."""
    if context.escapes.last() is not None:
        return ""
    if context.touring.tour is not None:
        return tr("The tour stays: ⟨tour⟩ returns to it, ⟨command⟩tour end ends it.")
    return tr("Nothing is open that could be left.")


ACTIONS: dict[str, Action] = {"clear": Action(leave, nothing_open)}

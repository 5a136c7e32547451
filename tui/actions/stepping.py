"""Moves in time: what the keys for them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.debugger.commands.moves import MOVES, Move
from ...model.language.words import tr
from .action import Action, once_recording
from .arrival import arrive, displayed, seek

if TYPE_CHECKING:
    from ..session.context import Context


def before_the_end(context: Context) -> str:
    """Forwards leads nowhere from the end."""
    if context.session is None:
        return once_recording(context)
    debugger = context.session.debugger
    if debugger.position < len(debugger.trace):
        return ""
    if not debugger.trace.finished:
        return tr("This is as far as the boot is recorded: wait a moment.")
    return tr("This is the end of the boot: ⟨back⟩, ⟨continue-back⟩ and ⟨start⟩ go back.")


def after_the_start(context: Context) -> str:
    """Backwards leads nowhere from the start."""
    if context.session is None:
        return once_recording(context)
    if context.session.debugger.position:
        return ""
    return tr("This is the start of the boot: ⟨step⟩, ⟨next⟩ and ⟨continue⟩ go on.")


def travel(context: Context, count: int) -> None:
    """To the moment of what the focused pane's cursor is on."""
    pane = context.focused_pane()
    event = pane.origin()
    if event is None:
        context.complain(tr("Nothing in {name} under the cursor has a moment to go to.", name=tr(pane.NAME)))
    else:
        seek(context, event + 1)


def _action(move: Move) -> Action:
    def run(context: Context, count: int) -> None:
        if context.session is not None:
            arrive(context, move.run(context.session.debugger, count))
            context.transcript.add_printed(displayed(context.session.debugger))

    return Action(run, after_the_start if move.back else before_the_end)


ACTIONS: dict[str, Action] = {
    **{move.id: _action(move) for move in MOVES.values()},
    "travel": Action(travel),
}

"""Moves in time: what the keys for them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .action import Action, Run, Unavailable, once_recording
from .arrival import arrive, seek

if TYPE_CHECKING:
    from ...model.debugger.debugger import Debugger, Stop
    from ..session.context import Context


def mover(name: str) -> Run:
    """One of the debugger's moves that take a count, by the name of its method."""

    def act(context: Context, count: int) -> None:
        if context.session is not None:
            arrive(context, getattr(context.session.debugger, name)(count))

    return act


def repeater(name: str) -> Run:
    """One of those that take none: repeated until it leads no further."""

    def act(context: Context, count: int) -> None:
        if context.session is None:
            return
        debugger = context.session.debugger
        stop = _once(debugger, name)
        for _ in range(count - 1):
            before = debugger.position
            stop = _once(debugger, name)
            if debugger.position == before:
                break
        arrive(context, stop)

    return act


def _once(debugger: Debugger, name: str) -> Stop:
    return getattr(debugger, name)()


def by(name: str, direction: int) -> Run:
    """Single events or phases, forwards (1) or backwards (-1)."""

    def act(context: Context, count: int) -> None:
        if context.session is not None:
            arrive(context, getattr(context.session.debugger, name)(count * direction))

    return act


def before_the_end(context: Context) -> str:
    """Forwards leads nowhere from the end."""
    if context.session is None:
        return once_recording(context)
    debugger = context.session.debugger
    if debugger.position < len(debugger.trace):
        return ""
    if not debugger.trace.finished:
        return "This is as far as the boot is recorded: wait a moment."
    return "This is the end of the boot: ⟨back⟩, ⟨continue-back⟩ and ⟨start⟩ go back."


def after_the_start(context: Context) -> str:
    """Backwards leads nowhere from the start."""
    if context.session is None:
        return once_recording(context)
    if context.session.debugger.position:
        return ""
    return "This is the start of the boot: ⟨step⟩, ⟨next⟩ and ⟨continue⟩ go on."


def travel(context: Context, count: int) -> None:
    """To the moment of what the focused pane's cursor is on."""
    pane = context.focused_pane()
    event = pane.origin()
    if event is None:
        context.complain(f"Nothing in {pane.NAME} under the cursor has a moment to go to.")
    else:
        seek(context, event + 1)


def _deeds(why_not: Unavailable, **acts: Run) -> dict[str, Action]:
    return {name.replace("_", "-"): Action(act, why_not) for name, act in acts.items()}


ACTIONS: dict[str, Action] = {
    **_deeds(
        before_the_end,
        step=mover("step"),
        next=mover("next"),
        finish=repeater("finish"),
        event=by("event", 1),
        phase=by("phase", 1),
        end=repeater("end"),
        **{"continue": repeater("cont")},
    ),
    **_deeds(
        after_the_start,
        back=mover("reverse_step"),
        next_back=mover("reverse_next"),
        to_call=repeater("reverse_finish"),
        continue_back=repeater("reverse_cont"),
        event_back=by("event", -1),
        phase_back=by("phase", -1),
        start=repeater("start"),
    ),
    "travel": Action(travel),
}

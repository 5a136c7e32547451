"""Moves in time: what the keys for them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Act, Deed, WhyNot, once_recording

if TYPE_CHECKING:
    from ...model.debugger.debugger import Debugger, Stop
    from ..shell.app import BootstepApp


def mover(name: str) -> Act:
    """One of the debugger's moves that take a count, by the name of its method."""

    def act(app: BootstepApp, count: int) -> None:
        if app.session is not None:
            app.arrive(getattr(app.session.debugger, name)(count))

    return act


def repeater(name: str) -> Act:
    """One of those that take none: repeated until it leads no further."""

    def act(app: BootstepApp, count: int) -> None:
        if app.session is None:
            return
        debugger = app.session.debugger
        stop = _once(debugger, name)
        for _ in range(count - 1):
            before = debugger.position
            stop = _once(debugger, name)
            if debugger.position == before:
                break
        app.arrive(stop)

    return act


def _once(debugger: Debugger, name: str) -> Stop:
    return getattr(debugger, name)()


def by(name: str, direction: int) -> Act:
    """Single events or phases, forwards (1) or backwards (-1)."""

    def act(app: BootstepApp, count: int) -> None:
        if app.session is not None:
            app.arrive(getattr(app.session.debugger, name)(count * direction))

    return act


def before_the_end(app: BootstepApp) -> str:
    """Forwards leads nowhere from the end."""
    if app.session is None:
        return once_recording(app)
    debugger = app.session.debugger
    if debugger.position < len(debugger.trace):
        return ""
    if not debugger.trace.finished:
        return "This is as far as the boot is recorded: wait a moment."
    return "This is the end of the boot: ⟨back⟩, ⟨continue-back⟩ and ⟨start⟩ go back."


def after_the_start(app: BootstepApp) -> str:
    """Backwards leads nowhere from the start."""
    if app.session is None:
        return once_recording(app)
    if app.session.debugger.position:
        return ""
    return "This is the start of the boot: ⟨step⟩, ⟨next⟩ and ⟨continue⟩ go on."


def travel(app: BootstepApp, count: int) -> None:
    """To the moment of what the focused pane's cursor is on."""
    pane = app.focused_pane()
    event = pane.origin()
    if event is None:
        app.complain(f"Nothing in {pane.NAME} under the cursor has a moment to go to.")
    else:
        app.seek(event + 1)


def _deeds(why_not: WhyNot, **acts: Act) -> dict[str, Deed]:
    return {name.replace("_", "-"): Deed(act, why_not) for name, act in acts.items()}


DEEDS: dict[str, Deed] = {
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
    "travel": Deed(travel),
}

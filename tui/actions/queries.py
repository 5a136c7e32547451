"""Questions about memory: what the keys for them do, and where the answers are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..panes.about.pane import AboutPane
from ..panes.pane import Pane
from ..shell.opened import bring
from .registry import Deed

if TYPE_CHECKING:
    from ...model.debugger.inspect.answers import Answer
    from ..shell.app import BootstepApp


def about_pane(app: BootstepApp) -> AboutPane:
    """The pane of answers."""
    return next(pane for pane in app.panes if isinstance(pane, AboutPane))


def ask(app: BootstepApp, line: str) -> None:
    """Give a command as if it were typed, and go to its answer."""
    from .command_line import in_short

    if app.session is None:
        return
    asked_in = app.focused_pane()
    result = app.session.execute(line)
    app.console_pane.add(line, result.text, result.error)
    if result.error:
        app.complain(result.text)
    elif result.answer is not None:
        app.screen.set_focus(show_answer(app, result.answer, asked_in))
    else:
        app.status.say(in_short(line, result.text))


def show_answer(app: BootstepApp, answer: Answer, asked_in: Pane) -> AboutPane:
    """Bring an answer forward; returns the pane that has it."""
    pane = about_pane(app)
    if app.session is None or app.snapshot is None:
        return pane
    if asked_in is not pane:
        pane.asked_in = asked_in.NUMBER
    bring(app, pane.NUMBER, asked_in)
    pane.add(answer, app.session.debugger.position_names.name(answer.position), app.snapshot)
    back = app.deck.panes[pane.asked_in].NAME
    app.status.say(f"{answer.line}: ⟨travel⟩ goes to the moment of a line, ⟨clear⟩ back to {back}.")
    return pane


def answered_typed(app: BootstepApp, answer: Answer) -> None:
    """Show the answer to a question that was typed: whoever leaves the command line is at the answer."""
    before = app.prompt.row.before if app.prompt is not None else None
    pane = show_answer(app, answer, before if isinstance(before, Pane) else app.focused_pane())
    if app.prompt is not None:
        app.prompt.row.before = pane


def ledger(app: BootstepApp, count: int) -> None:
    """Where memory went."""
    ask(app, "ledger")


def about(app: BootstepApp, count: int) -> None:
    """All about what the cursor of the focused pane is on."""
    pane = app.focused_pane()
    subject = pane.subject()
    if subject is None:
        app.status.say(
            f"Nothing under the cursor of {pane.NAME} is memory: ⟨command⟩x ADDRESS asks about any.", "stop"
        )
    else:
        ask(app, f"x {subject}")


def why(app: BootstepApp, count: int) -> None:
    """Why the request was refused that the cursor is on, or else the last one."""
    if app.session is None:
        return
    event = app.focused_pane().origin()
    why = app.session.debugger.why
    failure = why.failure_at(event) if event is not None else None
    if failure is not None:
        ask(app, f"why {failure.event}")
    else:
        ask(app, "why overlap" if event is not None and why.is_of_overlap(event) else "why")


async def command(app: BootstepApp, count: int) -> None:
    """The command line."""
    await app.open_prompt()


DEEDS: dict[str, Deed] = {
    "about": Deed(about),
    "ledger": Deed(ledger),
    "why": Deed(why),
    "command": Deed(command),
}

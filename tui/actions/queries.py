"""Questions about memory: what the keys for them do, and where the answers are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.language.words import tr
from ..draw.lines import in_short
from ..panes.about.pane import AboutPane
from .action import Action
from .arrival import arrive
from .leaving import bring

if TYPE_CHECKING:
    from ...model.debugger.inspect.answers import Answer
    from ..session.context import Context
    from ..session.screen_parts import PaneLike


def ask(context: Context, line: str) -> None:
    """Give a command as if it were typed, and go to its answer."""
    if context.session is None:
        return
    asked_in = context.focused_pane()
    result = context.session.execute(line)
    context.transcript.add(line, result.text, result.error)
    if result.error:
        context.complain(result.text)
    elif result.moved:
        arrive(context, context.session.debugger.last.stop)
    elif result.answer is not None:
        show_answer(context, result.answer, asked_in)
        context.focus_pane(AboutPane.ID)
    else:
        context.status.say(in_short(line, result.text))


def show_answer(context: Context, answer: Answer, asked_in: PaneLike) -> None:
    """Bring an answer forward."""
    answers = context.answers
    if context.session is None or context.snapshot is None:
        return
    if asked_in.ID != AboutPane.ID:
        answers.asked_in = asked_in.ID
    bring(context, AboutPane.ID, asked_in)
    answers.add(answer, context.session.debugger.position_names.name(answer.position), context.snapshot)
    back = tr(context.deck.panes[answers.asked_in].NAME)
    if answers.leads_anywhere:
        words = tr(
            "{line}: ⟨travel⟩ goes to the moment of a line, ⟨clear⟩ back to {back}.",
            line=answer.line,
            back=back,
        )
    else:
        words = tr("{line}: ⟨clear⟩ goes back to {back}.", line=answer.line, back=back)
    context.status.say(words)


def answer_typed(context: Context, answer: Answer) -> None:
    """Show the answer to a question that was typed: whoever leaves the command line is at the answer."""
    show_answer(context, answer, context.foot.opened_from() or context.focused_pane())
    context.foot.return_to(AboutPane.ID)


def ledger(context: Context, count: int) -> None:
    """Where memory went."""
    ask(context, "ledger")


def about(context: Context, count: int) -> None:
    """All about what the cursor of the focused pane is on."""
    pane = context.focused_pane()
    subject = pane.subject()
    if subject is None and context.answers.is_of_log:
        context.answers.asked_in = pane.ID if pane.ID != AboutPane.ID else context.answers.asked_in
        bring(context, AboutPane.ID, pane)
        context.answers.tell_of_log()
        context.focus_pane(AboutPane.ID)
        context.status.say(tr("What this log is; ⟨travel⟩ goes to the moment of a line."))
    elif subject is None:
        context.status.say(
            tr(
                "Nothing under the cursor of {name} is memory: ⟨command⟩x ADDRESS asks about any.",
                name=tr(pane.NAME),
            ),
            "stop",
        )
    else:
        ask(context, f"x {subject}")


def why(context: Context, count: int) -> None:
    """Why the request was refused that the cursor is on, or else the last one."""
    if context.session is None:
        return
    event = context.focused_pane().origin()
    why = context.session.debugger.why
    failure = why.failure_at(event) if event is not None else None
    if failure is not None:
        ask(context, f"why {failure.event}")
    else:
        ask(context, "why overlap" if event is not None and why.is_of_overlap(event) else "why")


async def command(context: Context, count: int) -> None:
    """The command line."""
    await context.foot.open()


ACTIONS: dict[str, Action] = {
    "about": Action(about),
    "ledger": Action(ledger),
    "why": Action(why),
    "command": Action(command),
}

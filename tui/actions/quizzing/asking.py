"""A question is asked, answered by choosing, typing or with a row of a pane, and its answer is seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ....model.language.words import tr
from ...session.question import Question as FootQuestion
from ..arrival import arrive
from .pages import question_page, score_page, verdict_page

if TYPE_CHECKING:
    from ....model.lecture.questions.grading import Verdict
    from ....model.lecture.questions.question import Question
    from ...session.context import Context

PLAYED = "next"
"""The reason of the move that shows an answer: one step, however long, so that what it changed is marked."""


async def ask(context: Context, question: Question) -> None:
    """Ask, where the debugger stands; the pane that shows the answer comes forward."""
    quizzing = context.quizzing
    if quizzing.came_from is None:
        quizzing.came_from, quizzing.behind = context.focused_pane().ID, context.narrator.page
        quizzing.moved = partial(look, context)
    quizzing.asked, quizzing.verdict = question, None
    quizzing.stands_at = context.session.debugger.position if context.session is not None else 0
    await context.narrator.open(question_page(quizzing, question, lambda index: choose(context, index)))
    cursor = question.cursor
    pane = context.deck.panes.get(cursor.pane) if cursor is not None else None
    if pane is not None:
        context.deck.bring_forward(pane.ID)
    context.narrator.focus()
    context.escapes.push(tr("question"), lambda: quizzing.asked is question, partial(skip, context))
    said = tr("Predict: the answer is seen when you have given yours.")
    if pane is not None and cursor is not None and cursor.answers:
        said = tr("Predict: choose, type, or press Enter on a row of {pane}.", pane=pane.NAME)
    context.status.say(said)


async def ask_next(context: Context) -> None:
    """The question of the quiz whose turn it is, at its place in the boot; behind the last, the score."""
    quizzing, session = context.quizzing, context.session
    if session is None:
        return
    if quizzing.index >= len(quizzing.course):
        await context.narrator.open(score_page(quizzing))
        quizzing.course = []
        quizzing.is_told, quizzing.stands_at = True, session.debugger.position
        context.narrator.focus()
        context.escapes.push(tr("quiz"), lambda: quizzing.is_told, partial(close, context))
        return
    question = quizzing.course[quizzing.index]
    arrive(context, session.debugger.goto(question.position))
    await ask(context, question)


def choose(context: Context, index: int) -> None:
    """The answer of that index."""
    from ....model.lecture.questions.question import letter

    give(context, letter(index))


def give(context: Context, text: str) -> None:
    """An answer that was typed."""
    from ....model.lecture.questions.grading import grade
    from ....model.lecture.questions.readings import UnreadableAnswer

    quizzing = context.quizzing
    if quizzing.asked is None or quizzing.material is None:
        return
    try:
        verdict = grade(quizzing.material, quizzing.asked, text)
    except UnreadableAnswer as error:
        context.complain(str(error))
        return
    answered(context, verdict)


def give_row(context: Context) -> None:
    """The row under the cursor of the focused pane as the answer."""
    from ....model.lecture.questions.grading import grade_row
    from ....model.lecture.questions.readings import UnreadableAnswer

    quizzing, pane = context.quizzing, context.focused_pane()
    if quizzing.asked is None or quizzing.material is None:
        return
    try:
        verdict = grade_row(quizzing.material, quizzing.asked, pane.cursor_text(), pane.subject())
    except UnreadableAnswer as error:
        context.complain(str(error))
        return
    answered(context, verdict)


def answered(context: Context, verdict: Verdict | None) -> None:
    """Play what was asked about, and tell what came of the answer."""
    quizzing, session, question = context.quizzing, context.session, context.quizzing.asked
    if question is None or session is None:
        return
    quizzing.take(verdict)
    if verdict is not None and question.reveal > session.debugger.position:
        arrive(context, session.debugger.goto(question.reveal, PLAYED))
    quizzing.is_told, quizzing.stands_at = True, session.debugger.position
    context.narrator.put(verdict_page(quizzing, question))
    context.narrator.focus()
    context.escapes.push(tr("answer"), lambda: quizzing.is_told, partial(close, context))
    context.status.say(question.shown)


def skip(context: Context) -> None:
    """Say the answer, and play nothing."""
    answered(context, None)


async def go_on(context: Context) -> None:
    """From an answer that was told to the next question of the quiz, or back to the panes."""
    quizzing = context.quizzing
    quizzing.is_told = False
    if quizzing.course:
        quizzing.index += 1
        await ask_next(context)
    else:
        close(context)


def close(context: Context) -> None:
    """Nothing is asked any more for now: a quiz is over, the panes have the keys."""
    quizzing, had_focus = context.quizzing, context.narrator.has_focus
    quizzing.is_told = False
    quizzing.course, quizzing.asked = [], None
    came_from = context.deck.panes.get(quizzing.came_from or "")
    behind, quizzing.came_from, quizzing.behind, quizzing.moved = quizzing.behind, None, None, None
    if behind is not None:
        context.narrator.put(behind)
    else:
        context.narrator.close()
    if had_focus:
        is_there = came_from is not None and came_from.display
        context.focus_pane(came_from.ID if came_from is not None and is_there else context.deck.first().ID)


def look(context: Context) -> None:
    """Of who has moved elsewhere nothing is asked any more; but a quiz waits."""
    quizzing, session, page = context.quizzing, context.session, context.narrator.page
    if session is None or page is None or not (quizzing.asked or quizzing.is_told):
        return
    is_here = session.debugger.trace is quizzing.trace and session.debugger.position == quizzing.stands_at
    if not is_here and not quizzing.course:
        close(context)
    elif quizzing.course:
        alert = "" if is_here else tr("away from the quiz: ⟨answer⟩ goes on")
        if page.alert != alert:
            context.narrator.put(replace(page, alert=alert))


async def type_answer(context: Context, count: int) -> None:
    """A line for the answer; behind an answer that was told, on to what is next."""
    from ....model.lecture.questions.sheet.contents import how_to_answer

    question = context.quizzing.asked
    if question is not None:
        asked = FootQuestion(tr("answer: "), how_to_answer(question), partial(give, context))
        await context.foot.open(question=asked)
    else:
        await go_on(context)


def nothing_asked(context: Context) -> str:
    """Something has to be asked, or to be told."""
    if context.quizzing.asked is not None or context.quizzing.is_told:
        return ""
    return tr("Nothing is asked: ⟨predict⟩ asks as you step, ⟨command⟩quiz asks some questions.")


def answers_by_key(context: Context, key: str, has_page: bool) -> bool:
    """Whether a key answers or goes on, for once: `has_page` says whether keys go to the page."""
    quizzing = context.quizzing
    question = quizzing.asked
    if question is None:
        if quizzing.is_told and has_page and key == "enter":
            context.in_background(go_on(context), "quiz")
            return True
        return False
    if has_page:
        index = ord(key) - ord("a") if len(key) == 1 else -1
        if 0 <= index < len(question.choices):
            choose(context, index)
            return True
        return False
    cursor = question.cursor
    is_there = cursor is not None and cursor.answers and cursor.pane == context.focused_pane().ID
    if key == "enter" and is_there:
        give_row(context)
        return True
    return False

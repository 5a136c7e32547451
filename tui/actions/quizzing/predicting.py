"""Making questions of the boot that is on the screen: to be asked as one steps, or one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ....model.base.errors import InputError
from ....model.language.words import tr, trn
from ..action import Action, once_recording
from ..arrival import arrive
from .asking import ask, ask_next, nothing_asked, type_answer

if TYPE_CHECKING:
    from ....model.lecture.questions.kind import Kind
    from ....model.lecture.questions.material import Material
    from ....model.lecture.questions.question import Question
    from ....model.source.trace_source import Cancelled
    from ...session.context import Context

ON_THE_WAY = 80
"""Questions that are made for one who steps: those are kept that a step can be stopped for."""
COUNT, SEED = 10, 1


def not_yet(context: Context) -> str:
    """Questions need all of the boot."""
    session = context.session
    if session is None:
        return once_recording(context)
    if not session.debugger.trace.finished:
        return tr("The boot is still being recorded: questions need all of it.")
    return ""


def with_questions(
    context: Context,
    make: Callable[[Material], list[Question]],
    then: Callable[[Material, list[Question]], None],
) -> None:
    """Make questions in a thread, and do something with them then; the boot is made ready once."""
    session, known = context.session, context.quizzing.material
    if session is None:
        return
    trace, facts = session.debugger.trace, session.facts

    def work(cancelled: Cancelled) -> None:
        from ....model.lecture.questions.material import Material

        material = known if known is not None and known.trace is trace else Material(trace, facts)
        found = make(material)
        if not cancelled():
            context.call_later(then, material, found)

    context.status.say(tr("Questions are made …"))
    context.in_thread(work, "quiz")


# ---- as one steps ----


def predict(context: Context, count: int) -> None:
    """Ask questions as one steps, or no more; a number before the key is the seed of others."""
    quizzing = context.quizzing
    if quizzing.is_predicting:
        quizzing.is_predicting = False
        context.status.say(tr("No questions any more: ⟨predict⟩ asks them again."))
        return

    def make(material: Material) -> list[Question]:
        from ....model.lecture.questions.making import questions, stops_of

        return stops_of(material, questions(material, ON_THE_WAY, count))

    with_questions(context, make, partial(_begin_predicting, context))


def _begin_predicting(context: Context, material: Material, found: list[Question]) -> None:
    session, quizzing = context.session, context.quizzing
    if session is None or session.debugger.trace is not material.trace:
        return
    quizzing.begin(material)
    quizzing.ahead, quizzing.is_predicting = found, True
    quizzing.held = partial(_ask_held, context)
    session.debugger.held = quizzing.hold
    ahead = sum(1 for question in found if question.position >= session.debugger.position)
    context.status.say(
        trn(
            "{count} question lies ahead: a move that would pass it asks it first. ⟨predict⟩ ends that.",
            "{count} questions lie ahead: a move that would pass one asks it first. ⟨predict⟩ ends that.",
            ahead,
        )
    )


def _ask_held(context: Context) -> None:
    """Ask what a move was held for."""
    session = context.session
    if session is None:
        return
    position = session.debugger.position
    question = context.quizzing.next_at(position, position + 1)
    if question is not None:
        context.in_background(ask(context, question), "quiz")


# ---- one after the other ----


def quiz(
    context: Context, count: int, seed: int, kinds: tuple[Kind, ...] = (), difficulty: int | None = None
) -> None:
    """Ask so many questions, with a score at the end."""

    def make(material: Material) -> list[Question]:
        from ....model.lecture.questions.making import questions
        from ....model.lecture.questions.table import KINDS

        return questions(material, count, seed, kinds or KINDS, difficulty)

    with_questions(context, make, partial(_begin_quiz, context))


def _begin_quiz(context: Context, material: Material, found: list[Question]) -> None:
    session, quizzing = context.session, context.quizzing
    if session is None or session.debugger.trace is not material.trace:
        return
    if not found:
        context.complain(tr("No such question can be asked about this boot."))
        return
    quizzing.begin(material, found)
    context.in_background(ask_next(context), "quiz")


# ---- at a stop of a tour ----


def ask_made(context: Context, kind: str, options: Mapping[str, Any]) -> None:
    """Ask the question of a kind that is next to where one stands, as a tour names it."""
    session = context.session
    if session is None:
        return
    position = session.debugger.position

    def make(material: Material) -> list[Question]:
        from ....model.lecture.questions.made import made_question

        try:
            found = made_question(material, kind, options, position)
        except InputError as error:
            context.call_later(context.complain, str(error))
            return []
        return [found] if found is not None else []

    def begin(material: Material, found: list[Question]) -> None:
        # Whoever has gone on in the meantime is not called back.
        if context.session is session and session.debugger.position == position:
            _ask_first(context, material, found)

    with_questions(context, make, begin)


def _ask_first(context: Context, material: Material, found: list[Question]) -> None:
    session = context.session
    if session is None or session.debugger.trace is not material.trace or not found:
        return
    context.quizzing.begin(material)
    arrive(context, session.debugger.goto(found[0].position))
    context.in_background(ask(context, found[0]), "quiz")


ACTIONS: dict[str, Action] = {
    "predict": Action(predict, not_yet),
    "answer": Action(type_answer, nothing_asked),
}

"""The question of a tour's stop, as the tour writes it: asked after the words, answered by choosing or
typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.language.words import tr
from ...session.page import Page, PageChoice
from ...session.question import Question

if TYPE_CHECKING:
    from ....model.lecture.tours.page import AskedThere
    from ...session.context import Context

LONGEST = 200
"""Characters of an answer that are looked at."""


async def ask_there(context: Context, question: AskedThere) -> None:
    """Ask; what is answered is compared and explained on the same page."""

    def answered(index: int) -> None:
        context.in_background(reveal(context, question, index), "tour")

    def typed(line: str) -> None:
        context.in_background(reveal_typed(context, question, line), "tour")

    choices = tuple(PageChoice(choice) for choice in question.choices)
    hint = tr("Enter answers · ⟨tour-next⟩ passes on") if choices else tr("⟨tour-next⟩ passes on")
    await context.narrator.open(
        Page(_tour_name(context), tr("Predict"), question.ask, hint=hint, choices=choices, chosen=answered)
    )
    if choices:
        context.narrator.focus()
    else:
        await context.foot.open("", Question("?", tr("the answer"), typed))


async def reveal(context: Context, question: AskedThere, index: int) -> None:
    """What came of a choice."""
    is_right = index == question.right
    styles = {index: "removed", question.right: "added"}
    choices = tuple(
        PageChoice(choice, style=styles.get(number, "dim")) for number, choice in enumerate(question.choices)
    )
    await _tell(context, question, is_right, choices)


async def reveal_typed(context: Context, question: AskedThere, line: str) -> None:
    """What came of an answer that was typed: a number in whatever way it is written, or a text."""
    await _tell(context, question, is_same(line[:LONGEST], question.answer), ())


async def _tell(
    context: Context, question: AskedThere, is_right: bool, choices: tuple[PageChoice, ...]
) -> None:
    verdict = tr("Right.") if is_right else tr("No: it is {answer}.", answer=question.answer)
    text = f"{verdict} {question.explain}".strip()
    hint = tr("⟨tour-next⟩ reads on")
    await context.narrator.open(
        Page(_tour_name(context), question.ask, text, hint=hint, choices=choices, most=0.4)
    )


def is_same(given: str, answer: str) -> bool:
    """Whether an answer that was typed is the right one: as text, or as a size or a number."""
    given, answer = given.strip().lower(), answer.strip().lower()
    return given == answer or (_number(given) is not None and _number(given) == _number(answer))


def _number(text: str) -> int | None:
    from ....model.base.units import parse_size

    try:
        return parse_size(text)
    except ValueError:
        return None


def _tour_name(context: Context) -> str:
    return context.touring.tour.name if context.touring.tour is not None else ""

"""What the page says that asks a question, and the one that tells what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ....model.language.words import tr
from ...session.page import Page, PageChoice

if TYPE_CHECKING:
    from ....model.lecture.questions.question import Question
    from ...session.quizzing import Quizzing

MOST = 0.55
"""The part of the screen's rows that a question may have."""
RIGHT, WRONG = "✓", "✗"


def question_page(quizzing: Quizzing, question: Question, chosen: Callable[[int], None]) -> Page:
    """The question with its choices."""
    from ....model.lecture.questions.sheet.contents import choice_lines, stars

    return Page(
        name=tr("question"),
        title=stars(question),
        text=question.text,
        at=quizzing.index + 1 if quizzing.course else 0,
        of=len(quizzing.course),
        hint=tr("Enter chooses · ⟨answer⟩ types · ⟨clear⟩ skips"),
        choices=tuple(PageChoice(line) for line in choice_lines(question)),
        chosen=chosen,
        most=MOST,
    )


def verdict_page(quizzing: Quizzing, question: Question) -> Page:
    """What came of the answer, and why it is so."""
    from ....model.lecture.questions.sheet.contents import source_line

    verdict = quizzing.verdict
    if verdict is None:
        head, title = tr("It is {answer}.", answer=question.shown), tr("skipped")
    else:
        mark = RIGHT if verdict.is_right else WRONG
        head, title = f"{mark} {verdict.comparison}", tr("right") if verdict.is_right else tr("not so")
    score = tr("{right} of {count} right", right=quizzing.right, count=quizzing.answered)
    return Page(
        name=tr("answer"),
        title=f"{title} · {score}",
        text="\n".join(filter(None, (head, question.explanation, source_line(question)))),
        at=quizzing.index + 1 if quizzing.course else 0,
        of=len(quizzing.course),
        hint=tr("Enter goes on"),
        most=MOST,
    )


def score_page(quizzing: Quizzing) -> Page:
    """The end of a quiz."""
    return Page(
        name=tr("quiz"),
        title=tr("the end"),
        text=tr(
            "{right} of {count} questions were answered right. ⟨command⟩quiz asks the same again,"
            " ⟨command⟩quiz seed 2 others; ⟨predict⟩ asks them as you step.",
            right=quizzing.right,
            count=len(quizzing.course),
        ),
        hint=tr("Enter goes on"),
        most=MOST,
    )

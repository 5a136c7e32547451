"""Questions on the screen: which are to be asked, which one is, and how many were answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...model.language.words import tr

if TYPE_CHECKING:
    from ...model.debugger.stop import Stop
    from ...model.lecture.questions.grading import Verdict
    from ...model.lecture.questions.material import Material
    from ...model.lecture.questions.question import Question
    from ...model.trace.events import Trace
    from .page import Page

HELD = "question"
"""Why a move stops that would have passed a question."""


class Quizzing:
    """No questions at first.  `material` is what they are made of, for the boot of `trace`; `ahead` are those
    that moves are held for while one predicts, `course` those of a quiz."""

    def __init__(self) -> None:
        self.material: Material | None = None
        self.trace: Trace | None = None
        self.is_predicting = False
        self.ahead: list[Question] = []
        self.course: list[Question] = []
        self.index = 0
        self.asked: Question | None = None
        """The question that waits for an answer."""
        self.verdict: Verdict | None = None
        """What came of the last answer."""
        self.is_told = False
        """Whether an answer, or the score, is on the page."""
        self.behind: Page | None = None
        """The page that was there before it."""
        self.moved: Callable[[], None] | None = None
        """Sees to what is asked when somebody has moved."""
        self.stands_at = 0
        """The position at which something is asked or told."""
        self.came_from: str | None = None
        """The pane that had the keys before the first question."""
        self.done: set[tuple[str, int]] = set()
        self.right = self.answered = 0
        self.held: Callable[[], None] | None = None
        """Asks the question that a move was held for."""

    def begin(self, material: Material, course: Sequence[Question] = ()) -> None:
        """Ask about this boot from now on; anew, if another was asked about before."""
        self.material, self.trace = material, material.trace
        self.course, self.index, self.right, self.answered = list(course), 0, 0, 0
        self.asked = self.verdict = None

    def end(self) -> None:
        """Ask nothing any more."""
        self.is_predicting = False
        self.course, self.asked, self.verdict = [], None, None

    def next_at(self, start: int, target: int) -> Question | None:
        """The first question that a move from one position to another would pass."""
        if not self.is_predicting or self.asked is not None:
            return None
        for question in self.ahead:
            if start <= question.position < target and (question.text, question.position) not in self.done:
                return question
        return None

    def hold(self, start: int, target: int) -> Stop | None:
        """Where a move is held, for `Debugger.held`."""
        question = self.next_at(start, target)
        if question is None:
            return None
        from ...model.debugger.stop import Stop  # not for the first screen

        return Stop(question.position, HELD, tr("a question comes before this is done"))

    def take(self, verdict: Verdict | None) -> None:
        """An answer was given to what is asked, or none (None)."""
        if self.asked is None:
            return
        self.done.add((self.asked.text, self.asked.position))
        self.verdict = verdict
        self.answered += 1
        self.right += verdict is not None and verdict.is_right
        self.asked = None

"""Explanations: of the event under the cursor in plain sentences, and of the words on its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.language.words import tr
from ..panes.about.pane import AboutPane
from .action import Action
from .queries import ask, show_answer

if TYPE_CHECKING:
    from ..session.context import Context

LONGEST = 40
"""Characters of a line that stand above its answer."""


def explain(context: Context, count: int) -> None:
    """The event that the cursor of the focused pane is on, or that made what it is on; else the next."""
    event = context.focused_pane().cause()
    ask(context, "explain" if event is None else f"explain {event}")


def words(context: Context, count: int) -> None:
    """The words, letters and glyphs on the line under the cursor of the focused pane."""
    if context.session is None:
        return
    from ...model.debugger.inspect.answers import Answer  # no first screen asks
    from ...model.lecture.commands import LINE
    from ...model.lecture.glossary.questions import of_line

    pane = context.focused_pane()
    here = pane.words_here()
    found = of_line(here, [glyph for glyph, _, _ in pane.legend()], pane.NAME)
    if not found.paragraphs:
        context.status.say(
            tr("No word here is in the glossary: ⟨command⟩glossary lists what it has."), "stop"
        )
        return
    line = " ".join(here.partition("\n")[0].split())[:LONGEST]
    show_answer(context, Answer(f"what {LINE}{line}", context.session.debugger.position, found), pane)
    context.focus_pane(AboutPane.ID)


ACTIONS: dict[str, Action] = {"explain": Action(explain), "words": Action(words)}

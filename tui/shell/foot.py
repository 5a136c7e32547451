"""The foot of the screen, where a line of input takes the place of the key bar while something is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..panes.pane import Pane

if TYPE_CHECKING:
    from ..session.context import Context
    from ..session.question import Question
    from .keybar import KeyBar
    from .layout import Deck
    from .prompt import Prompt


class Foot:
    """Opens the line of input.  It is made when it is needed first: the first screen does without."""

    def __init__(self, context: Context, deck: Deck, keybar: KeyBar) -> None:
        self.context = context
        self.deck = deck
        self.keybar = keybar
        self.prompt: Prompt | None = None

    @property
    def is_typed_in(self) -> bool:
        """Whether keys are letters of the line."""
        return self.prompt is not None and self.prompt.screen.focused is self.prompt

    async def open(self, line: str = "", question: Question | None = None) -> None:
        """Ask with the beginning of an answer: for a command, if nothing else is asked.  A command that a key
        begins is one: the line is left with it, and keys are keys again."""
        from ..actions.command_line import commands
        from .prompt import Prompt, PromptRow

        if self.prompt is None:
            self.prompt = Prompt()
            row = PromptRow(self.prompt, self.keybar, self.deck.first)
            await self.deck.screen.mount(row, before=self.keybar)
        self.prompt.row.open(question or commands(self.context, stays=not line), line)

    def opened_from(self) -> Pane | None:
        """The pane that it was opened from."""
        before = self.prompt.row.before if self.prompt is not None else None
        return before if isinstance(before, Pane) else None

    def return_to(self, id: str) -> None:
        """Whoever leaves the line is in this pane."""
        if self.prompt is not None:
            self.prompt.row.before = self.deck.panes[id]

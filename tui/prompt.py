"""The command line at the foot of the screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label


class Prompt(Input):
    """A line of input with a history: Up and Down go through it, Tab completes, Escape leaves."""

    BINDINGS = [  # noqa: RUF012
        Binding("escape", "leave", show=False),
        Binding("up", "older(1)", show=False),
        Binding("down", "older(-1)", show=False),
        Binding("tab,shift+tab", "complete", show=False),
    ]

    class Left(Message):
        """Escape was pressed."""

        def __init__(self, prompt: Prompt) -> None:
            super().__init__()
            self.prompt = prompt

    class CompletionWanted(Left):
        """Tab was pressed."""

    class Entered(Left):
        """Enter was pressed on a line."""

        def __init__(self, prompt: Prompt, line: str) -> None:
            super().__init__(prompt)
            self.line = line

    def __init__(self) -> None:
        super().__init__(id="prompt", compact=True, select_on_focus=False, highlighter=None)
        self.placeholder = "break memblock_reserve if size >= 1M · until paging_init · print max_pfn · help"
        self.history: list[str] = []
        self.back = 0

    def open(self) -> None:
        """Start a new line."""
        self.value = ""
        self.back = 0

    def write(self, line: str) -> None:
        """Replace the line."""
        self.value = line
        self.cursor_position = len(line)

    async def action_submit(self) -> None:
        """Hand the line over and begin a new one at once: the next letters may already have been typed."""
        line = self.value
        self.open()
        self.post_message(self.Entered(self, line))

    def on_blur(self) -> None:
        """The keys go elsewhere, so this closes; not when it is the terminal that has lost them all."""
        if self.app.app_focus:  # pyright: ignore[reportUnknownMemberType]
            self.post_message(self.Left(self))

    def action_leave(self) -> None:
        """Back to the panes."""
        self.post_message(self.Left(self))

    def action_complete(self) -> None:
        """Ask for what the line may become."""
        self.post_message(self.CompletionWanted(self))

    def action_older(self, lines: int) -> None:
        """An earlier line, or a later one."""
        self.back = max(0, min(self.back + lines, len(self.history)))
        self.write(self.history[-self.back] if self.back else "")


class PromptRow(Horizontal):
    """The command line behind its colon."""

    def __init__(self, prompt: Prompt) -> None:
        super().__init__()
        self.prompt = prompt

    def compose(self) -> ComposeResult:
        """The colon and the line."""
        yield Label(":", markup=False)
        yield self.prompt

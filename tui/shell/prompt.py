"""The line of input at the foot of the screen: for commands, for what to search, for the name of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import isawaitable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from ...model.language.words import tr
from ..session.question import Question


def beginning_of(lines: Sequence[str]) -> str:
    """What all of some lines begin with."""
    first, last = min(lines), max(lines)
    same = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(same, len(first))]


class Prompt(Input):
    """A line of input with a history: Up and Down go through it, Tab completes, Right types the example into
    an empty line, Escape leaves."""

    class Offered(Message):
        """Tab was pressed, and the line may become any of these; none: it was left."""

        def __init__(self, found: Sequence[str]) -> None:
            super().__init__()
            self.found = found

    def __init__(self) -> None:
        super().__init__(id="prompt", compact=True, select_on_focus=False, highlighter=None)
        self.question: Question | None = None
        self.back = 0

    @property
    def row(self) -> PromptRow:
        """What it stands in."""
        assert isinstance(self.parent, PromptRow)
        return self.parent

    def open(self, question: Question, line: str = "") -> None:
        """Ask for a line, which begins so."""
        self.question = question
        self.placeholder = question.placeholder
        self.back = 0
        self.write(line)

    def write(self, line: str) -> None:
        """Replace the line."""
        self.value = line
        self.cursor_position = len(line)

    async def on_event(self, event: events.Event) -> None:
        """Its own keys act at once, not as bindings, which find the keys typed quickly after them already in
        the line; and keys after the one that closed the line are not for it."""
        if not isinstance(event, events.Key):
            await super().on_event(event)
        elif self.screen.focused is not self:
            event.stop()
            self.app.post_message(events.Key(event.key, event.character))  # pyright: ignore[reportUnknownMemberType]
        elif event.key == "enter":
            event.stop()
            await self.submit()
        elif event.key == "right" and not self.value and self.question and self.question.example:
            event.stop()
            self.write(self.question.example)
        elif event.key in ("escape", "up", "down", "tab", "shift+tab"):
            event.stop()
            {"escape": self.leave, "up": self.older, "down": self.later}.get(event.key, self.complete)()
        else:
            await super().on_event(event)

    async def submit(self) -> None:
        """Hand the line over and begin a new one at once: the next letters may already have been typed."""
        question, line = self.question, self.value
        if question is None:
            return
        self.write("")
        self.back = 0
        if not question.stays:
            self.row.close()
        done = question.entered(line)
        if isawaitable(done):
            await done

    def on_input_changed(self) -> None:
        """Tell who asked."""
        if self.question is not None and self.question.typed is not None and self.screen.focused is self:
            self.question.typed(self.value)

    def on_blur(self) -> None:
        """The keys go elsewhere, so this closes; not when it is the terminal that has lost them all."""
        if self.screen.focused is not self:
            self.row.close()

    def leave(self) -> None:
        """Back to the panes."""
        if self.question is not None and self.question.left is not None:
            self.question.left()
        self.post_message(self.Offered(()))
        self.row.close()

    def complete(self) -> None:
        """Complete the line as far as it goes, or say what there is."""
        if self.question is None or self.question.completions is None:
            return
        found = self.question.completions(self.value)
        if len(found) == 1:
            self.write(found[0])
        elif found:
            begun = beginning_of(found)
            if len(begun) > len(self.value):
                self.write(begun)
            word = begun.rfind(" ") + 1
            self.post_message(self.Offered([each[word:] for each in found]))
        else:
            self.post_message(self.Offered([tr("Nothing that is known begins with {line}", line=self.value)]))

    def older(self, lines: int = 1) -> None:
        """An earlier line of the history."""
        history = self.question.history if self.question is not None else []
        self.back = max(0, min(self.back + lines, len(history)))
        self.write(history[-self.back] if self.back else "")

    def later(self) -> None:
        """A later one."""
        self.older(-1)


class PromptRow(Horizontal):
    """The line behind what it is asked for.  It takes the place of the key bar while it is open, and gives
    the focus back to who had it."""

    def __init__(self, prompt: Prompt, keybar: Widget, fallback: Callable[[], Widget]) -> None:
        super().__init__()
        self.fallback = fallback
        self.prompt = prompt
        self.keybar = keybar
        self.prefix = Label("", markup=False)
        self.before: Widget | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        """What is asked for, the line, and the way out."""
        yield self.prefix
        yield self.prompt
        yield Label(tr("Esc leaves"), markup=False, id="way-out")

    def open(self, question: Question, line: str = "") -> None:
        """Ask for a line."""
        if self.screen.focused is not self.prompt:
            self.before = self.screen.focused
        self.prefix.update(question.prefix)
        self.display = True
        self.keybar.display = False
        self.prompt.open(question, line)
        self.screen.set_focus(self.prompt)

    def close(self) -> None:
        """The keys go to the panes again."""
        if not self.display:
            return
        if self.screen.focused is self.prompt:
            is_there = self.before is not None and self.before.display
            self.screen.set_focus(self.before if is_there else self.fallback())
        self.display = False
        self.keybar.display = True

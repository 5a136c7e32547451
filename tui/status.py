"""The line that says what just happened, or what was wrong."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from .lines import cut, padded, plain


class Status(Widget):
    """One sentence, with the phase of the boot before it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status--phase", "status--error", "status--stop"}

    def __init__(self) -> None:
        super().__init__(id="status")
        self.phase = ""
        self.sentence = "Reading the kernel and its machine …"
        self.kind = ""

    def say(self, sentence: str, kind: str = "", phase: str | None = None) -> None:
        """Show a sentence; `kind` is "error", "stop" (a breakpoint, a panic, an end) or nothing."""
        self.sentence, self.kind = plain(sentence), kind
        if phase is not None:
            self.phase = phase
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The phase, then the sentence."""
        base = self.rich_style
        style = base
        if self.kind:
            style = self.get_component_rich_style(f"status--{self.kind}")
        mark = {"error": "✗ ", "stop": "■ "}.get(self.kind, "")
        phase = f" {self.phase} " if self.phase and self.size.width >= 100 else ""
        room = max(self.size.width - len(phase) - 1, 1)
        text = padded(cut([(mark + self.sentence, "")], room), room)
        phase_style = self.get_component_rich_style("status--phase")
        segments = [Segment(phase, phase_style)] if phase else []
        return Strip([*segments, Segment(" ", base), *(Segment(words, style) for words, _ in text if words)])

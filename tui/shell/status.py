"""The line that says what just happened, or what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from ...model.language.words import tr
from ..draw.frame import FrameWidget
from ..draw.lines import cut, padded, plain
from ..draw.widths import cells, wrapped

NARROW = 100
"""Columns below which the sentence has two rows."""


class Status(FrameWidget):
    """One sentence, with the phase of the boot before it; and before that the badge of a boot that is not the
    machine's own."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status--badge",
        "status--phase",
        "status--error",
        "status--stop",
    }

    def __init__(self, words: Callable[[str], str]) -> None:
        """`words` puts the keys of actions into a sentence, see `Keymap.words`."""
        super().__init__(id="status")
        self.words = words
        self.phase = self.badge = ""
        self.sentence = tr("Reading the kernel and its machine …")
        self.kind = ""
        self._before: tuple[str, str] | None = None

    def say(self, sentence: str, kind: str = "", phase: str | None = None) -> None:
        """Show a sentence; `kind` is "error", "stop" (a breakpoint, a panic, an end) or nothing."""
        self._before = None
        self.sentence, self.kind = self.words(plain(sentence)), kind
        if phase is not None:
            self.phase = phase
        self.refresh()

    def offer(self, choices: str) -> None:
        """Show what a line may become, until it is left or something else is said; nothing: the line was
        left."""
        before = self._before
        if choices:
            before = before or (self.sentence, self.kind)
            self.sentence, self.kind, self._before = plain(choices), "", before
        elif before is not None:
            (self.sentence, self.kind), self._before = before, None
        self.refresh()

    def put_badge(self, words: str) -> None:
        """Show a badge from now on, or none."""
        self.badge = plain(words)
        self.refresh()

    def fit(self, size: Size) -> None:
        """Two rows where the screen is too narrow for most sentences."""
        self.take_rows(2 if size.width < NARROW else 1)

    def render_line(self, y: int) -> Strip:
        """The badge, the phase if there is room, then the sentence, over as many rows as there are."""
        badge = cut([(f" {self.badge} ", "")], max(self.size.width // 2, 1))[0][0] if self.badge else ""
        line = self._sentence_line(y, self.size.width - cells(badge))
        style = self.component("status--badge") if y == 0 else self.component("")
        segments = [Segment(badge if y == 0 else " " * cells(badge), style)] if badge else []
        return Strip([*segments, *line])

    def _sentence_line(self, y: int, width: int) -> list[Segment]:
        base = self.component("")
        style = self.component(f"status--{self.kind}") if self.kind else base
        sentence = {"error": "✗ ", "stop": "■ "}.get(self.kind, "") + self.sentence
        phase = f" {self.phase} " if self.phase else ""
        if cells(phase) + cells(sentence) + 2 > width:
            phase = ""
        room = max(width - cells(phase) - 1, 1)
        rows = wrapped(sentence, room, self.size.height) or [""]
        words = padded([(rows[y] if y < len(rows) else "", "")], room)
        phase_style = self.component("status--phase") if y == 0 else base
        segments = [Segment(phase if y == 0 else " " * cells(phase), phase_style)] if phase else []
        return [*segments, Segment(" ", base), *(Segment(part, style) for part, _ in words if part)]

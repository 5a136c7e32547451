"""What was asked on the command line, and the answers."""

from __future__ import annotations

from ....model.language.words import tr, translatable
from ...draw.lines import Line, StyleName, plain
from ...session.snapshot import Snapshot
from ..pane import Pane, Place


class ConsolePane(Pane):
    """A transcript of the command line; it comes forward when an answer has more than one line."""

    ID = "console"
    PLACE = Place("commands", 20)
    NAME = translatable("console")
    SHORT = translatable("cmd")
    ABOUT = translatable("What you asked with : and the answers.")

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.printed = False
        self.header = [[(tr("Type :help for the commands."), "dim")]]

    def add(self, command: str, answer: str, is_error: bool) -> None:
        """Write down a command and what came of it, and show the answer from its first line."""
        style: StyleName = "error" if is_error else ""
        start = len(self.lines)
        self.lines.append([(": ", "dim"), (plain(command), "strong")])
        self.lines += [[("  ", ""), (plain(text), style)] for text in answer.splitlines()]
        self.header = []
        self.tell_rows()
        self.scroll_body(start)

    def add_printed(self, lines: list[str]) -> None:
        """Write down what log points printed during a move."""
        self.printed = bool(lines)
        if lines:
            self.lines += [[("» ", "accent"), (plain(text), "")] for text in lines]
            self.header = []
            self.scroll_body(len(self.lines))

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether log points printed during the last move."""
        return self.printed

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Moves leave the transcript as it is."""

    def count(self) -> int:
        """Lines of the transcript."""
        return len(self.lines)

    def line(self, index: int) -> Line:
        """One of them."""
        return self.lines[index]

"""What panes post: the application and the deck answer with methods such as `on_pane_said`."""

from __future__ import annotations

from textual.message import Message


class TabClicked(Message, namespace="pane"):
    """The name of a pane was clicked in a title."""

    def __init__(self, pane: str) -> None:
        super().__init__()
        self.pane = pane


class Gripped(Message, namespace="pane"):
    """The mouse was pressed on the rule above, or to the left (`is_row`); where that is on the screen."""

    def __init__(self, pane: str, is_row: bool, x: int, y: int) -> None:
        super().__init__()
        self.pane = pane
        self.is_row = is_row
        self.x = x
        self.y = y


class Acted(Message, namespace="pane"):
    """Do what the table of keys calls `id`."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id = id


class Composed(Message, namespace="pane"):
    """It has other lines now, and may want more rows or fewer."""


class Said(Message, namespace="pane"):
    """A sentence for the status; `kind` as in `Status.say`."""

    def __init__(self, sentence: str, kind: str = "") -> None:
        super().__init__()
        self.sentence = sentence
        self.kind = kind


class Asked(Message, namespace="pane"):
    """A line for the command line, whose answer the console shows."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line

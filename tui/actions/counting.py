"""Numbers typed before keys, in the app: how often an action is meant, and what is put back on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..settings.bindings import KEY_BINDINGS
from ..shell.layout import DeckView
from .count import WAIT, Count

if TYPE_CHECKING:
    from ..shell.app import BootstepApp

View = tuple[int, DeckView]
"""What is seen: the number of the focused pane, and how the deck stands."""


class Counting:
    """The number that is being typed; `typed` is the one before the last key, None if there was none."""

    def __init__(self, app: BootstepApp) -> None:
        self.app = app
        self.count: Count[View] = Count()
        self.typed: int | None = None
        self.keys = frozenset(key for id in KEY_BINDINGS for key in app.keys.of(id))

    def pressed(self, key: str) -> None:
        """A key that moves in a pane was pressed: the digit before it was that pane's number."""
        if key not in self.keys:
            self.count.clear()

    def view(self) -> View:
        """What is seen now."""
        return self.app.focused_pane().NUMBER, self.app.deck.view()

    def put_back(self, view: View) -> None:
        """What was seen then."""
        focused, deck = view
        self.app.deck.restore(deck)
        self.app.screen.set_focus(self.app.deck.panes[focused])

    def times(self, id: str) -> int:
        """How often to do an action; 0 if its key was a digit of a number."""
        if id == "start" and self.count.is_open:
            self.count.type("0", self.view())
            self.app.status.say(f"{self.count.digits} times …")
            self.app.set_timer(WAIT, self._start_after_all)
            return 0
        if id.startswith("pane-"):
            self.count.type(id.removeprefix("pane-"), self.view())
            return 1
        if not KEY_BINDINGS[id].counts:
            self.count.clear()
            return 1
        taken = self.count.take()
        self.typed = taken[0] if taken else None
        if taken is None:
            return 1
        times, view = taken
        self.put_back(view)
        return times

    def _start_after_all(self) -> None:
        """Nothing was to be repeated: the ``0`` meant the start of the boot."""
        if self.count.digits.endswith("0") and not self.count.is_open:
            self.count.clear()
            self.app.run_worker(self.app.action_act("start"))

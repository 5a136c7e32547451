"""What was opened over the panes, and the key that leaves it: the last one first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ..actions.registry import Deed

if TYPE_CHECKING:
    from ..panes.pane import Pane
    from .app import BootstepApp


class Opening(NamedTuple):
    """Something that was opened: what people call it, whether it is still open, and how it is left."""

    name: str
    is_open: Callable[[], bool]
    leave: Callable[[], None]


class Opened:
    """All that is open, what was opened last at the end."""

    def __init__(self) -> None:
        self._openings: list[Opening] = []

    def note(self, name: str, is_open: Callable[[], bool], leave: Callable[[], None]) -> None:
        """Something was opened.  What is open already keeps its own way out."""
        old = next((each for each in self._openings if each.name == name and each.is_open()), None)
        self._openings = [each for each in self._openings if each.name != name]
        self._openings.append(old or Opening(name, is_open, leave))

    def last(self) -> Opening | None:
        """What was opened last, of all that is still open."""
        while self._openings and not self._openings[-1].is_open():
            self._openings.pop()
        return self._openings[-1] if self._openings else None

    def leave(self) -> str:
        """Leave what was opened last; returns what people call it."""
        opening = self.last()
        if opening is None:
            return ""
        self._openings.pop()
        opening.leave()
        return opening.name


def bring(app: BootstepApp, number: int, came_from: Pane | None = None) -> None:
    """Bring a pane forward that one goes back from: to what its place showed, and to the pane one came
    from."""
    pane, before = app.deck.panes[number], app.deck.view()
    came_from = came_from or app.focused_pane()
    was_hidden = not pane.display

    def is_open() -> bool:
        return bool(pane.display) and (was_hidden or app.focused_pane() is pane)

    def leave() -> None:
        app.deck.take_back(number, before)
        if app.focused_pane() is pane or not app.focused_pane().display:
            app.screen.set_focus(came_from if came_from.display else app.deck.first())

    app.opened.note(pane.NAME, is_open, leave)
    app.deck.bring_forward(number)


def leave(app: BootstepApp, count: int) -> None:
    """Leave what was opened last."""
    name = app.opened.leave()
    app.say_and_show(f"{name} left" if name else "")


def something_open(app: BootstepApp) -> str:
    """There has to be something to leave."""
    return "" if app.opened.last() is not None else "Nothing is open that could be left."


DEEDS: dict[str, Deed] = {"clear": Deed(leave, something_open)}

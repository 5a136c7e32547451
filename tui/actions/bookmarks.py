"""Bookmarks: positions with letters, and the key that leads back to where one was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..session.jump_list import told
from .registry import Deed, once_recording

if TYPE_CHECKING:
    from ..shell.app import BootstepApp

BACK = frozenset("'`")
"""Keys that stand for the place that the last jump left."""


def set_bookmark(app: BootstepApp, count: int) -> None:
    """Ask for the letter of a bookmark here."""
    used = _used(app)
    taken = f" Taken: {used}" if used else ""
    app.wait_for_letter(partial(_set, app), f"Bookmark this position: type a letter.{taken}")


def _set(app: BootstepApp, letter: str) -> None:
    if app.session is None:
        return
    debugger = app.session.debugger
    if not (len(letter) == 1 and letter.isalpha()):
        app.status.say("No bookmark is set: its name is a letter.", "stop")
        return
    old = debugger.bookmarks.get(letter)
    debugger.bookmarks[letter] = debugger.position
    moved = f" (it was at {old})" if old not in (None, debugger.position) else ""
    app.say_and_show(f"bookmark {letter}: {debugger.position_name()}{moved}; '{letter} comes back here")


def go_to_bookmark(app: BootstepApp, count: int) -> None:
    """Ask for the letter of the bookmark to go to."""
    marks = [_used(app), "' where you were before the last jump"]
    app.wait_for_letter(partial(_go, app), "Go to which bookmark? " + " · ".join(filter(None, marks)))


def _go(app: BootstepApp, letter: str) -> None:
    if app.session is None:
        return
    debugger = app.session.debugger
    place = app.trail.left() if letter in BACK else debugger.bookmarks.get(letter)
    if place is None:
        app.status.say(_nowhere(app, letter), "stop")
        return
    app.player.pause()
    app.arrive(told(debugger.goto(place), "where you were" if letter in BACK else f"bookmark {letter}"))


def _nowhere(app: BootstepApp, letter: str) -> str:
    if letter in BACK:
        return "You have not jumped anywhere yet."
    if not (len(letter) == 1 and letter.isalpha()):
        return "Nowhere to go: the name of a bookmark is a letter."
    used = _used(app)
    return f"There is no bookmark {letter}" + (f", only {used}" if used else ": ⟨bookmark⟩ sets one.")


def _used(app: BootstepApp) -> str:
    """The bookmarks there are, each with the function it is in."""
    if app.session is None:
        return ""
    debugger = app.session.debugger
    places = sorted(debugger.bookmarks.items(), key=lambda item: item[1])
    names = debugger.position_names
    return " · ".join(f"{letter} {names.name(position).rpartition('› ')[2]}" for letter, position in places)


def _none_yet(app: BootstepApp) -> str:
    if app.session is None:
        return once_recording(app)
    if app.session.debugger.bookmarks or app.trail.left() is not None:
        return ""
    return "There are no bookmarks yet: m and a letter sets one here."


DEEDS: dict[str, Deed] = {
    "bookmark": Deed(set_bookmark),
    "to-bookmark": Deed(go_to_bookmark, _none_yet),
}

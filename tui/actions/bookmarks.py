"""Bookmarks: positions with letters, and the key that leads back to where one was."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ...model.language.words import tr
from .action import Action, once_recording
from .arrival import arrive, led_by, pause, show_and_say

if TYPE_CHECKING:
    from ..session.context import Context

BACK = frozenset("'`")
"""Keys that stand for the place that the last jump left."""


def set_bookmark(context: Context, count: int) -> None:
    """Ask for the letter of a bookmark here."""
    used = _used(context)
    taken = tr(" Taken: {used}", used=used) if used else ""
    _ask_letter(
        context, partial(_set, context), tr("Bookmark this position: type a letter.{taken}", taken=taken)
    )


def _set(context: Context, letter: str) -> None:
    if context.session is None:
        return
    debugger = context.session.debugger
    if not (len(letter) == 1 and letter.isalpha()):
        context.status.say(tr("No bookmark is set: its name is a letter."), "stop")
        return
    old = debugger.bookmarks.get(letter)
    debugger.bookmarks[letter] = debugger.position
    moved = tr(" (it was at {old})", old=old) if old not in (None, debugger.position) else ""
    show_and_say(
        context,
        tr(
            "bookmark {letter}: {position}{moved}; '{letter} comes back here",
            letter=letter,
            position=debugger.position_name(),
            moved=moved,
        ),
    )


def go_to_bookmark(context: Context, count: int) -> None:
    """Ask for the letter of the bookmark to go to."""
    marks = [_used(context), tr("' where you were before the last jump")]
    _ask_letter(
        context, partial(_go, context), tr("Go to which bookmark? ") + " · ".join(filter(None, marks))
    )


def _go(context: Context, letter: str) -> None:
    if context.session is None:
        return
    debugger = context.session.debugger
    place = context.jumps.left() if letter in BACK else debugger.bookmarks.get(letter)
    if place is None:
        context.status.say(_nowhere(context, letter), "stop")
        return
    pause(context)
    words = tr("where you were") if letter in BACK else tr("bookmark {letter}", letter=letter)
    arrive(context, led_by(debugger.goto(place), words))


def _nowhere(context: Context, letter: str) -> str:
    if letter in BACK:
        return tr("You have not jumped anywhere yet.")
    if not (len(letter) == 1 and letter.isalpha()):
        return tr("Nowhere to go: the name of a bookmark is a letter.")
    used = _used(context)
    return tr("There is no bookmark {letter}", letter=letter) + (
        tr(", only {used}", used=used) if used else tr(": ⟨bookmark⟩ sets one.")
    )


def _used(context: Context) -> str:
    """The bookmarks there are, each with the function it is in."""
    if context.session is None:
        return ""
    debugger = context.session.debugger
    places = sorted(debugger.bookmarks.items(), key=lambda item: item[1])
    names = debugger.position_names
    return " · ".join(f"{letter} {names.name(position).rpartition('› ')[2]}" for letter, position in places)


def _ask_letter(context: Context, taker: Callable[[str], None], sentence: str) -> None:
    context.letter_taker = taker
    context.status.say(sentence)


def _none_yet(context: Context) -> str:
    if context.session is None:
        return once_recording(context)
    if context.session.debugger.bookmarks or context.jumps.left() is not None:
        return ""
    return tr("There are no bookmarks yet: m and a letter sets one here.")


ACTIONS: dict[str, Action] = {
    "bookmark": Action(set_bookmark),
    "to-bookmark": Action(go_to_bookmark, _none_yet),
}

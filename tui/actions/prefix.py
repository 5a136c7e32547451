"""Numbers typed before keys: how often an action is meant, and when a digit only meant a pane."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...model.language.words import tr
from ..session.prefix import WAIT
from ..settings.bindings import KEY_BINDINGS, PANE, shows_pane

if TYPE_CHECKING:
    from ..session.context import Context


def key_pressed(context: Context, key: str) -> None:
    """A key that moves in a pane was pressed: the digit before it was that pane's number."""
    if not any(key in context.keys.of(id) for id in KEY_BINDINGS):
        context.prefix.clear()


def times(context: Context, id: str) -> int:
    """How often to do an action; 0 if its key was a digit of a number."""
    prefix = context.prefix
    if id == "start" and prefix.is_open:
        prefix.type("0", context.view())
        context.status.say(tr("{digits} times …", digits=prefix.digits))
        context.set_timer(WAIT, partial(_start_after_all, context))
        return 0
    if shows_pane(id):
        prefix.type(id.removeprefix(PANE), context.view())
        return 1
    if not KEY_BINDINGS[id].counts:
        prefix.clear()
        return 1
    taken = prefix.take()
    return 1 if taken is None else taken


def _start_after_all(context: Context) -> None:
    """Nothing was to be repeated: the ``0`` meant the start of the boot."""
    if context.prefix.digits.endswith("0") and not context.prefix.is_open:
        context.prefix.clear()
        context.in_background(context.do("start"), "start")

"""What an action is: something done to the application through its `Context`, and why not just now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from ...model.language.words import tr, translatable

if TYPE_CHECKING:
    from ..session.context import Context

READING = translatable("The kernel and its machine are still being read.")

Run = Callable[["Context", int], Awaitable[None] | None]
"""Does it, so many times (1 unless a number was typed before the key)."""
Unavailable = Callable[["Context"], str]
"""One sentence for people if it cannot be done now, else nothing."""


def always(context: Context) -> str:
    """It can be done at any time."""
    return ""


def once_recording(context: Context) -> str:
    """It needs a boot that has begun."""
    if context.session is not None:
        return ""
    return tr(READING) if context.is_reading else tr("There is no boot: its machine could not be read.")


class Action(Struct, frozen=True):
    """What a key does, and what may be in its way."""

    run: Run
    unavailable: Unavailable = once_recording

"""What the actions of the table do, and why one cannot be done just now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..shell.app import BootstepApp

READING = "The kernel and its machine are still being read."

Act = Callable[["BootstepApp", int], "Awaitable[None] | None"]
"""Does it, so many times (1 unless a number was typed before the key)."""
WhyNot = Callable[["BootstepApp"], str]
"""One sentence for people if it cannot be done now, else nothing."""


def always(app: BootstepApp) -> str:
    """It can be done at any time."""
    return ""


def once_recording(app: BootstepApp) -> str:
    """It needs a boot that has begun."""
    if app.session is not None:
        return ""
    return "There is no boot: its machine could not be read." if app.ahead.is_over else READING


class Deed(NamedTuple):
    """An action's function, and what may be in its way."""

    act: Act
    why_not: WhyNot = once_recording


def all_deeds() -> dict[str, Deed]:
    """Every action's deed, by the action's id."""
    from ..session import jump_list as trail
    from ..shell import opened
    from . import bookmarks, searching, what_if
    from . import breakpoints as stopping
    from . import export as keeping
    from . import layout as arranging
    from . import playback as playing
    from . import queries as asking
    from . import stepping as moving

    return {
        **moving.DEEDS,
        **trail.DEEDS,
        **bookmarks.DEEDS,
        **playing.DEEDS,
        **asking.DEEDS,
        **what_if.DEEDS,
        **stopping.DEEDS,
        **searching.DEEDS,
        **keeping.DEEDS,
        **arranging.DEEDS,
        **opened.DEEDS,
    }

"""All actions, by the ids that the table of keys gives them."""

from __future__ import annotations

from . import (
    bookmarks,
    breakpoints,
    export,
    jumps,
    layout,
    leaving,
    playback,
    queries,
    searching,
    stepping,
    what_if,
)
from .action import Action

ACTIONS: dict[str, Action] = {
    **stepping.ACTIONS,
    **jumps.ACTIONS,
    **bookmarks.ACTIONS,
    **playback.ACTIONS,
    **queries.ACTIONS,
    **what_if.ACTIONS,
    **breakpoints.ACTIONS,
    **searching.ACTIONS,
    **export.ACTIONS,
    **layout.ACTIONS,
    **leaving.ACTIONS,
}
"""What each key does."""

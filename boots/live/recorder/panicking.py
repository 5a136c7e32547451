"""A kernel that panics says why, in its log."""

from __future__ import annotations

from ...remote.target import Ended, RemoteError
from ..patience import Patience
from .seen import Seen

PANIC = "panic"
"""The function that ends a kernel: kernel/panic.c."""
SAID = "Kernel panic - not syncing: "
SPEAKS_WITHIN = 2.0
"""Seconds in which a kernel that panics has said why."""


async def panic_words(seen: Seen, patience: Patience) -> str:
    """The words of a kernel that has entered ``panic``, "" if it says none; it then stands again, or is
    gone."""
    try:
        stop = await patience.run_for(seen.target, SPEAKS_WITHIN)
    except RemoteError:
        return ""
    if not isinstance(stop, Ended):
        await seen.last()
    trace = seen.trace
    for event in reversed(trace.logs):
        text = trace.log_text(event)
        if SAID in text:
            return text.partition(SAID)[2]
    return ""

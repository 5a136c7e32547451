"""A kernel that ran held against the model of it: what ``bootstep live --against`` asks."""

from __future__ import annotations

from collections.abc import Sequence

from ...source.trace_source import TraceSource
from .find import Held, held
from .words import end_lines, held_lines


def held_against(real: TraceSource, model: TraceSource) -> tuple[Held, Sequence[str]]:
    """A kernel that was recorded, `real`, against the `model`, both run to their ends: what was found
    (``divergence`` is None if both did the same, ``are_same`` tells whether the states are so too), and the
    lines to print, in which ``<`` is the kernel that ran and ``>`` the model."""
    found = held(real, model)
    return found, (*held_lines(found), *end_lines(found))

"""What is wrong with a breakpoint that somebody sets."""

from __future__ import annotations


class BreakpointError(ValueError):
    """What is wrong with a breakpoint, in one sentence."""

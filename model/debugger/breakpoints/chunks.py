"""How much of a trace is looked through at once for breakpoints."""

from __future__ import annotations

CHUNK = 1 << 15
"""Events: of a large machine's boot, all would stop a screen for a second."""

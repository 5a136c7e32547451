"""Whether there is a terminal: a person who sees a screen and types keys."""

from __future__ import annotations

import os
from typing import Any

BROWSER = "TEXTUAL_DRIVER"
"""The variable that names another driver, as textual-serve does: a browser stands for the terminal then."""


def is_terminal(stream: Any) -> bool:
    """Whether a stream is a terminal's, or whatever stands for one; None is no stream."""
    if os.environ.get(BROWSER):
        return True
    try:
        return bool(stream is not None and stream.isatty())
    except ValueError:  # it is closed
        return False

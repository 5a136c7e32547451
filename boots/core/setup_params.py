"""Parameters that are not early.  Mirrors the ``__setup()`` of include/linux/init.h."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, cast

SetupHandler = Callable[[Any, str], int]
"""What ``__setup`` registers: takes the kernel, and what follows the name and ``=``."""

SETUP_PARAMS: dict[str, SetupHandler] = {}
"""The functions by their kernel names, as in the symbols ``__setup_…`` of an image."""


def setup_param(handler: SetupHandler) -> SetupHandler:
    """Register a function as ``__setup("name=", function)`` does; which name it is for, the list of all
    parameters tells."""
    SETUP_PARAMS[cast("FunctionType", handler).__name__] = handler
    return handler

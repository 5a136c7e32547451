"""Kernel parameters.  Mirrors kernel/params.c (``parse_args``, ``next_arg``) and init/main.c (``parse_early_param``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .kernel import Kernel

Handler = Callable[["Kernel", str | None], int]
"""What ``early_param`` registers: takes the value after ``=`` (None without one), returns 0 or an error."""

EARLY_PARAMS: dict[str, list[Handler]] = {}


def early_param(name: str) -> Callable[[Handler], Handler]:
    """Register a function for ``name=value`` on the command line, as ``early_param(name, function)`` does."""

    def register(handler: Handler) -> Handler:
        EARLY_PARAMS.setdefault(name, []).append(handler)
        return handler

    return register

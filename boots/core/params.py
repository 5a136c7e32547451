"""Kernel parameters.  Mirrors kernel/params.c (``parse_args``) and init/main.c (``parse_early_param``)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ...model.trace.recorder import traced
from ..lib.cmdline import next_arg, skip_spaces

if TYPE_CHECKING:
    from .kernel import Kernel

KERNEL_FILE = "init/main.c"

ENOENT = 2
EINVAL = 22
ENOSPC = 28

Handler = Callable[[Any, str | None], int]
"""What ``early_param`` registers: takes the kernel (an architecture's own if need be) and the value after
``=`` (None without one), returns 0 or an error."""

Unknown = Callable[["Kernel", str, str | None], int]
"""What ``parse_args`` hands each parameter and its value to."""


class EarlyParam(NamedTuple):
    """One ``early_param()``: the kernel's name of the function, and the function."""

    function: str
    handler: Handler

    def is_built(self, k: Kernel) -> bool:
        """Whether this kernel has it: the function has a symbol, and is not another architecture's that is
        called alike (``parse_acpi``)."""
        file: str = getattr(sys.modules[self.handler.__module__], "KERNEL_FILE", "")
        elsewhere = file.startswith("arch/") and not file.startswith(f"arch/{k.arch.facts.directory}/")
        return k.image.has(self.function) and not elsewhere


EARLY_PARAMS: dict[str, list[EarlyParam]] = {}
"""The early parameters; a ``-`` in a name is kept as ``_``, since the kernel takes one for the other."""


def parameter_name(name: str) -> str:
    """`name` as it is compared: ``parameq()`` takes ``-`` and ``_`` for the same letter."""
    return name.replace("-", "_")


def early_param(name: str) -> Callable[[Handler], Handler]:
    """Register a function for ``name=value`` on the command line, as ``early_param(name, function)`` does.  A
    kernel that was built without this function has no symbol for it, and does not know the parameter."""

    def register(handler: Handler) -> Handler:
        function = cast("FunctionType", handler).__name__
        EARLY_PARAMS.setdefault(parameter_name(name), []).append(EarlyParam(function, handler))
        return handler

    return register


def parse_args(k: Kernel, doing: str, args: str, unknown: Unknown) -> str | None:
    """Hand every parameter of `args` to `unknown` (kernel/params.c).  Returns what follows a ``--``, or
    None."""
    args = skip_spaces(args)
    while args:
        param, value, args = next_arg(args)
        if value is None and param == "--":
            return args
        error = unknown(k, param, value)
        if error == -ENOENT:
            k.pr_err("{}: Unknown parameter `{}'", doing, param)
        elif error == -ENOSPC:
            k.pr_err("{}: `{}' too large for parameter `{}'", doing, value or "", param)
        elif error:
            k.pr_err("{}: `{}' invalid for parameter `{}'", doing, value or "", param)
    return None


@traced
def do_early_param(k: Kernel, param: str, value: str | None) -> int:
    """Call what is registered for an early parameter.  ``console=`` is given to ``earlycon`` as well."""
    known = EARLY_PARAMS.get(parameter_name(param), [])
    if param == "console":
        known = known + EARLY_PARAMS.get("earlycon", [])
    for parameter in known:
        if parameter.is_built(k) and parameter.handler(k, value) != 0:
            k.pr_warn("Malformed early option '{}'", param)
    return 0


@traced
def parse_early_options(k: Kernel, cmdline: str) -> None:
    """Go through the command line for early parameters."""
    parse_args(k, "early options", cmdline, do_early_param)


@traced
def parse_early_param(k: Kernel) -> None:
    """Parse ``boot_command_line`` for early parameters; only the first call does."""
    if k.early_params_parsed:
        return
    parse_early_options(k, k.boot_command_line)
    k.early_params_parsed = True

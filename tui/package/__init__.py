"""Step through the Linux kernel's early memory boot, from Python.

    >>> import bootstep
    >>> boot = bootstep.boot("virt-1g", cmdline="cma=32M")
    >>> boot.at("paging_init:return").memblock.reserved

`boot` boots a machine, reads a recorded boot or does a kernel log's lines again; `machines` lists what is
shipped; `diff` tells what two boots differ in.  Whatever is wrong with an input is an `InputError`, one
sentence.  Addresses and sizes are bytes; a position `n` is before event `n`.

This directory holds the package `bootstep` itself, see pyproject.toml: the rooms stand beside it here and
inside it where it is installed.  Everything is imported when it is first asked for.
"""

# Where this is installed, and there alone, these imports lead somewhere.
# pyright: reportMissingImports=false, reportUnknownVariableType=false

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model.base.errors import InputError
    from .model.views.comparison import Comparison, Divergence
    from .model.views.events import Event, Events
    from .model.views.memblock import MemblockView, OwnerShare, RegionsView, RegionView
    from .model.views.state import StateView
    from .tui.api.boot import Boot
    from .tui.api.comparing import diff
    from .tui.api.opening import boot
    from .tui.api.shipped import ShippedMachine, machines

__all__ = [
    "Boot",
    "Comparison",
    "Divergence",
    "Event",
    "Events",
    "InputError",
    "MemblockView",
    "OwnerShare",
    "RegionView",
    "RegionsView",
    "ShippedMachine",
    "StateView",
    "boot",
    "diff",
    "machines",
]
_HOMES = {
    "Boot": "tui.api.boot",
    "Comparison": "model.views.comparison",
    "Divergence": "model.views.comparison",
    "Event": "model.views.events",
    "Events": "model.views.events",
    "InputError": "model.base.errors",
    "MemblockView": "model.views.memblock",
    "OwnerShare": "model.views.memblock",
    "RegionView": "model.views.memblock",
    "RegionsView": "model.views.memblock",
    "ShippedMachine": "tui.api.shipped",
    "StateView": "model.views.state",
    "boot": "tui.api.opening",
    "diff": "tui.api.comparing",
    "machines": "tui.api.shipped",
}
"""The module of each name."""


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{home}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

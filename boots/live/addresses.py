"""From virtual addresses to physical ones, as a running kernel computes them."""

from __future__ import annotations

from collections.abc import Callable

from ...model.arch.spec import Arch
from ...model.build.address_map import AddressMap
from ...model.memory.state import State


def physical_of(arch: Arch, layout: AddressMap | None, state: State) -> Callable[[int], int | None]:
    """A function that tells the physical address of a virtual one by the kernel's variables as they are then;
    None while it cannot be told."""

    def physical(address: int) -> int | None:
        if layout is None:
            return None
        try:
            placed = arch.placement(layout, state.variables.__getitem__).address_map
            return arch.macros(placed, state.variables.__getitem__)["__pa"](address)
        except (KeyError, TypeError, ValueError):
            return None

    return physical

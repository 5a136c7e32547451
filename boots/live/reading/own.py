"""What an architecture has of its own in a kernel's memory, beside what all kernels have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Protocol

from ....model.build.address_map import AddressMap
from ....model.memory.contents import Variable
from ..memory import KernelMemory
from .variable_rows import VariableRow

Lists = Mapping[str, tuple[Any, ...]]
"""Lists of the model's state by the names of its parts."""


class ListReader(Protocol):
    """Reads lists that are parts of the state."""

    @property
    def missing(self) -> list[str]:
        """What can never be read of this kernel, in sentences."""
        ...

    async def read(self) -> Lists:
        """The lists as they are now; those that cannot be read are left out."""
        ...


class LinearMap(NamedTuple):
    """The virtual addresses from `start` to `end` map the physical ones from `physical` on."""

    start: int
    end: int
    physical: int


def _no_linear_map(layout: AddressMap | None, variables: Mapping[str, Variable]) -> LinearMap | None:
    return None


async def _nothing_found(memory: KernelMemory) -> Mapping[str, int]:
    return {}


class OwnState(NamedTuple):
    """`variables` of the architecture's own; `pairs`, its arrays of ``struct range``, by what counts them;
    `lists`, makers of readers of its tables; whether the model keeps its ``__per_cpu_offset``.  `linear_map`
    tells where all memory is mapped, by the address map (None: not known) and the variables that were
    read; None if they do not tell it yet.  `find_data` tells the addresses, as linked, of variables that the
    kernel has no symbols for, as far as its code in memory shows them."""

    variables: tuple[VariableRow, ...] = ()
    pairs: Mapping[str, str] = {}
    lists: tuple[Callable[[KernelMemory], ListReader], ...] = ()
    keeps_per_cpu_offset: bool = False
    linear_map: Callable[[AddressMap | None, Mapping[str, Variable]], LinearMap | None] = _no_linear_map
    find_data: Callable[[KernelMemory], Awaitable[Mapping[str, int]]] = _nothing_found

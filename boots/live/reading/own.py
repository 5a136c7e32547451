"""What an architecture has of its own in a kernel's memory, beside what all kernels have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

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


class OwnState(NamedTuple):
    """`variables` of the architecture's own; `pairs`, its arrays of ``struct range``, by what counts them;
    `lists`, makers of readers of its tables; whether the model keeps its ``__per_cpu_offset``."""

    variables: tuple[VariableRow, ...] = ()
    pairs: Mapping[str, str] = {}
    lists: tuple[Callable[[KernelMemory], ListReader], ...] = ()
    keeps_per_cpu_offset: bool = False

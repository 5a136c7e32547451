"""Where in physical memory something is that the running kernel knows by a virtual address: of the image, or
of the linear map."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ....model.build.address_map import AddressMap
from ....model.memory.contents import Variable
from ..memory import KernelMemory
from .own import OwnState


class PhysicalAddresses:
    """Called with a virtual address, it returns the physical one; None for what is neither in the image nor,
    as far as is known yet, in the linear map.

    `load_address` is the physical address of ``_text``; `variables` tells the kernel's variables as they were
    read last.
    """

    def __init__(
        self,
        memory: KernelMemory,
        own: OwnState,
        load_address: int,
        layout: AddressMap | None,
        variables: Callable[[], Mapping[str, Variable]],
    ) -> None:
        self._own = own
        self._layout = layout
        self._load_address = load_address
        self._variables = variables
        self._text, self._end = memory.address("_text"), memory.address("_end")

    def __call__(self, va: int) -> int | None:
        """The physical address of `va`."""
        if self._text is not None and self._end is not None and self._text <= va < self._end:
            return va - self._text + self._load_address
        linear = self._own.linear_map(self._layout, self._variables())
        if linear is None or not linear.start <= va <= linear.end:
            return None
        return va - linear.start + linear.physical

"""A debugger over the boot of a kernel, given all that the kernel knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model.debugger.debugger import Debugger
from ..core.kernel import Kernel


class RunningSymbols(Mapping[str, int]):
    """The symbols of a kernel where it runs: as linked, until its first steps have chosen a place (KASLR);
    absolute ones are never moved."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._linked = self._moved = kernel.image.symbols
        self._offset = 0

    def _now(self) -> Mapping[str, int]:
        offset = self.kernel.kaslr_offset
        if offset != self._offset:
            start, end = self._linked["_text"], self._linked["_end"]
            self._moved = {
                name: value + offset if start <= value <= end else value
                for name, value in self._linked.items()
            }
            self._offset = offset
        return self._moved

    def __getitem__(self, name: str) -> int:
        """The address of a symbol.  Raises KeyError."""
        return self._now()[name]

    def __contains__(self, name: object) -> bool:
        """Whether the kernel has a symbol."""
        return name in self._linked

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._linked)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._linked)


def debugger_of(kernel: Kernel) -> Debugger:
    """A debugger at the start of a kernel's boot, which may still be running."""
    return Debugger(
        kernel.trace,
        symbols=RunningSymbols(kernel),
        layout=kernel.layout,
        sizeof_page=kernel.sizes.sizeof("struct page"),
        load_address=kernel.machine.load_address,
        fdt=kernel.fdt,
        shape=kernel.shape,
    )

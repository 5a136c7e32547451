"""Which symbol of the kernel lies at an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...build.symbols import SymbolsByAddress

if TYPE_CHECKING:
    from ..debugger import Debugger

KERNEL_HALF = 1 << 63
"""Virtual addresses of the kernel lie above; the other symbols are sizes and other constants."""


def virtual_of(debugger: Debugger, address: int) -> int:
    """The virtual address in the kernel image of a physical one; any other address as it is."""
    symbols, load = debugger.names.symbols, debugger.facts.load_address
    if load is None or "_text" not in symbols or "_end" not in symbols:
        return address
    offset = address - load
    return symbols["_text"] + offset if 0 <= offset < symbols["_end"] - symbols["_text"] else address


def symbol_at(debugger: Debugger, virtual: int) -> tuple[str, int] | None:
    """The symbol at a virtual address or nearest before it in the kernel image, and how far before; None if
    the address is not in the image.  Of several at one address a function that is modelled comes first."""
    symbols = debugger.names.symbols
    if virtual < KERNEL_HALF or virtual >= symbols.get("_end", 1 << 64):
        return None
    found = SymbolsByAddress(symbols).nearest(virtual)
    if found is None or virtual - found.distance < KERNEL_HALF:
        return None
    known = debugger.occurrences.functions_named
    return min(found.names, key=lambda name: (not known(name), len(name), name)), found.distance

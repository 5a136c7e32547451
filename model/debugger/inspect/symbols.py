"""Which symbol of the kernel lies at an address."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

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
    # Names such as $x and .L12 mark what the assembler did, and nothing of the kernel.
    placed = sorted(
        (value, name) for name, value in symbols.items() if value >= KERNEL_HALF and name[0] not in "$."
    )
    at = bisect_right(placed, (virtual, "\U0010ffff")) - 1
    if at < 0:
        return None
    address = placed[at][0]
    names = [name for value, name in placed[max(at - 50, 0) : at + 1] if value == address]
    known = debugger.occurrences.functions_named
    return min(names, key=lambda name: (not known(name), len(name), name)), virtual - address

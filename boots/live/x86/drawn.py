"""What KASLR drew on x86-64: where the image went, and the bases of direct map, vmalloc area and vmemmap."""

from __future__ import annotations

from ....model.language.words import tr
from ...core.inputs import Drawn
from ..inputs.records import LiveInputs
from ..memory import KernelMemory

BASES = ("page_offset_base", "vmalloc_base", "vmemmap_base")
UNMOVED = (0xFFFF888000000000, 0xFF11000000000000)
"""Where a direct map begins that was left alone, with tables of four and of five levels."""
KERNEL_HALF = 63
GIB = 1 << 30


async def drawn(memory: KernelMemory, inputs: LiveInputs) -> Drawn | None:
    """As its variables say it; None if nothing was moved."""
    bases = [await memory.variable(name) for name in BASES]
    text = memory.address("_text")
    is_moved = bool(memory.moved) and text is not None
    if not is_moved and bases[0] in (None, *UNMOVED):
        return None
    found = Drawn(None, None, text if is_moved else None, *(_base(at) for at in bases))
    if None in found[3:]:
        inputs.missing.append(tr("KASLR: where direct map, vmalloc and vmemmap begin cannot be read"))
    return found


def _base(address: int | None) -> int | None:
    is_base = address is not None and address >> KERNEL_HALF and not address % GIB
    return address if is_base else None

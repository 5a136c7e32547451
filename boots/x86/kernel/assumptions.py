"""What had to be supposed of a PC and its kernel, since no file of the machine tells, and what cannot be
where it was put.  Mirrors, of places, arch/x86/kernel/head64.c (``__startup_64``).
"""

from __future__ import annotations

from collections.abc import Iterator

from ....model.base.units import hex_address, readable_size
from ....model.memory.e820 import E820_TYPE_RAM
from ...core.board import Span, image_span, joined
from ..mm.cpu_entry_area import are_shuffled
from ..variables import Kernel
from .mtrr_cleanup import mtrr_tom2

PMD_SIZE = 2 << 20


def assumed(k: Kernel) -> Iterator[str]:
    """A sentence for each."""
    if are_shuffled(k):
        yield (
            "KASLR draws a place for what each CPU enters the kernel through, from numbers that nobody can"
            " know: here these areas lie as far from each other as they can"
        )
    yield from _assumed_bases(k)
    if mtrr_tom2(k, max((span.end for span in _usable(k)), default=0)):
        yield (
            "the memory type registers of this CPU make all memory above 4 GiB cacheable, as firmware sets"
            " them: no file tells (TOM2)"
        )


def _assumed_bases(k: Kernel) -> Iterator[str]:
    """What is to be said of areas that KASLR has moved to where nobody knows."""
    drawn = k.machine.kaslr
    if drawn is None or not k.config.enabled("RANDOMIZE_MEMORY"):
        return
    bases = {
        "the direct map": drawn.page_offset_base,
        "vmalloc": drawn.vmalloc_base,
        "vmemmap": drawn.vmemmap_base,
    }
    unknown = [name for name, base in bases.items() if base is None]
    if unknown:
        yield (
            f"KASLR draws where {', '.join(unknown)} begin from numbers that nobody can know: here they are"
            " not moved (kaslr)"
        )


def cannot_start(k: Kernel) -> str:
    """Why the kernel's first instructions lead nowhere; nothing if they do not."""
    load = k.machine.load_address
    if load % PMD_SIZE:
        return (
            f"the kernel at {hex_address(load)} is not at a multiple of {readable_size(PMD_SIZE)}: it loops"
            " for ever in its first instructions, before it can print anything"
        )
    if load >> k.layout.max_physmem_bits:
        bits = k.layout.max_physmem_bits
        return (
            f"the kernel at {hex_address(load)} lies above the {bits} bits of its physical addresses: it"
            " loops for ever in its first instructions, before it can print anything"
        )
    return ""


def collisions(k: Kernel) -> Iterator[str]:
    """A sentence for everything that lies where it cannot, or where the kernel minds."""
    fatal = cannot_start(k)
    if fatal:
        yield fatal
        return
    image = image_span(k.image, k.machine.load_address)
    usable = [*joined(sorted(_usable(k)))]
    if usable and not any(span.holds(image) for span in usable):
        yield f"the kernel at {image} is not in usable memory of the e820 map: the kernel adds it to the map"
    start, size = k.machine.initrd_start, k.machine.initrd_size
    if not size:
        return
    initrd = Span(start, start + size)
    if initrd.overlaps(image):
        yield (
            f"the initrd at {initrd} lies over the kernel at {image}: whichever was loaded last has destroyed"
            " the other, and nobody can know what that kernel does"
        )
    elif usable and not any(span.holds(initrd) for span in usable):
        yield f"the initrd at {initrd} is not in usable memory of the e820 map"


def _usable(k: Kernel) -> Iterator[Span]:
    """What the map of the boot loader calls usable."""
    for entry in k.firmware.e820:
        if entry.type == E820_TYPE_RAM:
            yield Span(entry.addr, entry.end)

"""What KASLR drew on x86-64: where the image went, and the bases of direct map, vmalloc area and vmemmap.

Symbols tell of the image; /proc/kcore, which root may read, begins with a table of what is mapped where.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ....model.build.address_map import AddressMap
from ...core.inputs import Drawn
from ..source import Source

KCORE = "/proc/kcore"
BEGINNING = 1 << 16
PT_LOAD = 1
NOWHERE = (1 << 64) - 1
"""What the kernel says is the physical address of what is not in the direct map."""
GIB = 1 << 30
ELF_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")


class Mapped(NamedTuple):
    """A range that the kernel has mapped: virtual and physical address, and bytes."""

    virtual: int
    physical: int
    size: int


def find_kaslr(source: Source, moved: int, layout: AddressMap | None) -> Drawn | None:
    """What it drew, as far as that is told; None if it moved nothing.  `moved` is how far from where they
    were linked the kernel's symbols lie."""
    if layout is None:
        return None
    ranges = list(mapped(source.head(KCORE, BEGINNING)))
    text = layout.image.start + layout.extra["LOAD_PHYSICAL_ADDR"] + moved if moved else None
    bases = _bases(ranges, layout)
    if bases is None:
        if text is not None:
            how = "run capture as root (/proc/kcore tells); else they are where they are without KASLR"
            source.note("kaslr", "nothing tells where the direct map, vmalloc and vmemmap begin", how)
        return Drawn(text=text) if text is not None else None
    fixed = (layout.page_offset, layout.vmalloc.start, layout.vmemmap.start)
    if text is None and bases == fixed:
        return None
    return Drawn(None, None, text, *bases)


def mapped(content: bytes) -> Iterator[Mapped]:
    """The ranges that an image of memory (ELF) begins with; none if it is none."""
    if len(content) < ELF_HEADER.size or not content.startswith(b"\x7fELF\2\1"):
        return
    header = ELF_HEADER.unpack_from(content)
    at, size, count = header[5], header[9], header[10]
    for number in range(count if size == PROGRAM_HEADER.size else 0):
        place = at + number * size
        if place + size > len(content):
            return
        kind, _, _, virtual, physical, _, length, _ = PROGRAM_HEADER.unpack_from(content, place)
        if kind == PT_LOAD:
            yield Mapped(virtual, physical, length)


def _bases(ranges: list[Mapped], layout: AddressMap) -> tuple[int, int, int] | None:
    """Where direct map, vmalloc area and vmemmap begin; None if that is not told."""
    image = layout.image.start
    direct = {(one.virtual - one.physical) & NOWHERE for one in ranges if _is_direct(one, image)}
    others = sorted(one.virtual for one in ranges if one.physical == NOWHERE and one.virtual < image)
    if len(direct) != 1 or len(others) < 2:
        return None
    # vmalloc has one range; vmemmap, above it, one for each range of RAM.
    return direct.pop(), others[0], others[1] // GIB * GIB


def _is_direct(one: Mapped, image: int) -> bool:
    return one.physical not in (0, NOWHERE) and one.virtual < image

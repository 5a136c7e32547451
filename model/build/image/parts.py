"""The parts of a kernel image in physical memory, as its linker script has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

Boundary = tuple[str, tuple[str, ...]]
"""A part, in the order they are linked, and the symbols that it may begin at: at the first that there is."""


class ImagePart(Struct, frozen=True):
    """The bytes [start, end) of physical memory hold this part."""

    start: int
    end: int
    name: str


def image_parts(
    boundaries: Sequence[Boundary], symbols: Mapping[str, int], load_address: int
) -> tuple[ImagePart, ...]:
    """The parts of an image whose ``_text`` lies at the physical `load_address`, in order and without gaps up
    to ``_end``."""
    if "_text" not in symbols or "_end" not in symbols:
        return ()
    base = load_address - symbols["_text"]
    end = base + symbols["_end"]
    found = [
        (base + min(symbols[name] for name in names if name in symbols), part)
        for part, names in boundaries
        if any(name in symbols for name in names)
    ]
    found = sorted(place for place in found if place[0] < end)
    ends = [start for start, _ in found[1:]] + [end]
    return tuple(
        ImagePart(start, stop, name) for (start, name), stop in zip(found, ends, strict=True) if start < stop
    )

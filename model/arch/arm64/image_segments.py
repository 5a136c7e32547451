"""The parts of a kernel image in physical memory.  Mirrors arch/arm64/kernel/vmlinux.lds.S."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

BOUNDARIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("kernel image head", ("_text",)),
    ("kernel text", ("_stext",)),
    ("kernel rodata", ("_etext", "__start_rodata")),
    ("page tables in the image", ("idmap_pg_dir", "tramp_pg_dir", "reserved_pg_dir", "swapper_pg_dir")),
    ("kernel init", ("__init_begin",)),
    ("kernel data", ("__init_end", "_sdata")),
    ("kernel bss", ("__bss_start",)),
    ("early page tables (init_pg_dir)", ("init_pg_dir",)),
    ("kernel image end", ("init_pg_end",)),
)
"""The parts in the order they are linked, and the symbols that any of them may begin at: at the first."""


class ImagePart(NamedTuple):
    """The bytes [start, end) of physical memory hold this part."""

    start: int
    end: int
    name: str


def image_parts(symbols: Mapping[str, int], load_address: int) -> tuple[ImagePart, ...]:
    """The parts of an image whose ``_text`` lies at the physical `load_address`, in order and without gaps up
    to ``_end``."""
    if "_text" not in symbols or "_end" not in symbols:
        return ()
    base = load_address - symbols["_text"]
    end = base + symbols["_end"]
    found = [
        (base + min(symbols[name] for name in names if name in symbols), part)
        for part, names in BOUNDARIES
        if any(name in symbols for name in names)
    ]
    found = sorted(place for place in found if place[0] < end)
    ends = [start for start, _ in found[1:]] + [end]
    return tuple(
        ImagePart(start, stop, name) for (start, name), stop in zip(found, ends, strict=True) if start < stop
    )

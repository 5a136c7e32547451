"""The named areas of the kernel's address map, and how much of each a tree of page tables maps.

Mirrors the map of Documentation/arm64/memory.rst; the image's segments are those that ``map_kernel()`` maps.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ...build.address_map import AddressMap
from ...memory.pagetable.tables import Run
from .address_map import Arm64Layout
from .ptdump import has_kasan_shadow

SEGMENTS = (
    (".head.text", "_text", "_stext"),
    (".text", "_stext", "_etext"),
    (".rodata", "__start_rodata", "__inittext_begin"),
    (".init.text", "__inittext_begin", "__inittext_end"),
    (".init.data", "__initdata_begin", "__initdata_end"),
    (".data .bss", "_data", "_end"),
)
"""The image's segments, and the symbols at their ends."""

VMALLOC, FIXMAP = "vmalloc", "fixmap"
"""The names of areas that have parts of their own."""


class Area(NamedTuple):
    """Virtual addresses from `start` up to `end`, not included; `inside` is the name of the area that this
    one is a part of."""

    start: int
    end: int
    name: str
    inside: str = ""


class Piece(NamedTuple):
    """The part [start, end) of a run that lies in an area."""

    start: int
    end: int
    run: Run

    @property
    def is_first(self) -> bool:
        """Whether the run begins here, and not in an area before."""
        return self.start == self.run.va_start


class Use(NamedTuple):
    """What is mapped in an area, its parts included: `mapped` bytes, and how many of them by entries of which
    size, the largest first: (size, contiguous, bytes).  `pieces` are those that lie in none of its parts."""

    area: Area
    mapped: int
    sizes: tuple[tuple[int, bool, int], ...]
    pieces: tuple[Piece, ...]


def image_segments(symbols: Mapping[str, int], offset: int = 0, inside: str = "") -> list[Area]:
    """The segments of the image, its symbols moved by `offset`; none of those whose symbols are unknown."""
    known = [(name, symbols.get(start), symbols.get(end)) for name, start, end in SEGMENTS]
    return [
        Area(start + offset, end + offset, name, inside)
        for name, start, end in known
        if start is not None and end is not None and start < end
    ]


def kernel_areas(layout: AddressMap, symbols: Mapping[str, int]) -> list[Area]:
    """The areas of the kernel's half in address order, a part behind what it is inside of.  `symbols` are
    those of the image where it runs."""
    fixmap = layout.fix_to_virt("__end_of_fixed_addresses")
    found = [
        Area(layout.page_offset, layout.direct_map.end, "linear map"),
        Area(
            layout.direct_map.end,
            layout.modules.start,
            "KASAN shadow" if has_kasan_shadow(layout) else "BPF JIT",
        ),
        Area(layout.modules.start, layout.modules.end, "modules"),
        Area(layout.vmalloc.start, layout.vmalloc.end, VMALLOC),
        Area(fixmap, layout.fixmap.end, FIXMAP),
        Area(Arm64Layout(layout).pci_io.start, Arm64Layout(layout).pci_io.end, "PCI I/O"),
        Area(layout.vmemmap.start, layout.vmemmap.end, "vmemmap"),
    ]
    whole = [area for area in found if area.start < area.end]
    parts = [
        segment._replace(inside=area.name)
        for segment in image_segments(symbols)
        for area in whole
        if area.start <= segment.start < area.end
    ]
    return sorted([*whole, *parts], key=lambda area: (area.start, -area.end))


def identity_areas(symbols: Mapping[str, int], load_address: int | None) -> list[Area]:
    """The parts of an identity map: the image, at its physical address."""
    if load_address is None or "_text" not in symbols:
        return []
    return image_segments(symbols, load_address - symbols["_text"])


def fixmap_slots(layout: AddressMap, start: int, end: int) -> tuple[str, ...]:
    """The slots of the fixmap whose windows lie in [start, end)."""
    ends = {"FIX_FDT": "FIX_FDT_END", "FIX_BTMAP_BEGIN": "FIX_BTMAP_END"}
    found: list[str] = []
    for name, index in layout.fixmap_slots.items():
        if name.startswith("__") or name == "FIX_HOLE" or name in ends.values():
            continue
        top = layout.fix_to_virt(ends.get(name, name)) + layout.page_size
        if layout.fix_to_virt(index) < end and start < top:
            found.append(name.removesuffix("_BEGIN"))
    return tuple(found)


def uses(areas: Sequence[Area], runs: Iterable[Run]) -> list[Use]:
    """What a tree maps of each area.  A run belongs to the innermost area; one that goes on into another
    area counts in both.  Runs outside all areas are gathered in areas without a name."""
    cuts = _cuts(areas)
    pieces: dict[Area, list[Piece]] = {area: [] for area in areas}
    for run in runs:
        for area, start, end in _parts(cuts, run):
            pieces.setdefault(area, []).append(Piece(start, end, run))
    ordered = sorted(pieces, key=lambda area: (area.start, -area.end))
    inner = {area.inside: [part for part in ordered if part.inside == area.inside] for area in ordered}
    return [
        _use(area, pieces[area], [piece for part in inner.get(area.name, ()) for piece in pieces[part]])
        for area in ordered
    ]


Cut = tuple[int, Area]


def _cuts(areas: Sequence[Area]) -> list[Cut]:
    """For every address from which another area is the innermost one: that area."""
    cuts: list[Cut] = [(0, Area(0, 1 << 64, ""))]
    for area in sorted(areas, key=lambda area: (area.start, -area.end)):
        outer = _innermost(cuts, area.end)
        cuts = [cut for cut in cuts if cut[0] < area.start or cut[0] > area.end]
        cuts += [(area.start, area), (area.end, outer)]
        cuts.sort()
    return cuts


def _innermost(cuts: Sequence[Cut], address: int) -> Area:
    return cuts[bisect_right(cuts, address, key=lambda cut: cut[0]) - 1][1]


def _parts(cuts: Sequence[Cut], run: Run) -> Iterable[tuple[Area, int, int]]:
    """The areas that a run lies in, and from where to where."""
    at = bisect_right(cuts, run.va_start, key=lambda cut: cut[0]) - 1
    start = run.va_start
    while start < run.va_end:
        end = min(cuts[at + 1][0], run.va_end) if at + 1 < len(cuts) else run.va_end
        area = cuts[at][1]
        yield (area if area.name else Area(run.va_start, run.va_end, "")), start, end
        start, at = end, at + 1


def _use(area: Area, pieces: Sequence[Piece], inner: Sequence[Piece]) -> Use:
    counted: dict[tuple[int, bool], int] = {}
    for start, end, run in (*pieces, *(inner if area.name else ())):
        key = run.page_size, run.cont
        counted[key] = counted.get(key, 0) + end - start
    sizes = tuple((size, cont, counted[size, cont]) for size, cont in sorted(counted, reverse=True))
    return Use(area, sum(counted.values()), sizes, tuple(pieces))

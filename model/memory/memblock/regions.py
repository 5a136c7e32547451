"""Regions and the sorted arrays of them.

Mirrors include/linux/memblock.h: ``struct memblock_region``, ``struct memblock_type``, ``enum
memblock_flags`` and the constants beside them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from ...trace.changes import Change, Splice, is_at

U64: Final = (1 << 64) - 1
PHYS_ADDR_MAX: Final = U64

MEMBLOCK_NONE: Final = 0x0
MEMBLOCK_HOTPLUG: Final = 0x1
MEMBLOCK_MIRROR: Final = 0x2
MEMBLOCK_NOMAP: Final = 0x4
MEMBLOCK_DRIVER_MANAGED: Final = 0x8
MEMBLOCK_RSRV_NOINIT: Final = 0x10
"""Of reserved regions; since 6.7."""

MEMBLOCK_ALLOC_ANYWHERE: Final = U64
MEMBLOCK_ALLOC_ACCESSIBLE: Final = 0
MEMBLOCK_ALLOC_NOLEAKTRACE: Final = 1
MEMBLOCK_LOW_LIMIT: Final = 0
ARCH_LOW_ADDRESS_LIMIT: Final = 0xFFFFFFFF

NUMA_NO_NODE: Final = -1

TypeName = Literal["memory", "reserved"]
"""Which of the two arrays; functions take its name where the kernel's take a ``struct memblock_type *``."""


LONGEST_CHUNK = 256
"""So many gaps are compared in one go; the one that counts is then looked for among them."""


class Region(NamedTuple):
    """One ``struct memblock_region``: `size` bytes from `base`, flags, raw nid (``MAX_NUMNODES``: none)."""

    base: int
    size: int
    flags: int
    nid: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.base + self.size


class RegionsSnapshot(NamedTuple):
    """A `RegionArray` as it was at a moment."""

    regions: tuple[Region, ...]
    max: int
    total_size: int
    regions_pa: int
    ordered: bool
    merged: bool


class RegionArray:
    """One ``struct memblock_type``.

    `regions` is the array (`len` of it is ``cnt``), `max` its capacity, `total_size` the kernel's sum in
    bytes, which is not always the sum of the sizes: trimming forgets it.  `regions_pa` is the physical
    address of an array that ``memblock_double_array`` allocated, 0 for the one linked into the kernel.

    `bases`, `ends` and `gaps` (the bytes before each region) follow `regions`, so that a search is a
    bisection while `ordered` holds: regions ascend without overlap.  ``memblock_trim_memory`` can break that,
    rounding up past the end of the address space.  `merged` says that no two neighbours are left that
    ``memblock_merge_regions`` would join.
    """

    FIELDS = RegionsSnapshot._fields[1:]

    def __init__(self, name: TypeName, capacity: int) -> None:
        self.name: TypeName = name
        self.target = f"memblock.{name}"
        self.regions: list[Region] = []
        self.bases: list[int] = []
        self.ends: list[int] = []
        self.gaps: list[int] = []
        self.max = capacity
        self.total_size = 0
        self.regions_pa = 0
        self.ordered = True
        self.merged = True

    def __len__(self) -> int:
        return len(self.regions)

    def first_ending_after(self, address: int) -> int:
        """The index of the first region that may end above `address`: all before it end at or below."""
        return bisect_right(self.ends, address) if self.ordered else 0

    def last_gap(self, first: int, last: int, size: int) -> int:
        """The last of the gaps `first` … `last` that is at least `size` bytes, -1 if none is."""
        gaps = self.gaps
        chunk = 4
        while last >= first:
            start = max(first, last - chunk + 1)
            if max(gaps[start : last + 1]) >= size:
                return next(at for at in range(last, start - 1, -1) if gaps[at] >= size)
            last = start - 1
            chunk = min(chunk * 4, LONGEST_CHUNK)
        return -1

    def first_gap(self, first: int, last: int, size: int) -> int:
        """The first of the gaps `first` … `last` that is at least `size` bytes, -1 if none is."""
        gaps = self.gaps
        chunk = 4
        while first <= last:
            stop = min(first + chunk, last + 1)
            if max(gaps[first:stop]) >= size:
                return next(at for at in range(first, stop) if gaps[at] >= size)
            first = stop
            chunk = min(chunk * 4, LONGEST_CHUNK)
        return -1

    def splice(self, index: int, count: int, items: Sequence[Region]) -> None:
        """Replace `count` regions from `index` on by `items`."""
        regions, bases, ends, gaps = self.regions, self.bases, self.ends, self.gaps
        end = ends[index - 1] if index else 0
        if len(items) == 1 and count < 2:
            region = items[0]
            base, size, _, _ = region
            if count:
                regions[index] = region
                bases[index] = base
                gaps[index] = base - end
                ends[index] = end = base + size
            else:
                regions.insert(index, region)
                bases.insert(index, base)
                gaps.insert(index, base - end)
                end = base + size
                ends.insert(index, end)
        else:
            stop = index + count
            regions[index:stop] = items
            bases[index:stop] = [region[0] for region in items]
            ends[index:stop] = [region[0] + region[1] for region in items]
            gaps[index:stop] = [0] * len(items)
            for at in range(index, index + len(items)):
                gaps[at] = bases[at] - end
                end = ends[at]
        following = index + len(items)
        if following < len(bases):
            gaps[following] = bases[following] - end

    def assign(self, key: str, value: Any) -> None:
        """Set one of `FIELDS`."""
        setattr(self, key, value)

    def fits(self, change: Change) -> bool:
        """Whether a change can be made: what it says gives way is there."""
        if isinstance(change, Splice):
            return is_at(self.regions, change)
        return change.key in self.FIELDS and getattr(self, change.key) == change.old

    def view(self) -> Sequence[Region]:
        """The regions."""
        return self.regions

    def snapshot(self) -> RegionsSnapshot:
        """Everything a copy needs."""
        return RegionsSnapshot(tuple(self.regions), *(getattr(self, field) for field in self.FIELDS))

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """Become what `snapshot` was taken of."""
        regions, *fields = snapshot
        self.splice(0, len(self.regions), regions)
        for field, value in zip(self.FIELDS, fields, strict=True):
            setattr(self, field, value)

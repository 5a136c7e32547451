"""Joining regions that belong together.  Mirrors mm/memblock.c: ``memblock_merge_regions``.

A change to an array is prepared in a list of its own, the *pieces*: what shall stand in the array in place of
the regions from some index on.
"""

from __future__ import annotations

from .regions import Region, RegionArray
from .structure import Memblock


def memblock_merge_regions(mb: Memblock, pieces: list[Region], first: int, last: int) -> None:
    """Join equal neighbours among the pieces `first` … `last`; `last` may lie beyond them."""
    at = max(first, 0)
    last = min(last, len(pieces) - 1)
    while at < last:
        this, following = pieces[at], pieces[at + 1]
        if this.end != following.base or this.nid != following.nid or this.flags != following.flags:
            if this.end > following.base:
                mb.bug("memblock_merge_regions", "this->base + this->size > next->base")
            at += 1
            continue
        pieces[at : at + 2] = [Region(this.base, this.size + following.size, this.flags, this.nid)]
        last -= 1


def replace_merged(
    mb: Memblock,
    array: RegionArray,
    window: tuple[int, int],
    pieces: list[Region],
    touched: tuple[int, int],
    total_size: int,
) -> None:
    """Put `pieces` in the place of the regions ``window[0]`` … ``window[1] - 1``, merged, as one change.

    `touched` are the first of the array's indices that changed and the one after the last, as the kernel
    passes them to ``memblock_merge_regions``.
    """
    start, stop = window
    # Since 6.3 only the neighbourhood is looked at; before, the whole array was, which comes to the same as
    # long as nothing outside the neighbourhood can be merged.
    whole = mb.config.release < (6, 3) and not (array.merged and array.ordered)
    if whole:
        pieces[:0] = array.regions[:start]
        pieces += array.regions[stop:]
        start, stop = 0, len(array.regions)
        memblock_merge_regions(mb, pieces, 0, len(pieces))
    else:
        if start:
            start -= 1
            pieces.insert(0, array.regions[start])
        if stop < len(array.regions):
            pieces.append(array.regions[stop])
            stop += 1
        memblock_merge_regions(mb, pieces, touched[0] - 1 - start, touched[1] - start)
    mb.change_array(
        array,
        start,
        stop - start,
        pieces,
        total_size=total_size,
        merged=array.merged or whole,
        ordered=array.ordered or whole,
    )

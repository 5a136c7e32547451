"""The steps of a boot that not all releases of an architecture take in the same way, one `BootOrder` for each
way.  What differs by a line is asked for in its place; what is another function stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct

from ...model.build.release import Release

K = TypeVar("K")
"""The Kernel, which this module does not know."""


class BootOrder(Struct, Generic[K], frozen=True, kw_only=True):
    """The steps of the releases from `since` on.

    `enter` is everything before ``start_kernel``.  The next are parts of ``setup_arch``: read for the first
    time what firmware says of memory (returns whether that makes sense), make memblock know all memory that
    counts, map it, give it nodes and zones.  `mem_init` hands it over to the buddy allocator.
    """

    since: tuple[int, int]
    enter: Callable[[K], None]
    scan_firmware: Callable[[K], bool]
    memblock_init: Callable[[K], None]
    paging_init: Callable[[K], None]
    bootmem_init: Callable[[K], None]
    mem_init: Callable[[K], None]


def order_of(orders: Iterable[BootOrder[K]], release: Release) -> BootOrder[K]:
    """The steps of a release: those of the last entry that it has reached, of the first if it is older."""
    first, *later = orders
    return next((order for order in reversed(later) if release >= order.since), first)

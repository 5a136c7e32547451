"""Nodes and zones: what they span, what is present, what the buddy allocator manages.

Mirrors ``struct pglist_data`` and ``struct zone`` of include/linux/mmzone.h, and the arrays of mm/page_alloc.c
(mm/mm_init.c since 6.5) that decide the zones' limits.
"""

from __future__ import annotations

from typing import NamedTuple

from .trace import DictTarget


class Zone(NamedTuple):
    """One ``struct zone``, sizes in pages; `nr_free` counts the free blocks of each order."""

    name: str
    start_pfn: int = 0
    spanned: int = 0
    present: int = 0
    managed: int = 0
    cma_pages: int = 0
    nr_free: tuple[int, ...] = ()


class Node(NamedTuple):
    """One ``pg_data_t``, sizes in pages; `pgdat_pa` is its physical address."""

    nid: int
    pgdat_pa: int
    nr_zones: int = 0
    start_pfn: int = 0
    spanned: int = 0
    present: int = 0
    zones: tuple[Zone, ...] = ()


class Zones:
    """Every node, by nid, and the limits: ``arch_zone_lowest_possible_pfn``, ``arch_zone_highest_possible_pfn``,
    ``zone_movable_pfn`` and ``max_zone_pfns``, each a tuple of pfns."""

    def __init__(self) -> None:
        self.limits = DictTarget()
        self.nodes = DictTarget()

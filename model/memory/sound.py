"""What the numbers of the state's records are like, beyond their types: a trace that comes from a file is
believed no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..trace.encoding.parts import Contents
from ..trace.encoding.shapes import Shapes
from .buddy import FreeRun
from .memblock.regions import Region
from .memblock.structure import MemblockConfig, ReservedMem
from .pagetable.tables import PAGE_LEVEL, Geometry, Run, TableRun
from .sparsemem import MemSection
from .state import Part
from .zones import Node, Zone

ADDRESS_BITS = 64
MOST_TABLES = 1 << 24
"""Table pages in a row: more than a boot can make events."""
MOST_ORDERS = 64


def _is_geometry(shape: Geometry) -> bool:
    return 12 <= shape.page_shift <= 16 and 32 <= shape.va_bits <= ADDRESS_BITS and 1 <= shape.levels <= 5


def _is_run(run: Run) -> bool:
    is_size = run.page_size > 0 and not run.page_size & (run.page_size - 1)
    return 0 <= run.va_start < run.va_end and run.pa_start >= 0 and is_size and 0 <= run.level <= PAGE_LEVEL


def _is_table_run(run: TableRun) -> bool:
    has_place = run.va_first >= 0 and run.pa_first >= 0 and run.va_step >= 0
    return has_place and PAGE_LEVEL - 5 <= run.level <= PAGE_LEVEL and 0 < run.count <= MOST_TABLES


def _is_zone(zone: Zone) -> bool:
    return min(zone[1:6]) >= 0 and len(zone.nr_free) <= MOST_ORDERS and min(zone.nr_free, default=0) >= 0


def _is_node(node: Node) -> bool:
    there = all(ref.nid >= 0 and ref.zone >= 0 for ref in node.zonelist)
    return there and min(node.nid, node.start_pfn, node.spanned, node.present) >= 0


SOUND: dict[type, Callable[[Any], bool]] = {
    Region: lambda region: region.base >= 0 and region.size >= 0,
    ReservedMem: lambda reserved: reserved.start >= 0 and reserved.size >= 0,
    FreeRun: lambda run: 0 <= run.start_pfn < run.end_pfn,
    Geometry: _is_geometry,
    Run: _is_run,
    TableRun: _is_table_run,
    MemSection: lambda section: section.section_mem_map >= 0,
    Zone: _is_zone,
    Node: _is_node,
    MemblockConfig: lambda config: 12 <= config.page_shift <= 16 and 0 < config.max_numnodes <= 1 << 10,
}
"""By the types of records."""


def contents_of(parts: Iterable[Part]) -> Contents:
    """What these parts of a state may hold, for a reader of files."""
    return Contents({part.target: part.content for part in parts}, Shapes(SOUND))

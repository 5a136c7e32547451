"""What the parts of the state may hold: who reads a trace from a file believes nothing beyond this.

A closed list: a file names none of these types, they follow from the names of the parts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from ..trace.encoding.parts import Content, Contents
from ..trace.encoding.shapes import Shapes
from ..trace.events import Kind
from .buddy import FreeRun
from .memblock.regions import Region
from .memblock.structure import MemblockConfig, ReservedMem
from .pagetable.tables import PAGE_LEVEL, Geometry, Run, TableRun
from .sparsemem import Section
from .zones import Node, Zone

ADDRESS_BITS = 64
MOST_TABLES = 1 << 24
"""Table pages in a row: more than a boot can make events."""
MOST_ORDERS = 64

SectionNumber = Annotated[int, range(1 << 34)]
NodeNumber = Annotated[int, range(1 << 10)]
Variable = int | bool | str


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
    Section: lambda section: section.section_mem_map >= 0,
    Zone: _is_zone,
    Node: _is_node,
    MemblockConfig: lambda config: 12 <= config.page_shift <= 16 and 0 < config.max_numnodes <= 1 << 10,
}
"""What the numbers of a record are like, beyond their types."""

_ARRAY = {"max": int, "total_size": int, "regions_pa": int, "ordered": bool, "merged": bool}
"""The fields of `RegionArray`."""
_MEMBLOCK = {
    "config": MemblockConfig,
    "bottom_up": bool,
    "current_limit": int,
    "can_resize": bool,
    "debug": bool,
    "movable_node": bool,
    "mirrored_kernelcore": bool,
    "system_has_some_mirror": bool,
    "reserved_mem_table": tuple[ReservedMem, ...],
}
"""The fields of `Memblock`."""


def _list_of(kind: Kind, record: Any) -> Content:
    return Content(kind, tuple[record, ...], item=record)


def _mapping(kind: Kind, key: Any, value: Any) -> Content:
    return Content(kind, dict[key, value], key=key, value=value)


def _regions() -> Content:
    return Content(Kind.MEMBLOCK, tuple[(tuple[Region, ...], *_ARRAY.values())], item=Region, named=_ARRAY)


def _tree(name: str) -> dict[str, Content]:
    numbers = {"root_pa": int, "start_level": int, "root_va": int, "geometry": Geometry}
    return {
        name: Content(Kind.PAGE_TABLE, dict[str, int | Geometry], named=numbers),
        f"{name}.runs": _list_of(Kind.PAGE_TABLE, Run),
        f"{name}.tables": _list_of(Kind.PAGE_TABLE, TableRun),
    }


CONTENTS = Contents(
    {
        "memblock": Content(Kind.MEMBLOCK, tuple[tuple(_MEMBLOCK.values())], named=_MEMBLOCK),
        "memblock.memory": _regions(),
        "memblock.reserved": _regions(),
        **_tree("page_tables"),
        **_tree("init_pg_dir"),
        **_tree("idmap_pg_dir"),
        **_tree("init_idmap_pg_dir"),
        "sections": _mapping(Kind.SECTION, str, int),
        "sections.roots": _mapping(Kind.SECTION, SectionNumber, int),
        "sections.sections": _mapping(Kind.SECTION, SectionNumber, Section),
        "zones.limits": _mapping(Kind.ZONE, str, tuple[int, ...]),
        "zones.nodes": _mapping(Kind.ZONE, NodeNumber, Node),
        "zones.free": _list_of(Kind.ZONE, FreeRun),
        "variables": _mapping(Kind.VARIABLE, str, Variable),
    },
    Shapes(SOUND),
)
"""Of every part of a `State`."""

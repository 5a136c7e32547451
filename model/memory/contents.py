"""What the parts of the state may hold, by type hints.

A closed list: a file names none of these types, they follow from the names of the parts.
"""

from __future__ import annotations

from typing import Annotated, Any

from ..trace.content import Content
from ..trace.events import Kind
from .buddy import FreeRun
from .e820 import E820Entry
from .memblock.regions import Region
from .memblock.structure import MemblockConfig, ReservedMem
from .numa import NumaMemblk
from .pagetable.tables import Geometry, Run, TableRun
from .sparsemem import MemSection
from .zones import Node

SectionNumber = Annotated[int, range(1 << 34)]
NodeNumber = Annotated[int, range(1 << 10)]
Variable = int | bool | str | tuple[int, ...]
"""A number, a word, or several numbers: start and end of a range, or of several one after the other."""

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


MEMBLOCK = Content(Kind.MEMBLOCK, tuple[tuple(_MEMBLOCK.values())], named=_MEMBLOCK)
REGIONS = Content(Kind.MEMBLOCK, tuple[(tuple[Region, ...], *_ARRAY.values())], item=Region, named=_ARRAY)
_ROOT = {"root_pa": int, "start_level": int, "root_va": int, "geometry": Geometry}
ROOT = Content(Kind.PAGE_TABLE, dict[str, int | Geometry], named=_ROOT)
"""What is known of the root of a tree of page tables."""
RUNS = _list_of(Kind.PAGE_TABLE, Run)
TABLES = _list_of(Kind.PAGE_TABLE, TableRun)
SECTION_FIELDS = _mapping(Kind.SECTION, str, int)
ROOTS = _mapping(Kind.SECTION, SectionNumber, int)
SECTIONS = _mapping(Kind.SECTION, SectionNumber, MemSection)
LIMITS = _mapping(Kind.ZONE, str, tuple[int, ...])
NODES = _mapping(Kind.ZONE, NodeNumber, Node)
FREE = _list_of(Kind.ZONE, FreeRun)
VARIABLES = _mapping(Kind.VARIABLE, str, Variable)
E820 = _list_of(Kind.E820, E820Entry)
MEMINFO = _list_of(Kind.NUMA, NumaMemblk)
DISTANCES = _list_of(Kind.NUMA, tuple[int, ...])
OFFSETS = _list_of(Kind.NUMA, int)

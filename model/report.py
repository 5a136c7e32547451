"""A state as plain data, for JSON and for text.

The names and shapes are those in which real kernels' memory was captured: `memblock`, `page_tables`,
`sections`, `zones`, `nodes`, and `kernel`, the kernel's variables by their C names.  Addresses are
hexadecimal strings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .layout import Layout
from .memblock.regions import RegionArray
from .pagetable import Geometry, Run, TableRun, table_attributes, walk_order
from .sections import Section, section_map_last_bit
from .state import State
from .zones import Node, Zone

COUNTS = frozenset(
    ("zone_dma_bits", "nr_node_ids", "nr_cpu_ids", "reserved_mem_count", "cma_area_count", "log_buf_len")
)
"""The variables that are read as decimal numbers."""


def report(state: State, layout: Layout, zone_device: bool = False) -> dict[str, Any]:
    """The whole state.  `zone_device` is CONFIG_ZONE_DEVICE."""
    return {
        "kernel": {"page_offset": hex(layout.page_offset), **kernel_variables(state.variables)},
        "memblock": memblock(state),
        "page_tables": page_tables(state, layout),
        "sections": sections(state, (1 << section_map_last_bit(zone_device)) - 1),
        "zones": {name: list(pfns) for name, pfns in state.zones.limits.items()},
        "nodes": [node(state.zones.nodes[nid]) for nid in sorted(state.zones.nodes)],
    }


def kernel_variables(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The kernel's variables; numbers that are not counts in hexadecimal."""
    return {
        name: hex(value) if type(value) is int and name not in COUNTS else value
        for name, value in variables.items()
    }


def memblock(state: State) -> dict[str, Any]:
    """Both region arrays and what stands beside them."""
    return {
        "bottom_up": state.memblock.bottom_up,
        "current_limit": hex(state.memblock.current_limit),
        "memory": _array(state.memblock.memory),
        "reserved": _array(state.memblock.reserved),
    }


def _array(array: RegionArray) -> dict[str, Any]:
    return {
        "cnt": len(array),
        "max": array.max,
        "total_size": hex(array.total_size),
        "regions": [
            {"base": hex(region.base), "size": hex(region.size), "flags": region.flags, "nid": region.nid}
            for region in array.regions
        ],
    }


def page_tables(state: State, layout: Layout) -> dict[str, Any]:
    """The tree under ``swapper_pg_dir``: leaf runs, table pages, and the attributes of table descriptors."""
    tree = state.page_tables
    tables: Sequence[TableRun] = tree.tables
    geometry = Geometry(layout.page_shift, layout.va_bits, layout.pgtable_levels)
    attributes = sorted(table_attributes(tables).items())
    return {
        "root_pa": hex(tree.fields.get("root_pa", 0)),
        "start_level": tree.fields.get("start_level", 0),
        "runs": [_run(run) for run in tree.runs],
        "table_count": sum(table.count for table in tables),
        "table_runs": [_table(table) for table in walk_order(tables, geometry)],
        "table_attrs": [
            {"level": level, "attrs": f"{attrs:#018x}", "count": count}
            for (level, attrs), count in attributes
        ],
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "va_start": f"{run.va_start:#018x}",
        "va_end": f"{run.va_end:#018x}",
        "pa_start": hex(run.pa_start),
        "level": run.level,
        "page_size": hex(run.page_size),
        "cont": run.cont,
        "attrs": f"{run.attrs:#018x}",
    }


def _table(table: TableRun) -> dict[str, Any]:
    return {
        "level": table.level,
        "pa_first": hex(table.pa_first),
        "pa_step": table.pa_step,
        "count": table.count,
        "va_first": f"{table.va_first:#018x}",
        "va_step": hex(table.va_step),
    }


def sections(state: State, flags_mask: int) -> dict[str, Any]:
    """``mem_section``: its roots and the sections that are present."""
    parts = state.sections
    return {
        "mem_section_pa": hex(parts.fields.get("mem_section_pa", 0)),
        "roots": [{"index": index, "pa": hex(parts.roots[index])} for index in sorted(parts.roots)],
        "sections": [
            _section(number, parts.sections[number], flags_mask) for number in sorted(parts.sections)
        ],
    }


def _section(number: int, section: Section, flags_mask: int) -> dict[str, Any]:
    return {
        "nr": number,
        "section_mem_map": hex(section.section_mem_map),
        "usage_pa": hex(section.usage_pa),
        "flags": hex(section.section_mem_map & flags_mask),
        "subsection_map": [f"{word:#018x}" for word in section.subsection_map],
    }


def node(node: Node) -> dict[str, Any]:
    """A node and its zones, sizes in pages."""
    return {
        "nid": node.nid,
        "pgdat_pa": hex(node.pgdat_pa),
        "nr_zones": node.nr_zones,
        "start_pfn": node.start_pfn,
        "spanned": node.spanned,
        "present": node.present,
        "zones": [_zone(index, zone) for index, zone in enumerate(node.zones)],
    }


def _zone(index: int, zone: Zone) -> dict[str, Any]:
    return {
        "index": index,
        "name": zone.name,
        "start_pfn": zone.start_pfn,
        "spanned": zone.spanned,
        "present": zone.present,
        "managed": zone.managed,
        "cma_pages": zone.cma_pages,
        "nr_free": list(zone.nr_free),
    }

"""A state as plain data, for JSON and for text.

The names and shapes are those in which real kernels' memory was captured: `memblock`, `page_tables`,
`sections`, `zones`, `nodes`, and `kernel`, the kernel's variables by their C names.  Addresses and the sizes
of ranges of memory are hexadecimal strings, what is counted (pages, regions, CPUs) and pfns are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..memory.memblock.regions import RegionArray
from ..memory.pagetable.tables import Run, TableRun, table_attributes
from ..memory.sparsemem import Section, section_map_last_bit
from ..memory.state import State
from ..memory.zones import Node, Zone
from ..source.facts import Facts
from .variables import ADDRESS, BYTES, OFFSET, VariableWords

AS_PRINTED = frozenset(("log_buf_len", "new_log_buf_len"))
"""Bytes that no range of memory has, and that the kernel prints as a decimal number."""


def report(state: State, facts: Facts) -> dict[str, Any]:
    """The whole state, without the parts that its source does not tell."""
    config, can, layout = facts.config, facts.can, facts.address_map
    words = VariableWords(facts.arch.variables)
    flags = (1 << section_map_last_bit(config.enabled("ZONE_DEVICE"))) - 1
    nodes = [node(state.zones.nodes[nid]) for nid in sorted(state.zones.nodes)]
    if config.enabled("MEMORY_HOTPLUG"):
        # Only hot-plugged memory would make the two differ, and a boot has none.
        for zone in (zone for node in nodes for zone in node["zones"]):
            zone["present_early"] = zone["present"]
    offset = {"page_offset": hex(layout.page_offset)} if layout is not None else {}
    zones = {
        "zones": {name: list(pfns) for name, pfns in state.zones.limits.items()},
        "nodes": nodes,
    }
    return {
        "kernel": {**offset, **kernel_variables(state.variables, words)},
        "memblock": memblock(state),
        **({"page_tables": page_tables(state, facts.page_size)} if can.page_tables else {}),
        **({"sections": sections(state, flags)} if can.sections else {}),
        **(zones if can.zones else {}),
    }


def kernel_variables(variables: Mapping[str, Any], words: VariableWords) -> dict[str, Any]:
    """The kernel's variables; those that are addresses or sizes of memory in hexadecimal."""
    return {
        name: hex(value) if type(value) is int and _is_memory(name, words) else value
        for name, value in variables.items()
    }


def _is_memory(name: str, words: VariableWords) -> bool:
    return name not in AS_PRINTED and words.kind(name) in (ADDRESS, BYTES, OFFSET)


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


def page_tables(state: State, page_size: int) -> dict[str, Any]:
    """The kernel's own tree: leaf runs, table pages, and the attributes of table descriptors."""
    tree = state.page_tables
    tables: Sequence[TableRun] = tree.tables
    attributes = sorted(table_attributes(tables).items())
    return {
        "root_pa": hex(tree.fields.get("root_pa", 0)),
        "start_level": tree.fields.get("start_level", 0),
        "runs": [_run(run) for run in tree.runs],
        "table_count": sum(table.count for table in tables),
        "table_runs": [_table(table) for table in steps_joined(tables, page_size)],
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


def steps_joined(tables: Sequence[TableRun], page_size: int) -> list[TableRun]:
    """Table pages in the order of a walk by address, in as few runs as there can be.  Two tables of a level
    that are neighbours in physical memory begin a run, whatever their virtual addresses; it lasts while both
    steps hold."""
    found: list[TableRun] = []
    for table in tables:
        rest: TableRun | None = table
        while rest is not None:
            joined = _joined(found[-1], rest, page_size) if found else None
            if joined is None:
                found.append(rest if rest.count > 1 else rest._replace(pa_step=0, va_step=0))
                break
            taken = joined.count - found[-1].count
            found[-1] = joined
            rest = _without(rest, taken)
    return found


def _joined(last: TableRun, table: TableRun, page_size: int) -> TableRun | None:
    """`last` with the first page of `table`, or with all of it if its steps are the same; None if they
    part."""
    if last.level != table.level:
        return None
    if last.count == 1:
        pa_step = table.pa_first - last.pa_first
        if abs(pa_step) != page_size:
            return None
        last = last._replace(pa_step=pa_step, va_step=table.va_first - last.va_first)
    elif not _follows(last, table):
        return None
    same = (table.pa_step, table.va_step) == (last.pa_step, last.va_step)
    return last._replace(count=last.count + (table.count if same else 1))


def _follows(last: TableRun, table: TableRun) -> bool:
    """Whether the first page of `table` is one more step of `last`."""
    return (
        table.pa_first == last.pa_first + last.count * last.pa_step
        and table.va_first == last.va_first + last.count * last.va_step
    )


def _without(table: TableRun, count: int) -> TableRun | None:
    """`table` without its first pages, None if none are left."""
    if count == table.count:
        return None
    return table._replace(
        pa_first=table.pa_first + count * table.pa_step,
        va_first=table.va_first + count * table.va_step,
        count=table.count - count,
    )


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

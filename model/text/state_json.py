"""A state as plain data, for JSON and for text.

The names and shapes are those in which real kernels' memory was captured: `memblock`, `page_tables`,
`sections`, `zones`, `nodes`, and `kernel`, the kernel's variables by their C names.  Addresses and the sizes
of ranges of memory are hexadecimal strings, what is counted (pages, regions, CPUs) and pfns are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ..memory.pagetable.tables import RUNS, TABLES, Run, TableRun, table_attributes
from ..memory.sparsemem import MemSection, section_map_last_bit
from ..memory.state import REPORTED_TREES, State
from ..memory.zones import Node, Zone
from ..source.facts import Facts
from ..trace.changes import Target
from .variables import ADDRESS, BYTES, OFFSET, PFN_RANGES, VariableWords, pairs

C_NAMES = {"pgtable_l5_enabled": "__pgtable_l5_enabled"}
"""Variables whose C names cannot be those of a class's attributes."""
AS_PRINTED = frozenset(("log_buf_len", "new_log_buf_len"))
"""Bytes that no range of memory has, and that the kernel prints as a decimal number."""


def report(state: State, facts: Facts) -> dict[str, Any]:
    """The whole state, without the parts that its source does not tell."""
    found: dict[str, Any] = {"kernel": {**_page_offset(state, facts), **_kept_by_memblock(state)}}
    for part in state.parts:
        if part.report and (not part.capability or getattr(facts.can, part.capability)):
            write = WRITERS.get(part.target, _in_general)
            _put(found, part.report, write(state[part.target], facts))
    return found


def _page_offset(state: State, facts: Facts) -> dict[str, str]:
    """Where the direct map begins, which some kernels move."""
    if facts.address_map is None:
        return {}
    placed = facts.arch.placement(facts.address_map, state.variables.__getitem__)
    return {"page_offset": hex(placed.address_map.page_offset)}


def _kept_by_memblock(state: State) -> dict[str, int]:
    """Variables of mm/memblock.c that its own part does not show."""
    memblock = state.memblock
    return {
        "memblock_can_resize": int(memblock.can_resize),
        "movable_node_enabled": int(memblock.movable_node),
        "mirrored_kernelcore": int(memblock.mirrored_kernelcore),
    }


def _put(found: dict[str, Any], name: str, written: Any) -> None:
    """Put what is written of a part where it belongs: several may make one whole."""
    whole, _, member = name.partition(".")
    if member:
        found.setdefault(whole, {})[member] = written
    elif isinstance(written, dict):
        found.setdefault(whole, {}).update(written)
    else:
        found[whole] = written


def _in_general(target: Target, facts: Facts) -> Any:
    """A part that nobody has chosen words for."""
    return _plain(target.view())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, Any]", value)
        return {str(key): _plain(each) for key, each in entries.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    return [_plain(each) for each in value] if type(value) in (list, tuple) else value


# ---- the kernel's variables ----


def _variables(variables: Any, facts: Facts) -> dict[str, Any]:
    return kernel_variables(variables, VariableWords(facts.arch.variables))


def kernel_variables(variables: Mapping[str, Any], words: VariableWords) -> dict[str, Any]:
    """The kernel's variables; those that are addresses or sizes of memory in hexadecimal, and several ranges
    as a list of them."""
    return {
        C_NAMES.get(name, name): _variable(value, _kind(name, words)) for name, value in variables.items()
    }


def _kind(name: str, words: VariableWords) -> str:
    return "" if name in AS_PRINTED else words.kind(name)


def _variable(value: Any, kind: str) -> Any:
    if kind == PFN_RANGES:
        return [list(pair) for pair in pairs(value)]
    if isinstance(value, tuple):
        return [_variable(each, kind) for each in cast("tuple[int, ...]", value)]
    return hex(value) if type(value) is int and kind in (ADDRESS, BYTES, OFFSET) else value


# ---- memblock ----


def _memblock(memblock: Any, facts: Facts) -> dict[str, Any]:
    """What stands beside both arrays."""
    return {"bottom_up": memblock.bottom_up, "current_limit": hex(memblock.current_limit)}


def _array(array: Any, facts: Facts) -> dict[str, Any]:
    return {
        "cnt": len(array),
        "max": array.max,
        "total_size": hex(array.total_size),
        "regions": [
            {"base": hex(region.base), "size": hex(region.size), "flags": region.flags, "nid": region.nid}
            for region in array.regions
        ],
    }


# ---- page tables ----


def _root(fields: Any, facts: Facts) -> dict[str, Any]:
    level = facts.arch.entries.level_number(fields.get("start_level", 0))
    return {"root_pa": hex(fields.get("root_pa", 0)), "start_level": level}


def _runs(runs: Any, facts: Facts) -> list[dict[str, Any]]:
    """The leaf runs."""
    number = facts.arch.entries.level_number
    return [_run(run, number(run.level)) for run in runs]


def _tables(tables: Any, facts: Facts) -> dict[str, Any]:
    """Table pages, and the attributes of table descriptors."""
    number = facts.arch.entries.level_number
    attributes = sorted(
        ((number(level), attrs), count) for (level, attrs), count in table_attributes(tables).items()
    )
    return {
        "table_count": sum(table.count for table in tables),
        "table_runs": [_table(table, number(table.level)) for table in steps_joined(tables, facts.page_size)],
        "table_attrs": [
            {"level": level, "attrs": f"{attrs:#018x}", "count": count}
            for (level, attrs), count in attributes
        ],
    }


def _run(run: Run, level: int) -> dict[str, Any]:
    return {
        "va_start": f"{run.va_start:#018x}",
        "va_end": f"{run.va_end:#018x}",
        "pa_start": hex(run.pa_start),
        "level": level,
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


def _table(table: TableRun, level: int) -> dict[str, Any]:
    return {
        "level": level,
        "pa_first": hex(table.pa_first),
        "pa_step": table.pa_step,
        "count": table.count,
        "va_first": f"{table.va_first:#018x}",
        "va_step": hex(table.va_step),
    }


# ---- the e820 map, and NUMA ----


def _e820(entries: Any, facts: Facts) -> list[dict[str, Any]]:
    return [{"addr": hex(entry.addr), "size": hex(entry.size), "type": entry.type} for entry in entries]


def _meminfo(blocks: Any, facts: Facts) -> list[dict[str, Any]]:
    return [{"start": hex(block.start), "end": hex(block.end), "nid": block.nid} for block in blocks]


LISTED_CPUS, LISTED_NODES = 32, 64
"""Of how many CPUs and nodes an array is reported: some kernels have room for thousands."""


def _offsets(offsets: Any, facts: Facts) -> list[str]:
    return [hex(offset) for offset in offsets[:LISTED_CPUS]]


# ---- sections ----


def _section_fields(fields: Any, facts: Facts) -> dict[str, Any]:
    return {"mem_section_pa": hex(fields.get("mem_section_pa", 0))}


def _roots(roots: Any, facts: Facts) -> list[dict[str, Any]]:
    return [{"index": index, "pa": hex(roots[index])} for index in sorted(roots)]


def _sections(sections: Any, facts: Facts) -> list[dict[str, Any]]:
    """Those that are present."""
    flags = (1 << section_map_last_bit(facts.config.enabled("ZONE_DEVICE"))) - 1
    return [_section(number, sections[number], flags) for number in sorted(sections)]


def _section(number: int, section: MemSection, flags_mask: int) -> dict[str, Any]:
    return {
        "nr": number,
        "section_mem_map": hex(section.section_mem_map),
        "usage_pa": hex(section.usage_pa),
        "flags": hex(section.section_mem_map & flags_mask),
        "subsection_map": [f"{word:#018x}" for word in section.subsection_map],
    }


# ---- zones ----


def _limits(limits: Any, facts: Facts) -> dict[str, Any]:
    return {name: list(pfns[:LISTED_NODES]) for name, pfns in limits.items()}


def _nodes(nodes: Any, facts: Facts) -> list[dict[str, Any]]:
    found = [_node(nodes[nid]) for nid in sorted(nodes)]
    if facts.config.enabled("DEFERRED_STRUCT_PAGE_INIT"):
        for node in found:
            node["first_deferred_pfn"] = nodes[node["nid"]].first_deferred_pfn
    if facts.config.enabled("MEMORY_HOTPLUG"):
        # Only hot-plugged memory would make the two differ, and a boot has none.
        for zone in (zone for node in found for zone in node["zones"]):
            zone["present_early"] = zone["present"]
    if facts.config.enabled("DEFERRED_STRUCT_PAGE_INIT"):
        for node in found:
            node["first_deferred_pfn"] = hex(nodes[node["nid"]].first_deferred_pfn)
    return found


def _node(node: Node) -> dict[str, Any]:
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


Writer = Callable[[Any, "Facts"], Any]

WRITERS: Mapping[str, Writer] = {
    "variables": _variables,
    "memblock": _memblock,
    "memblock.memory": _array,
    "memblock.reserved": _array,
    **dict.fromkeys(REPORTED_TREES, _root),
    **{tree + RUNS: _runs for tree in REPORTED_TREES},
    **{tree + TABLES: _tables for tree in REPORTED_TREES},
    "sections": _section_fields,
    "sections.roots": _roots,
    "sections.sections": _sections,
    "e820.e820_table": _e820,
    "e820.e820_table_kexec": _e820,
    "e820.e820_table_firmware": _e820,
    "numa.numa_meminfo": _meminfo,
    "numa.numa_reserved_meminfo": _meminfo,
    "numa.__per_cpu_offset": _offsets,
    "zones.limits": _limits,
    "zones.nodes": _nodes,
}
"""How parts of the state are written that are written in a way of their own."""

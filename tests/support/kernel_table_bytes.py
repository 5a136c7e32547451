"""Nodes, sections, variables and the tables of PCs as the bytes that a real kernel would have in memory."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.live.reading.variable_rows import VariableRow
from bootstep.boots.mm.mmzone import zone_names
from bootstep.model.build.sizes import Field, Sizes
from bootstep.model.memory.buddy import blocks
from bootstep.model.memory.memory_model import SPARSEMEM_STATIC
from bootstep.model.memory.state import State
from bootstep.model.memory.zones import ULONG_MAX, Node
from msgspec.structs import replace

from .kernel_bytes import Writer, virtual

ZONEREF = 16
NR_CPUS = 8192


def with_nodes(kernel: Kernel) -> Sizes:
    """The kernel's sizes; if it does not tell of nodes and zones, with layouts made up for them."""
    sizes = kernel.sizes
    if "zone" in sizes.members:
        return sizes
    zones, orders = len(zone_names(kernel)), kernel.layout.nr_page_orders
    area, refs = 16 * 6 + 8, kernel.memblock.max_numnodes * zones + 1
    numa = kernel.config.enabled("NUMA")
    zone = _members_of(
        *(("lock", 8), ("zone_start_pfn", 8), ("managed_pages", 8), ("spanned_pages", 8)),
        *(("present_pages", 8), ("cma_pages", 8), ("name", 8), ("free_area", area * orders)),
    )
    size = sum(zone[-1][1:3])
    node = _members_of(
        *(("node_zones", size * zones), ("node_zonelists", ZONEREF * refs * (2 if numa else 1))),
        *(("nr_zones", 8), ("node_mem_map", 8), ("node_start_pfn", 8)),
        *(("node_present_pages", 8), ("node_spanned_pages", 8), ("first_deferred_pfn", 8)),
    )
    made_up = {"struct zone": size, "struct free_area": area, "struct pglist_data": sum(node[-1][1:3])}
    return replace(
        sizes,
        structures={**sizes.structures, **made_up},
        members={**sizes.members, "zone": zone, "pglist_data": node},
    )


def _members_of(*members: tuple[str, int]) -> tuple[Field, ...]:
    found: list[Field] = []
    at = 0
    for name, size in members:
        found.append((name, at, size, ""))
        at += size
    return tuple(found)


RODATA = 0xFFFF800008F00000


def write_nodes(writer: Writer, kernel: Kernel, state: State) -> None:
    """``node_data`` with what it points to, ``zone_names`` and the arrays of limits."""
    nodes: dict[int, Node] = state.zones.nodes
    most = kernel.memblock.max_numnodes
    count = len(zone_names(kernel))
    words = [b"DMA\0", b"DMA32\0", b"Normal\0", b"Movable\0", b"Device\0"]
    if nodes and next(iter(nodes.values())).zones:
        words = [zone.name.encode() + b"\0" for zone in next(iter(nodes.values())).zones]
    for number, word in enumerate(words[:count]):
        writer.target.put(RODATA + 64 * number, word.ljust(64, b"\0"))
    numbers(writer, "zone_names", [RODATA + 64 * number for number in range(count)])
    if kernel.config.enabled("NUMA"):
        pointers = [virtual(nodes[nid].pgdat_pa) if nid in nodes else 0 for nid in range(most)]
        numbers(writer, "node_data", pointers)
        places = dict(enumerate(pointers))
    else:
        places = {0: writer.linked("contig_page_data", writer.size("pglist_data"))}
    for nid, node in nodes.items():
        writer.target.put(places[nid], _node(writer, node, places, count))
    limits = state.zones.limits
    for name, length in (
        ("arch_zone_lowest_possible_pfn", count),
        ("arch_zone_highest_possible_pfn", count),
        ("zone_movable_pfn", most),
    ):
        numbers(writer, name, limits.get(name, (0,) * length))


def _node(writer: Writer, node: Node, places: dict[int, int], count: int) -> bytes:
    data = bytearray(writer.size("pglist_data"))
    members = {
        "nr_zones": node.nr_zones,
        "node_start_pfn": node.start_pfn,
        "node_spanned_pages": node.spanned,
        "node_present_pages": node.present,
    }
    if any(name == "first_deferred_pfn" for name, *_ in _members(writer, "pglist_data")):
        members["first_deferred_pfn"] = node.first_deferred_pfn if node.zones else 0
    writer.fill(data, "pglist_data", members)
    size, first = writer.size("zone"), writer.place("pglist_data", "node_zones")[0]
    orders = len(node.zones[0].nr_free) if node.zones else 1
    area = writer.place("zone", "free_area")[1] // orders
    for index, zone in enumerate(node.zones):
        at = first + index * size
        pages = {
            "zone_start_pfn": zone.start_pfn,
            "spanned_pages": zone.spanned,
            "present_pages": zone.present,
            "managed_pages": zone.managed,
            "name": RODATA + 64 * index,
        }
        if any(name == "cma_pages" for name, *_ in _members(writer, "zone")):
            pages["cma_pages"] = zone.cma_pages
        writer.fill(data, "zone", pages, at)
        for order, free in enumerate(zone.nr_free):
            end = at + writer.place("zone", "free_area")[0] + order * area + area - 8
            data[end : end + 8] = free.to_bytes(8, "little")
    at = writer.place("pglist_data", "node_zonelists")[0]
    for nid, index in node.zonelist:
        data[at : at + ZONEREF] = struct.pack("<Qixxxx", places[nid] + first + index * size, index)
        at += ZONEREF
    return bytes(data)


def _members(writer: Writer, structure: str) -> Sequence[Any]:
    assert writer.sizes is not None
    return writer.sizes.members.get(structure, ())


def numbers(writer: Writer, symbol: str, values: Iterable[int]) -> None:
    """An array of longs."""
    found = [value & ULONG_MAX for value in values]
    writer.target.put(writer.linked(symbol, 8 * len(found)), struct.pack(f"<{len(found)}Q", *found))


MIGRATE_TYPES = 2
"""Kinds of blocks that are written: whole largest ones to one list, others to the next."""
LRU = 8
"""Bytes before ``lru`` in ``struct page``."""


def write_free_lists(writer: Writer, kernel: Kernel, state: State) -> None:
    """The lists of free blocks, in the nodes that were written, and the page structs they lead through."""
    numa = kernel.config.enabled("NUMA")
    nodes: dict[int, Node] = state.zones.nodes
    for nid, node in nodes.items():
        at = virtual(node.pgdat_pa) if numa else writer.linked("contig_page_data", 0)
        data = bytearray(writer.target.pieces[at])
        for index, zone in enumerate(node.zones):
            runs = [run for run in state.zones.free if run[2:] == (nid, index)]
            orders = len(zone.nr_free)
            found: dict[tuple[int, int], list[int]] = {
                (order, kind): [] for order in range(orders) for kind in range(MIGRATE_TYPES)
            }
            for run in runs:
                for block in blocks(run.start_pfn, run.end_pfn, orders):
                    kind = int(block.order < orders - 1)
                    found[block.order, kind].append(struct_page(kernel, state, block.pfn) + LRU)
            area = writer.place("zone", "free_area")[1] // orders
            first = writer.place("pglist_data", "node_zones")[0] + index * writer.size("zone")
            first += writer.place("zone", "free_area")[0]
            for (order, kind), links in found.items():
                head = first + order * area + 16 * kind
                chain = [at + head, *links, at + head]
                data[head : head + 16] = struct.pack("<QQ", chain[1], chain[-2])
                for before, link, after in zip(chain, links, chain[2:], strict=False):
                    writer.target.put(link, struct.pack("<QQ", after, before))
        writer.target.put(at, bytes(data))


def struct_page(kernel: Kernel, state: State, pfn: int) -> int:
    """The address of a page struct, as the sections or the one array tell it."""
    shape = kernel.shape
    if not shape.is_sparse:
        block = shape.max_order_pages
        first = state.zones.nodes[0].start_pfn // block * block
        return state.sections.fields["node_mem_map"] + (pfn - first) * shape.sizeof_page
    section = state.sections.sections[pfn // shape.pages_per_section]
    coded = section.section_mem_map >> shape.map_last_bit << shape.map_last_bit
    return coded + pfn * shape.sizeof_page & ULONG_MAX


def write_sections(writer: Writer, kernel: Kernel, state: State) -> None:
    """``mem_section`` with its roots and their sections; or ``mem_map``."""
    shape, fields = kernel.shape, state.sections.fields
    if not shape.is_sparse:
        node = writer.linked("contig_page_data", writer.size("pglist_data"))
        data = bytearray(writer.target.pieces.get(node, bytes(writer.size("pglist_data"))))
        if fields["node_mem_map"]:
            start = state.zones.nodes[0].start_pfn
            first = fields["node_mem_map"] + start % shape.max_order_pages * shape.sizeof_page
            writer.fill(data, "pglist_data", {"node_mem_map": first})
        writer.target.put(node, data)
        writer.number("mem_map", fields["mem_map"], 8)
        return
    for name in ("sparsemap_buf", "sparsemap_buf_end"):
        writer.number(name, virtual(fields[name]) if fields[name] else 0, 8)
    if shape.model == SPARSEMEM_STATIC:
        size = shape.sizeof_mem_section * shape.nr_mem_sections
        arrays = {0: writer.linked("mem_section", size)}
        writer.target.put(arrays[0], bytes(size))
        each = shape.nr_mem_sections
    else:
        each = shape.sections_per_root
        pa = fields["mem_section_pa"]
        writer.number("mem_section", virtual(pa) if pa else 0, 8)
        if pa:
            roots = state.sections.roots
            pointers = [virtual(roots[at]) if at in roots else 0 for at in range(shape.nr_section_roots)]
            writer.target.put(virtual(pa), struct.pack(f"<{len(pointers)}Q", *pointers))
        arrays = {at * each: virtual(root) for at, root in state.sections.roots.items()}
    for first, address in arrays.items():
        data = bytearray(each * shape.sizeof_mem_section)
        for number, section in state.sections.sections.items():
            if first <= number < first + each:
                at = (number - first) * shape.sizeof_mem_section
                usage = virtual(section.usage_pa) if section.usage_pa else 0
                data[at : at + 16] = struct.pack("<QQ", section.section_mem_map, usage)
                if usage:
                    words = section.subsection_map
                    head = bytes([0xEE]) * shape.usage_head
                    writer.target.put(
                        usage, (head + struct.pack(f"<{len(words)}Q", *words)).ljust(shape.usage_size)
                    )
        writer.target.put(address, data)


def write_variables(writer: Writer, state: State, rows: Iterable[VariableRow]) -> set[str]:
    """The variables of these rows that the state has; their names."""
    names: set[str] = set()
    for row in rows:
        value = state.variables.get(row.name)
        if value is None:
            continue
        names.add(row.name)
        writer.target.put(writer.linked(row.symbol or row.name, row.size), _bytes(row, value))
    return names


def _bytes(row: VariableRow, value: Any) -> bytes:
    if isinstance(value, str):
        words = [row.decode(bytes([number] + [0] * (row.size - 1))) for number in range(4)]
        if row.size == 4:
            return words.index(value).to_bytes(4, "little")
        return value.encode().ljust(row.size, b"\0")
    if isinstance(value, tuple):
        return struct.pack(f"<{len(value)}Q", *value)
    return (value & ((1 << 8 * row.size) - 1)).to_bytes(row.size, "little")


def write_lists(writer: Writer, state: State) -> None:
    """The e820 tables, what is known of nodes, and where each CPU's variables are."""
    for name in ("e820_table", "e820_table_kexec", "e820_table_firmware"):
        entries = state[f"e820.{name}"].view()
        data = len(entries).to_bytes(4, "little") + b"".join(struct.pack("<QQI", *entry) for entry in entries)
        place = writer.linked(f"{name}_init", 4 + 20 * 256)
        writer.target.put(place, data.ljust(4 + 20 * 256, b"\0"))
        writer.number(name, place, 8)
    for name in ("numa_meminfo", "numa_reserved_meminfo"):
        blocks = state[f"numa.{name}"].view()
        data = struct.pack("<ixxxx", len(blocks)) + b"".join(
            struct.pack("<QQixxxx", *block) for block in blocks
        )
        writer.target.put(writer.linked(name, 8 + 24 * 64), data.ljust(8 + 24 * 64, b"\0"))
    rows = state.numa.distance
    writer.number("numa_distance_cnt", len(rows), 4)
    table = RODATA + 0x10000
    writer.target.put(table, b"".join(bytes(row) for row in rows).ljust(4096, b"\0"))
    writer.number("numa_distance", table if rows else 0, 8)
    numbers(writer, "__per_cpu_offset", [*state.numa.per_cpu_offset, *[1] * NR_CPUS][:NR_CPUS])

"""What an editor shows below the stack: arguments and locals of a function, and the machine's memory as it is
where one stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ...model.base.units import address_range, hex_address, node_words, readable_size
from ...model.memory.e820 import E820Entry, type_name
from ...model.text.debugfs import flag_names
from ...model.text.variables import VariableWords
from .tree import Node, of_rows, of_value

if TYPE_CHECKING:
    from ...model.debugger.debugger import Debugger
    from ...model.debugger.frames import Frame
    from ...model.memory.memblock.regions import Region, RegionArray
    from ...model.memory.zones import Node as MemoryNode
    from ...model.memory.zones import Zone
    from ...model.source.trace_source import Local

E820_TABLES = ("e820_table", "e820_table_kexec", "e820_table_firmware")
OWNERS_TOLD = 3
"""Owners of a region that are named."""


def arguments_of(frame: Frame) -> Node:
    """What a function was given."""
    rows = [of_value(name, value, name) for name, value in frame.arguments]
    return Node("Arguments", "", rows=of_rows(rows), named=len(rows))


def locals_of(values: Sequence[Local]) -> list[Node]:
    """A function's local variables, whose values are words already."""
    return [Node(value.name, value.text) for value in values]


# ---- memblock ----


def memblock_of(debugger: Debugger) -> Node:
    """Both arrays with their regions and owners, and the variables beside them."""
    state = debugger.state
    rows = [
        _array(debugger, state.memblock.memory),
        _array(debugger, state.memblock.reserved),
        *_beside(debugger),
    ]
    return Node("Memblock", "", rows=of_rows(rows), named=len(rows))


def _beside(debugger: Debugger) -> Iterator[Node]:
    memblock = debugger.state.memblock
    yield Node("bottom_up", str(memblock.bottom_up).lower(), "bool", watch="memblock")
    yield Node("current_limit", hex_address(memblock.current_limit), "phys_addr_t", watch="memblock")


def _array(debugger: Debugger, array: RegionArray) -> Node:
    regions = array.regions

    def rows(start: int, count: int) -> Iterator[Node]:
        for index, region in enumerate(regions[start : start + count], start):
            yield _region(debugger, array.name, index, region)

    return Node(
        array.name,
        f"{len(regions)} of {array.max} regions, {readable_size(array.total_size)}",
        "struct memblock_type",
        rows,
        indexed=len(regions),
        expression=f"memblock.{array.name}",
        watch=f"memblock.{array.name}",
    )


def _region(debugger: Debugger, table: str, index: int, region: Region) -> Node:
    owners = _owners(debugger, table, region)
    flags = f" {flag_names(region.flags)}" if region.flags else ""
    text = f"{address_range(region.base, region.size)} {readable_size(region.size)}{flags}"
    expression = f"memblock.{table}[{index}]"
    rows = [
        Node("base", hex_address(region.base), "phys_addr_t", expression=f"{expression}.base"),
        Node("size", f"{region.size:#x}  {readable_size(region.size)}", expression=f"{expression}.size"),
        Node("flags", flag_names(region.flags), expression=f"{expression}.flags"),
        Node("nid", node_words(region.nid, debugger.facts.max_numnodes), expression=f"{expression}.nid"),
        *(Node(f"owner {number}", words) for number, words in enumerate(owners, 1)),
    ]
    return Node(
        str(index),
        f"{text}  {_owners_told(owners)}".rstrip(),
        "struct memblock_region",
        of_rows(rows),
        named=len(rows),
        expression=expression,
        watch=f"{region.base:#x},{region.size:#x}",
        memory=region.base,
    )


def _owners(debugger: Debugger, table: str, region: Region) -> list[str]:
    """Who has a region, each once, in order of addresses."""
    owners, position = debugger.owners, debugger.position
    held = owners.reserved(position) if table == "reserved" else owners.memory(position)
    found = (part.value for part in held.within(region.base, region.end))
    return list(dict.fromkeys(f"{each.name} ({each.cause})" if each.cause else each.name for each in found))


def _owners_told(owners: Sequence[str]) -> str:
    more = f" and {len(owners) - OWNERS_TOLD} more" if len(owners) > OWNERS_TOLD else ""
    return ", ".join(owners[:OWNERS_TOLD]) + more


# ---- zones ----


def zones_of(debugger: Debugger) -> Node:
    """The limits of the zones, and each node with its zones."""
    nodes, limits = debugger.state.zones.nodes, debugger.state.zones.limits
    rows = [
        *(
            replace(of_value(str(name), limits[name], f"limits.{name}"), watch="zones.limits")
            for name in limits
        ),
        *(_node(debugger, nodes[nid]) for nid in sorted(nodes)),
    ]
    return Node("Zones", "", rows=of_rows(rows), named=len(rows))


def _node(debugger: Debugger, node: MemoryNode) -> Node:
    page = debugger.facts.page_size
    expression = f"nodes[{node.nid}]"
    rows = [_zone(debugger, node.nid, at, zone) for at, zone in enumerate(node.zones)]
    own = [
        of_value(name, getattr(node, name), f"{expression}.{name}")
        for name in ("pgdat_pa", "start_pfn", "spanned", "present")
    ]
    return Node(
        f"node {node.nid}",
        f"{_pages(node.start_pfn, node.spanned, page)}, {readable_size(node.present * page)} present",
        "pg_data_t",
        of_rows([*rows, *own]),
        named=len(rows) + len(own),
        expression=expression,
        watch="zones.nodes",
    )


def _zone(debugger: Debugger, nid: int, at: int, zone: Zone) -> Node:
    page = debugger.facts.page_size
    expression = f"nodes[{nid}].zones[{at}]"
    names = ("start_pfn", "spanned", "present", "managed", "cma_pages", "nr_free")
    rows = [of_value(name, getattr(zone, name), f"{expression}.{name}") for name in names]
    return Node(
        zone.name,
        f"{_pages(zone.start_pfn, zone.spanned, page)}, {zone.present} pages present, {zone.managed} managed",
        "struct zone",
        of_rows(rows),
        named=len(rows),
        expression=expression,
        watch=f"zone {zone.name} of node {nid}",
    )


def _pages(first: int, count: int, page_size: int) -> str:
    return address_range(first * page_size, count * page_size) if count else "empty"


# ---- the kernel's variables, and a PC's map ----


def variables_of(debugger: Debugger) -> Node:
    """The kernel's variables by name."""
    variables: Mapping[str, Any] = debugger.state.variables
    words, names = VariableWords(debugger.arch.variables), sorted(variables)
    page_size = debugger.facts.page_size

    def rows(start: int, count: int) -> Iterator[Node]:
        for name in names[start : start + count]:
            value = variables[name]
            text = words.text(name, value, page_size)
            yield Node(name, text, words.kind(name), expression=name, watch=name)

    return Node("Kernel variables", "", rows=rows, named=len(names))


def e820_of(debugger: Debugger) -> Node:
    """The three tables of a PC's map of memory."""
    tables = debugger.state.e820
    found = (tables.e820_table, tables.e820_table_kexec, tables.e820_table_firmware)
    rows = [_table(name, table) for name, table in zip(E820_TABLES, found, strict=True)]
    return Node("E820", "", rows=of_rows(rows), named=len(rows))


def _table(name: str, entries: Sequence[E820Entry]) -> Node:
    def rows(start: int, count: int) -> Iterator[Node]:
        for at, entry in enumerate(entries[start : start + count], start):
            text = (
                f"{address_range(entry.addr, entry.size)} {readable_size(entry.size)} {type_name(entry.type)}"
            )
            yield Node(
                str(at),
                text,
                "struct e820_entry",
                expression=f"{name}[{at}]",
                watch=f"{entry.addr:#x},{entry.size:#x}" if entry.size else "",
                memory=entry.addr,
            )

    watch = f"e820.{name}"
    return Node(name, f"{len(entries)} entries", "struct e820_table", rows, 0, len(entries), name, watch)

"""The regions of memblock with their owners, and a PC's e820 tables, at a position: in words and for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...analysis.names import said
from ...analysis.owner_rules import Owner
from ...base.intervals import IntervalMap
from ...base.units import hex_address, readable_size, sized_range
from ...language.words import tr
from ...memory.e820 import E820Entry, type_name
from ...memory.memblock.regions import Region, RegionArray
from ...text.debugfs import flag_list, memblock_lines
from .ledger_json import owner_json

if TYPE_CHECKING:
    from ..debugger import Debugger

MOST_OWNERS = 6
"""Owners of a region that a line of text names; in JSON all are."""
OF_E820 = ("e820_table", "e820_table_kexec", "e820_table_firmware")
"""The kernel's three tables of what firmware says."""


def region_lines(debugger: Debugger) -> Iterator[str]:
    """Both arrays as the kernel's debugfs shows them, each region with its owners, and then the tables."""
    most = debugger.state.memblock.max_numnodes
    for array, owners in _arrays(debugger):
        yield f"{array.name}: {len(array)} of {array.max}, {readable_size(array.total_size)}"
        lines = memblock_lines(array.regions, most)
        for region, line in zip(array.regions, lines, strict=True):
            yield f"{line}  {_owner_words(region, owners)}".rstrip()
    for name, table in _tables(debugger):
        yield tr("{name}: {count} ranges", name=name, count=len(table))
        yield from (f"  {sized_range(entry.addr, entry.size)} {type_name(entry.type)}" for entry in table)


def _owner_words(region: Region, owners: IntervalMap[Owner]) -> str:
    names = list(dict.fromkeys(said(piece.value.name) for piece in owners.within(region.base, region.end)))
    more = [tr("… {count} more", count=len(names) - MOST_OWNERS)] if len(names) > MOST_OWNERS else []
    return ", ".join([*names[:MOST_OWNERS], *more])


def regions_json(debugger: Debugger) -> dict[str, Any]:
    """The same as plain data: ``memory``, ``reserved``, and ``e820`` (null: no PC)."""
    most = debugger.state.memblock.max_numnodes
    tables = {name: [_entry(entry) for entry in table] for name, table in _tables(debugger)}
    return {
        "kind": "regions",
        "position": debugger.position,
        **{array.name: _array(array, owners, most) for array, owners in _arrays(debugger)},
        "e820": tables or None,
    }


def _array(array: RegionArray, owners: IntervalMap[Owner], max_numnodes: int) -> dict[str, Any]:
    return {
        "cnt": len(array),
        "max": array.max,
        "total_size": array.total_size,
        "regions": [_region(region, owners, max_numnodes) for region in array.regions],
    }


def _region(region: Region, owners: IntervalMap[Owner], max_numnodes: int) -> dict[str, Any]:
    return {
        "base": hex_address(region.base),
        "end": hex_address(region.end),
        "size": region.size,
        "flags": flag_list(region.flags),
        "nid": region.nid if 0 <= region.nid < max_numnodes else None,
        "owners": [
            {
                "start": hex_address(piece.start),
                "end": hex_address(piece.end),
                "size": piece.end - piece.start,
                **owner_json(piece.value),
            }
            for piece in owners.within(region.base, region.end)
        ],
    }


def _entry(entry: E820Entry) -> dict[str, Any]:
    return {
        "start": hex_address(entry.addr),
        "end": hex_address(entry.end),
        "size": entry.size,
        "type": entry.type,
        "name": type_name(entry.type),
    }


def _arrays(debugger: Debugger) -> Iterator[tuple[RegionArray, IntervalMap[Owner]]]:
    """memblock's two arrays here, and who put or took what in each."""
    memblock, position = debugger.state.memblock, debugger.position
    yield memblock.memory, debugger.owners.memory(position)
    yield memblock.reserved, debugger.owners.reserved(position)


def _tables(debugger: Debugger) -> Iterator[tuple[str, list[E820Entry]]]:
    """The e820 tables here, of a machine that has any."""
    if debugger.facts.can.e820:
        for name in OF_E820:
            yield name, list(getattr(debugger.state.e820, name))

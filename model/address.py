"""Everything that is known of one address, physical or virtual, in words."""

from __future__ import annotations

from collections.abc import Iterator

from .debugfs import flag_names
from .descriptors import describe_attributes
from .macros import AddressMap
from .memblock.regions import RegionArray
from .pagetable import Run
from .state import State
from .text import hex_address, readable_size, sized_range

FIRST_VIRTUAL = 1 << 63
"""Addresses from here on are the kernel's virtual ones."""


def about_address(state: State, layout: AddressMap | None, address: int) -> Iterator[str]:
    """What the state says of an address, a line for each part; a virtual one is translated first."""
    if address >= FIRST_VIRTUAL:
        run = state.page_tables.leaf(address)
        if run is None:
            yield f"{hex_address(address)} is not mapped"
            return
        yield _mapping(run)
        address = run.pa_start + address - run.va_start
    yield f"physical address {hex_address(address)}"
    yield _region(state.memblock.memory, address)
    yield _region(state.memblock.reserved, address)
    if layout is not None:
        yield _section(state, address >> layout.section_size_bits)
        yield from _zones(state, address >> layout.page_shift)
    yield from (_mapping(run) for run in state.page_tables.runs if _leads_to(run, address))


def _region(array: RegionArray, address: int) -> str:
    for index, region in enumerate(array.regions):
        if region.base <= address < region.end:
            where = f"memblock.{array.name}[{index}] {sized_range(region.base, region.size)}"
            return f"{where} {flag_names(region.flags)}" if region.flags else where
    return f"not in memblock.{array.name}"


def _section(state: State, number: int) -> str:
    section = state.sections.sections.get(number)
    return f"section {number}: {' '.join(section.flag_names()) if section else 'not present'}"


def _zones(state: State, pfn: int) -> Iterator[str]:
    for node in state.zones.nodes.values():
        for zone in node.zones:
            if zone.start_pfn <= pfn < zone.end_pfn:
                yield f"node {node.nid}, zone {zone.name}"


def _leads_to(run: Run, address: int) -> bool:
    return run.pa_start <= address < run.pa_start + run.va_end - run.va_start


def _mapping(run: Run) -> str:
    words = " ".join(describe_attributes(run.attrs, run.level))
    return (
        f"mapped in {hex_address(run.va_start)}-{hex_address(run.va_end)} to {hex_address(run.pa_start)}, "
        f"level {run.level}, {readable_size(run.page_size)} each, {words}"
    )

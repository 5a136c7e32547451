"""The parts of two states as they are compared: each as items, by a key, without what only one way of
watching a boot tells.

Tables of page tables are left out: what they are made of memblock tells, and what they map their runs do.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, NamedTuple

from ...base.units import hex_address, readable_size, sized_range, value_text
from ...language.words import tr
from ...memory.buddy import FreeRun
from ...memory.memblock import NUMA_NO_NODE, Region
from ...memory.pagetable.tables import RUNS, TABLES, Run
from ...memory.sparsemem import MemSection
from ...memory.zones import Node, Zone
from ...text.debugfs import flag_names
from ...text.values import whole_text
from .sides import FREE, Pair, Side
from .values import node

MEMBLOCK = ("memblock.memory", "memblock.reserved")
NEVER_COMPARED = ("numa.__per_cpu_offset",)
FLAG_BITS = 0xF
"""The flags of ``section_mem_map``: the rest is a virtual address."""


class Item(NamedTuple):
    """An entry of a part: what is compared of it, and how it reads."""

    value: Any
    text: str


Items = Mapping[Any, Item]
"""A part's entries by their keys; what is in a list has itself as its key."""


def is_compared(pair: Pair, target: str, trees: Container[str]) -> bool:
    """Whether a part can be compared at all; `trees` are the trees of page tables."""
    if target in NEVER_COMPARED or target.endswith(TABLES):
        return False
    if target.removesuffix(RUNS) in trees:
        return pair.are_even and not pair.is_moved
    return target != FREE or pair.tell_free_pages


def is_list(target: str) -> bool:
    """Whether a part is compared as a whole, in its order."""
    return target in LISTS or target.endswith(RUNS)


def items(pair: Pair, side: Side, target: str, view: Any) -> Items:
    """A part of one of the states."""
    if isinstance(view, Mapping):
        made = ENTRIES.get(target, _entry)
        return {key: made(pair, side, str(key), value) for key, value in view.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return _listed(pair, side, target, view)


def _listed(pair: Pair, side: Side, target: str, view: Iterable[Any]) -> Items:
    made = _run if target.endswith(RUNS) else LISTS.get(target, _any)
    found: dict[Any, Item] = {}
    for each in view:
        item = made(pair, side, each)
        if item is not None:
            found[item.value] = item
    return found


# ---- lists ----


def _region(pair: Pair, side: Side, region: Region) -> Item | None:
    if not region.size:
        return None
    nid = node(side, region.nid)
    words = sized_range(region.base, region.size)
    if nid != NUMA_NO_NODE:
        words = tr("{range} node {nid}", range=words, nid=nid)
    if region.flags:
        words = f"{words} {flag_names(region.flags)}"
    where = (region.base, False)
    if pair.is_loaded_elsewhere and side.image is not None and region.base in side.image:
        where = (region.base - side.image.start, True)
    return Item((*where, region.size, region.flags, nid), words)


def _run(pair: Pair, side: Side, run: Run) -> Item:
    words = tr(
        "{range} to {physical}",
        range=sized_range(run.va_start, run.va_end - run.va_start),
        physical=hex_address(run.pa_start),
    )
    return Item(tuple(run), f"{words} {run.attrs:#x}")


def _free(pair: Pair, side: Side, run: FreeRun) -> Item:
    size = side.facts.page_size
    where = sized_range(run.start_pfn * size, (run.end_pfn - run.start_pfn) * size)
    words = tr("{range} node {nid}, zone {zone}", range=where, nid=run.nid, zone=run.zone)
    return Item(tuple(run), words)


def _any(pair: Pair, side: Side, value: Any) -> Item:
    return Item(value, whole_text("", value))


LISTS: Mapping[str, Callable[[Pair, Side, Any], Item | None]] = {
    **dict.fromkeys(MEMBLOCK, _region),
    FREE: _free,
    **dict.fromkeys(("e820.e820_table", "e820.e820_table_kexec", "e820.e820_table_firmware"), _any),
    **dict.fromkeys(("numa.numa_meminfo", "numa.numa_reserved_meminfo", "numa.numa_distance"), _any),
}


# ---- what has keys ----


def _entry(pair: Pair, side: Side, key: str, value: Any) -> Item:
    return Item(value, f"{key} = {value_text(key, value)}")


def _limit(pair: Pair, side: Side, key: str, pfns: tuple[int, ...]) -> Item:
    """Kernels have more or fewer kinds of zones; those that nobody has are 0."""
    told = len(pfns)
    while told and not pfns[told - 1]:
        told -= 1
    return Item(tuple(pfns[:told]), f"{key} = {value_text(key, pfns)}")


def _section(pair: Pair, side: Side, key: str, section: MemSection) -> Item:
    value: tuple[Any, ...] = (section.section_mem_map & FLAG_BITS,)
    if pair.are_alike:
        value = (*value, section.usage_pa, section.subsection_map)
    return Item(value, tr("section {number}: {flags}", number=key, flags=" ".join(section.flag_names())))


def _node(pair: Pair, side: Side, key: str, each: Node) -> Item:
    zones = tuple(_zone(pair, zone) for zone in each.zones if zone.spanned or zone.present)
    value: tuple[Any, ...] = (each.start_pfn, each.spanned, each.present, zones)
    if pair.are_alike:
        value = (*value, each.pgdat_pa, each.zonelist, each.first_deferred_pfn)
    told = ", ".join(
        f"{zone.name} {readable_size(zone.present * side.facts.page_size)}"
        for zone in each.zones
        if zone.spanned or zone.present
    )
    words = tr(
        "node {nid}: start_pfn {start}, spanned {spanned}, present {present}",
        nid=key,
        start=hex_address(each.start_pfn),
        spanned=each.spanned,
        present=each.present,
    )
    return Item(value, f"{words} ({told})" if told else words)


def _zone(pair: Pair, zone: Zone) -> tuple[Any, ...]:
    told = (zone.name, zone.start_pfn, zone.spanned, zone.present, zone.managed)
    return (*told, zone.cma_pages, zone.nr_free) if pair.are_alike else told


ENTRIES: Mapping[str, Callable[[Pair, Side, str, Any], Item]] = {
    "zones.limits": _limit,
    "sections.sections": _section,
    "zones.nodes": _node,
}

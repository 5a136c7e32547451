"""Changes of the state in words: what became of a region, a mapping, a section, a zone, a variable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ..base.units import hex_address, readable_size, sized_range, value_text
from ..language.words import tr, trn
from ..memory.buddy import FreeRun
from ..memory.memblock.regions import Region
from ..memory.pagetable.entries import leaf_name
from ..memory.pagetable.format import EntryFormat
from ..memory.pagetable.runs import remains, written
from ..memory.pagetable.tables import Run, TableRun
from ..memory.sparsemem import MemSection
from ..memory.state import KERNEL_TREE
from ..memory.zones import Node
from ..trace.changes import Assign, Change, Splice
from .values import level_text, node_text

MOST_NODES = 1 << 10
"""Nodes that any kernel can have: NODES_SHIFT is 10 at the most."""


def changes_text(changes: Sequence[Change], entries: EntryFormat, max_numnodes: int = MOST_NODES) -> str:
    """What a change event did, in one line, to a kernel that can have so many nodes, and whose page-table
    entries are such.  The sum of an array's sizes goes without saying where its regions changed."""
    spliced = any(isinstance(change, Splice) for change in changes)
    words = [
        _splice_text(change, entries, max_numnodes) if isinstance(change, Splice) else _assign_text(change)
        for change in changes
        if isinstance(change, Splice) or not (spliced and change.key in ("total_size", "ordered", "merged"))
    ]
    return "; ".join(words) or tr("no change")


def _assign_text(change: Assign) -> str:
    words = _ASSIGNED.get(change.target)
    if words is not None:
        return words(change)
    return f"{change.target}.{change.key} = {value_text(str(change.key), change.new)}"


def _splice_text(change: Splice, entries: EntryFormat, max_numnodes: int) -> str:
    name, _, part = change.target.rpartition(".")
    if name == "memblock":
        return _regions_text(part, change, max_numnodes)
    if part == "runs":
        return _where(name) + _runs_text(change.removed, change.inserted, entries)
    if part == "tables":
        return _where(name) + _tables_text(change.removed, change.inserted, entries)
    if change.target == "zones.free":
        return _free_text(change.removed, change.inserted)
    return tr(
        "{target}[{index}]: {removed} gave way to {inserted}",
        target=change.target,
        index=change.index,
        removed=len(change.removed),
        inserted=len(change.inserted),
    )


# ---- memblock ----


def _regions_text(array: str, change: Splice, max_numnodes: int) -> str:
    removed = [region for region in cast("tuple[Region, ...]", change.removed) if region.size]
    inserted = [region for region in cast("tuple[Region, ...]", change.inserted) if region.size]
    place = f"{array}[{change.index}]"
    if not removed:
        return (
            tr("{place} is new: {inserted}", place=place, inserted=_listed(inserted))
            if inserted
            else tr("{place} is empty", place=place)
        )
    if not inserted:
        return tr("{place} is gone: {removed}", place=place, removed=_listed(removed))
    if len(removed) == len(inserted) == 1:
        return f"{place} {_region_change(removed[0], inserted[0], max_numnodes)}"
    if len(removed) > len(inserted):
        return tr(
            "{place}: {count} regions became {inserted}",
            place=place,
            count=len(removed),
            inserted=_listed(inserted),
        )
    return tr("{place} was split into {inserted}", place=place, inserted=_listed(inserted))


def _region_change(old: Region, new: Region, max_numnodes: int) -> str:
    if (old.base, old.size) != (new.base, new.size):
        if new.size > old.size:
            return tr("grew to {range}", range=sized_range(new.base, new.size))
        if new.size < old.size:
            return tr("shrank to {range}", range=sized_range(new.base, new.size))
        return tr("moved to {range}", range=sized_range(new.base, new.size))
    if old.flags != new.flags:
        return tr(
            "has flags {new:#x}, not {old:#x}: {range}",
            new=new.flags,
            old=old.flags,
            range=sized_range(new.base, new.size),
        )
    return tr(
        "is on {node}: {range}", node=node_text(new.nid, max_numnodes), range=sized_range(new.base, new.size)
    )


def _listed(regions: Sequence[Region]) -> str:
    words = [sized_range(region.base, region.size) for region in regions[:3]]
    return ", ".join(words) + (tr(" and {count} more", count=len(regions) - 3) if len(regions) > 3 else "")


# ---- page tables ----


def _where(tree: str) -> str:
    return "" if tree == KERNEL_TREE else f"{tree}: "


def _runs_text(removed: Sequence[Run], inserted: Sequence[Run], entries: EntryFormat) -> str:
    new = written(removed, inserted)
    if new:
        first = new[0]
        pages = sum((run.va_end - run.va_start) // run.page_size for run in new)
        words = " ".join(entries.words(first.attrs, first.level))
        return tr(
            "map {virtual} to {physical}, {entries}, {words}",
            virtual=hex_address(first.va_start),
            physical=hex_address(first.pa_start),
            entries=_entries_text(first, pages, entries),
            words=words,
        )
    gone = [piece for run in removed for piece in remains(run, inserted)]
    if not gone:
        return tr("page-table entries rewritten")
    size = sum(run.va_end - run.va_start for run in gone)
    return tr("unmap {virtual}, {size}", virtual=hex_address(gone[0].va_start), size=readable_size(size))


def _entries_text(run: Run, count: int, entries: EntryFormat) -> str:
    kind = leaf_name(entries, run.level)
    if run.cont:
        kind = tr("contiguous {kind}", kind=kind)
    size, level = readable_size(run.page_size), level_text(entries.level_words(run.level))
    return trn(
        "{count} {kind} of {size}, {level}",
        "{count} {kind}s of {size}, {level}",
        count,
        kind=kind,
        size=size,
        level=level,
    )


def _tables_text(removed: Sequence[TableRun], inserted: Sequence[TableRun], entries: EntryFormat) -> str:
    new = sum(run.count for run in inserted) - sum(run.count for run in removed)
    if not inserted or new < 0:
        return tr("{count} table pages are gone", count=-new)
    last = inserted[-1]
    page = last.pa_first + (last.count - 1) * last.pa_step
    address = last.va_first + (last.count - 1) * last.va_step
    return tr(
        "{level} table at {page} for {address}",
        level=level_text(entries.level_words(last.level)),
        page=hex_address(page),
        address=hex_address(address),
    )


# ---- sections, zones, variables ----


def _section_text(change: Assign) -> str:
    old, new = cast("MemSection | None", change.old), cast("MemSection | None", change.new)
    if new is None:
        return tr("section {key} is gone", key=change.key)
    names = new.flag_names()
    if old is None:
        return tr("section {key}: {words}", key=change.key, words=" ".join(names))
    words = [name for name in names if name not in old.flag_names()]
    if new.section_mem_map >> 5 != old.section_mem_map >> 5:
        words.append(tr("section_mem_map {section_mem_map:#x}", section_mem_map=new.section_mem_map))
    if new.usage_pa != old.usage_pa:
        words.append(tr("usage map at {usage_pa:#x}", usage_pa=new.usage_pa))
    if new.subsection_map != old.subsection_map:
        words.append(tr("{count} subsections", count=sum(map(int.bit_count, new.subsection_map))))
    return tr("section {key}: {words}", key=change.key, words=", ".join(words))


def _node_text(change: Assign) -> str:
    old, new = cast("Node | None", change.old), cast("Node | None", change.new)
    if new is None:
        return tr("node {key} is gone", key=change.key)
    if old is None:
        return tr("node {key}: pgdat at {address:#x}", key=change.key, address=new.pgdat_pa)
    words = _differences(old, new, ("zones", "zonelist"))
    for index, zone in enumerate(new.zones):
        before = old.zones[index] if index < len(old.zones) else None
        if zone != before:
            changed = (
                _differences(before, zone, ("nr_free",)) if before else [f"start_pfn {zone.start_pfn:#x}"]
            )
            words.append(f"zone {zone.name} {', '.join(changed) or tr('free blocks')}")
    if old.zonelist != new.zonelist:
        words.append(tr("zonelist of {count}", count=len(new.zonelist)))
    return f"node {change.key}: {'; '.join(words)}"


def _differences(old: Any, new: Any, apart_from: Sequence[str]) -> list[str]:
    fields = cast("tuple[str, ...]", new._fields)
    return [
        f"{name} {value_text(name, getattr(new, name))}"
        for name in fields
        if name not in apart_from and getattr(old, name) != getattr(new, name)
    ]


def _limit_text(change: Assign) -> str:
    pfns = cast("tuple[int, ...]", change.new)
    return f"{change.key} = {', '.join(map(hex, pfns))}"


def _free_text(removed: Sequence[FreeRun], inserted: Sequence[FreeRun]) -> str:
    before = sum(run.end_pfn - run.start_pfn for run in removed)
    after = sum(run.end_pfn - run.start_pfn for run in inserted)
    where = inserted or removed
    values = {"count": abs(after - before), "first": where[0].start_pfn, "last": where[-1].end_pfn - 1}
    if after >= before:
        return tr("free {count} pages, now [{first:#x}-{last:#x}]", **values)
    return tr("take {count} pages, now [{first:#x}-{last:#x}]", **values)


def _variable_text(change: Assign) -> str:
    return f"{change.key} = {value_text(str(change.key), change.new)}"


_ASSIGNED: Mapping[str, Callable[[Assign], str]] = {
    "sections.sections": _section_text,
    "sections.roots": lambda change: tr("section root {key} at {new:#x}", key=change.key, new=change.new),
    "zones.nodes": _node_text,
    "zones.limits": _limit_text,
    "variables": _variable_text,
    "sections": _variable_text,
}

"""A moment of a boot as tables of words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ...analysis.names import said
from ...analysis.owner_classes import owner_class
from ...analysis.owner_rules import Owner
from ...base.units import hex_address, one_line, readable_size
from ...debugger.debugger import Debugger
from ...language.words import tr, trn
from ...pictures.pieces import FREE, KINDS, NOMAP, MapColumn
from ...trace.events import Trace
from ...views.memblock import RegionsView, RegionView
from ...views.state import StateView
from .part import Part, Row
from .stop import PageStop

MOST_ROWS = 160
"""So many rows of a table are on a page."""
LINES = 14
"""So many lines of the log, the last ones."""
LONGEST_LINE = 400


class Step(Struct, frozen=True):
    """A moment: where it is, its tables by their ids, its map, and how many lines the log has by then;
    `frames` are the open functions, innermost first, each with its place in the kernel's source."""

    stop: PageStop
    position: int
    name: str
    phase: int
    frames: tuple[tuple[str, str], ...]
    parts: Mapping[str, Part]
    column: MapColumn
    logged: int
    log: tuple[str, ...]


def step(debugger: Debugger, stop: PageStop, printed: Sequence[int]) -> Step:
    """The moment of a stop; `printed` are the events of the log lines that the kernel prints."""
    state = StateView(debugger, stop.position)
    frames = tuple((frame.function.name, str(frame.place)) for frame in reversed(debugger.where().frames))
    logged = bisect_left(printed, stop.position)
    return Step(
        stop=stop,
        position=state.position,
        name=state.name,
        phase=debugger.phases.at(state.position),
        frames=frames,
        parts={part.id: part for part in _parts(state)},
        column=state.map_column(),
        logged=logged,
        log=tuple(_log(debugger.trace, printed[max(logged - LINES, 0) : logged])),
    )


def printed_lines(trace: Trace) -> list[int]:
    """The events of the log lines that are printed."""
    return [event for event in trace.logs if trace.is_printed(event)]


def _log(trace: Trace, events: Sequence[int]) -> Iterator[str]:
    for event in events:
        for line in trace.log_text(event).split("\n"):
            yield line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _parts(state: StateView) -> Iterator[Part]:
    memblock = state.memblock
    yield _regions("memory", memblock.memory)
    yield _regions("reserved", memblock.reserved)
    yield from _trees(state)
    if state.sections:
        yield _sections(state)
    if state.nodes:
        yield _nodes(state)
        yield _zones(state)
    if state.e820:
        yield _e820(state)
    yield _amounts(state)
    yield _ledger(state)
    yield _variables(state)


def _part(id: str, caption: str, headings: tuple[str, ...], rows: Iterable[Row]) -> Part:
    every = tuple(rows)
    return Part(id, caption, headings, every[:MOST_ROWS], max(len(every) - MOST_ROWS, 0))


# ---- memblock ----


def _regions(id: str, array: RegionsView) -> Part:
    total = f"{readable_size(array.total_size)} ({array.total_size:#x})"
    caption = trn(
        "{count} region of {most}, {size}",
        "{count} regions of {most}, {size}",
        len(array),
        most=array.max,
        size=total,
    )
    headings = ("base", "end", tr("size"), "node", "flags", tr("who"))
    return _part(id, caption, headings, map(_region, array))


def _region(region: RegionView) -> Row:
    cells = (
        *(hex_address(region.base), f"{region.end:#x}", readable_size(region.size)),
        "" if region.nid is None else str(region.nid),
        "|".join(region.flag_names),
        _who(region),
    )
    kind = owner_class(Owner(region.owner)).value if region.owner else FREE
    kind = NOMAP if "NOMAP" in region.flag_names else kind
    return Row(cells, kind, region.size, span=(region.base, region.end))


def _who(region: RegionView) -> str:
    """Those who have it, each with its size if there are several."""
    several = len(region.owners) > 1
    return "; ".join(
        said(share.name)
        + (f" ({share.cause})" if share.cause else "")
        + (f" {readable_size(share.size)}" if several else "")
        for share in region.owners
    )


# ---- page tables ----


def _trees(state: StateView) -> Iterator[Part]:
    headings = (tr("from"), tr("to"), tr("physical"), tr("size"), tr("level"), tr("attributes"))
    for tree in state.trees.values():
        if not len(tree) and tree.table_count <= 1:
            continue
        caption = trn(
            "{count} page of tables, root {root}",
            "{count} pages of tables, root {root}",
            tree.table_count,
            root=hex_address(tree.root),
        )
        rows = (
            Row(
                (
                    *(f"{run.va_start:#018x}", f"{run.va_end:#018x}", hex_address(run.pa_start)),
                    *(readable_size(run.size), f"{run.level}, {readable_size(run.page_size)}"),
                    " ".join(run.attributes),
                ),
                size=run.size,
                span=(run.va_start, run.va_end),
            )
            for run in tree
        )
        yield _part(f"tables {tree.name}", caption, headings, rows)


# ---- sections, nodes and zones ----


def _sections(state: StateView) -> Part:
    caption = trn("{count} section is present", "{count} sections are present", len(state.sections))
    headings = ("section", "base", "end", "section_mem_map", "flags")
    rows = (
        Row(
            (
                *(str(each.number), hex_address(each.base), f"{each.end:#x}"),
                *(hex_address(each.section_mem_map), " ".join(each.flags)),
            ),
            size=each.size,
        )
        for each in state.sections.values()
    )
    return _part("sections", caption, headings, rows)


def _nodes(state: StateView) -> Part:
    headings = ("node", "first pfn", "end pfn", "spanned", "present", "pg_data_t")
    rows = (
        Row(
            (
                *(str(each.nid), f"{each.start_pfn:#x}", f"{each.end_pfn:#x}"),
                *(str(each.spanned), str(each.present), hex_address(each.pgdat)),
            )
        )
        for each in state.nodes
    )
    caption = trn("{count} node, in pages", "{count} nodes, in pages", len(state.nodes))
    return _part("nodes", caption, headings, rows)


def _zones(state: StateView) -> Part:
    headings = (
        *("node", "zone", "first pfn", "end pfn"),
        *("spanned", "present", "managed", "free"),
    )
    rows = (
        Row(
            (
                *(str(zone.nid), zone.name, f"{zone.start_pfn:#x}", f"{zone.end_pfn:#x}"),
                *(str(zone.spanned), str(zone.present), str(zone.managed), str(zone.free_pages)),
            ),
            size=zone.spanned * zone.page_size,
            keys=2,
        )
        for zone in state.zones
    )
    caption = trn("{count} zone, in pages", "{count} zones, in pages", len(state.zones))
    return _part("zones", caption, headings, rows)


# ---- the rest ----


def _e820(state: StateView) -> Part:
    from ...memory.e820 import type_name  # a PC has one

    rows = (
        Row((hex_address(each.addr), f"{each.end:#x}", readable_size(each.size), type_name(each.type)))
        for each in state.e820
    )
    headings = (tr("from"), tr("to"), tr("size"), tr("type"))
    return _part("e820", trn("{count} entry", "{count} entries", len(state.e820)), headings, rows)


def _amounts(state: StateView) -> Part:
    """How much there is of each kind of memory."""
    totals = state.map_column().totals()
    whole = sum(totals.values())
    rows = (
        Row((tr(kind), readable_size(totals[kind]), _share(totals[kind], whole)), kind, totals[kind])
        for kind in KINDS
        if kind in totals
    )
    return _part("amounts", readable_size(whole), (tr("kind"), tr("size"), tr("of all")), rows)


def _ledger(state: StateView) -> Part:
    """Who has how much of all RAM."""
    found = state.ledger()
    rows = [
        Row(
            (
                said(row.owner.name),
                tr(row.kind),
                readable_size(row.size),
                str(row.size),
                _share(row.size, found.memory),
            ),
            owner_class(row.owner).value if row.kind != "no-map" else NOMAP,
            row.size,
            2,
        )
        for row in found.rows
    ]
    free = (tr(FREE), "", readable_size(found.free), str(found.free), _share(found.free, found.memory))
    headings = (tr("who"), tr("kind"), tr("size"), tr("bytes"), tr("of all"))
    caption = tr("{size} of RAM", size=readable_size(found.memory))
    return _part("ledger", caption, headings, [*rows, Row(free, FREE, found.free, 2)])


def _share(size: int, total: int) -> str:
    return f"{100 * size / total:.1f} %" if total else ""


def _variables(state: StateView) -> Part:
    variables = state.variables
    rows = (Row((name, one_line(variables.text(name)))) for name in sorted(variables))
    return _part("variables", "", (tr("name"), tr("value")), rows)

"""Changes of nodes, zones and free pages in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from ...base.units import hex_address, readable_size
from ...debugger.inspect.answers import Said
from ...language.words import tr
from ...memory.buddy import FreeRun
from ...memory.zones import ULONG_MAX, Node, Zone, ZoneRef
from ...trace.changes import Assign, Change, Splice
from .ground import Ground
from .phrases import few, listed, pages_words, pfn_span, whose
from .zone_limits import why_zones


def zone_changes(ground: Ground, event: int) -> Iterator[Said]:
    """What an event did to nodes, zones, their limits or the buddy allocator's pages."""
    changes = cast("tuple[Change, ...]", ground.trace.payload(event))
    freed = any(isinstance(change, Splice) for change in changes)
    for change in changes:
        if isinstance(change, Splice):
            yield from _free(ground, event, change)
        elif change.target == "zones.limits":
            yield from _limits(ground, change)
        else:
            yield from _node(ground, event, change, freed)


# ---- limits ----


def _limits(ground: Ground, change: Assign) -> Iterator[Said]:
    pfns = cast("Sequence[int]", change.new)
    shown = listed([f"{hex_address(pfn)} ({hex_address(pfn * ground.page_size)})" for pfn in pfns])
    match change.key:
        case "arch_zone_lowest_possible_pfn":
            said = tr("Each zone begins no lower than this pfn (address): {pfns}.", pfns=shown)
        case "arch_zone_highest_possible_pfn":
            said = tr("Each zone ends at this pfn (address) at the latest: {pfns}.", pfns=shown)
        case "max_zone_pfns":
            said = tr(
                "The architecture says where each of its zones ends, by pfn (address): {pfns}.", pfns=shown
            )
        case "zone_movable_pfn":
            said = tr(
                "ZONE_MOVABLE begins at this pfn (address) on each node: {pfns}; 0: a node has none.",
                pfns=shown,
            )
        case _:
            said = tr("{limit}: {pfns}.", limit=change.key, pfns=shown)
    yield Said(said)


# ---- nodes ----


def _node(ground: Ground, event: int, change: Assign, freed: bool) -> Iterator[Said]:
    old, new = cast("Node | None", change.old), cast("Node | None", change.new)
    if new is None:
        yield Said(tr("Node {nid} is gone.", nid=change.key))
        return
    if old is None:
        owner = ground.owners.reserved_by(new.pgdat_pa, event)
        yield Said(
            tr(
                "Node {nid} gets its pg_data_t, at {address} ({owner}): the structure that has its zones.",
                nid=new.nid,
                address=hex_address(new.pgdat_pa),
                owner=whose(owner.owner) if owner else tr("in the kernel image"),
            )
        )
        old = Node(new.nid, new.pgdat_pa)
    size = ground.page_size
    if (old.start_pfn, old.spanned) != (new.start_pfn, new.spanned):
        yield Said(
            tr(
                "Node {nid} spans {span}.",
                nid=new.nid,
                span=pfn_span(new.start_pfn, new.start_pfn + new.spanned, size),
            )
        )
    if old.present != new.present:
        holes = new.spanned - new.present
        yield Said(
            tr(
                "{present} of what it spans are present; {holes} are holes.",
                present=pages_words(new.present, size),
                holes=pages_words(max(holes, 0), size),
            )
        )
    if old.nr_zones != new.nr_zones:
        yield Said(
            tr("Its nr_zones is {count}: one more than its highest zone with pages.", count=new.nr_zones)
        )
    if old.first_deferred_pfn != new.first_deferred_pfn and new.first_deferred_pfn != ULONG_MAX:
        yield Said(
            tr(
                "Its page structs from pfn {pfn} on are made later, by threads of their own.",
                pfn=hex_address(new.first_deferred_pfn),
            )
        )
    for index, zone in enumerate(new.zones):
        before = old.zones[index] if index < len(old.zones) else None
        if zone != before:
            yield from _zone(ground, new, before, zone, freed)
    if [zone.spanned for zone in old.zones] != [zone.spanned for zone in new.zones]:
        yield from why_zones(ground, event, new)
    if old.zonelist != new.zonelist:
        yield Said(
            tr(
                "An allocation on node {nid} tries these zones, in this order: {zones}.",
                nid=new.nid,
                zones=few([_ref(ground, event, ref) for ref in new.zonelist], 6),
            )
        )
    if old == new:
        yield Said(tr("Node {nid} stays as it is.", nid=new.nid))


def _ref(ground: Ground, event: int, ref: ZoneRef) -> str:
    node = ground.state(event).zones.nodes.get(ref.nid)
    name = node.zones[ref.zone].name if node is not None and ref.zone < len(node.zones) else str(ref.zone)
    return tr("{zone} of node {nid}", zone=name, nid=ref.nid)


def _zone(ground: Ground, node: Node, old: Zone | None, new: Zone, freed: bool) -> Iterator[Said]:
    before, size = old or Zone(new.name), ground.page_size
    place = tr("Zone {zone} of node {nid}", zone=new.name, nid=node.nid)
    if (before.start_pfn, before.spanned) != (new.start_pfn, new.spanned):
        if new.spanned:
            span = pfn_span(new.start_pfn, new.end_pfn, size)
            yield Said(
                tr(
                    "{zone} spans {span}: {pages}.",
                    zone=place,
                    span=span,
                    pages=pages_words(new.spanned, size),
                )
            )
        else:
            yield Said(tr("{zone} spans nothing.", zone=place))
    if before.present != new.present:
        yield Said(
            tr(
                "{zone} has {present}; {holes} of its span are holes, where no memory is.",
                zone=place,
                present=pages_words(new.present, size),
                holes=pages_words(max(new.spanned - new.present, 0), size),
            )
        )
    if before.managed != new.managed:
        yield Said(
            tr(
                "{zone} manages {managed}, {more} than before: those that its allocator may hand out.",
                zone=place,
                managed=pages_words(new.managed, size),
                more=_difference(new.managed - before.managed),
            )
        )
    if before.cma_pages != new.cma_pages:
        yield Said(tr("{zone} has {pages} of CMA.", zone=place, pages=pages_words(new.cma_pages, size)))
    if before.nr_free != new.nr_free and any(new.nr_free):
        blocks = [
            tr("{count} of {size}", count=count, size=readable_size(size << order))
            for order, count in enumerate(new.nr_free)
            if count
        ]
        yield Said(tr("{zone} has these free blocks now: {blocks}.", zone=place, blocks=few(blocks, 11)))
    elif old is None and not new.spanned and not freed:
        yield Said(tr("{zone} is there, and empty as yet.", zone=place))
    elif before.nr_free != new.nr_free:
        yield Said(tr("{zone} has no free blocks.", zone=place))


def _difference(pages: int) -> str:
    return tr("{count} more", count=pages) if pages >= 0 else tr("{count} fewer", count=-pages)


# ---- free pages ----


def _free(ground: Ground, event: int, change: Splice) -> Iterator[Said]:
    removed = cast("tuple[FreeRun, ...]", change.removed)
    inserted = cast("tuple[FreeRun, ...]", change.inserted)
    before = sum(run.end_pfn - run.start_pfn for run in removed)
    after = sum(run.end_pfn - run.start_pfn for run in inserted)
    pages = pages_words(abs(after - before), ground.page_size)
    if after >= before:
        yield Said(
            tr("{pages} go to the buddy allocator: from now on anybody may be given them.", pages=pages)
        )
    else:
        yield Said(tr("{pages} are taken from the buddy allocator.", pages=pages))
    size = ground.page_size
    if len(inserted) == 1 and removed and after >= before:
        yield Said(
            tr(
                "They join the free pages beside them: {span} are free now, {whole}.",
                span=pfn_span(inserted[0].start_pfn, inserted[0].end_pfn, size),
                whole=pages_words(after, size),
            )
        )
    elif inserted:
        spans = [pfn_span(run.start_pfn, run.end_pfn, size) for run in inserted]
        yield Said(tr("Free are now {spans}.", spans=few(spans)))
    yield Said(_alone(ground, event, inserted))


def _alone(ground: Ground, event: int, inserted: Sequence[FreeRun]) -> str:
    if not inserted:
        return tr("Nothing of that run of free pages is left.")
    run = inserted[0]
    return tr(
        "Where reserved memory lies beside them, the run ends: that memory was never given to the allocator. "
        "The pages belong to zone {zone} of node {nid}.",
        zone=_zone_name(ground, event, run),
        nid=run.nid,
    )


def _zone_name(ground: Ground, event: int, run: FreeRun) -> str:
    node = ground.state(event).zones.nodes.get(run.nid)
    return node.zones[run.zone].name if node is not None and run.zone < len(node.zones) else str(run.zone)

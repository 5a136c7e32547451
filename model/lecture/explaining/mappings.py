"""Changes of page tables in sentences: what is mapped where, by which entries, with which attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from ...base.units import hex_address, readable_size
from ...debugger.inspect.answers import Said
from ...language.words import tr, trn
from ...memory.pagetable.areas import Area
from ...memory.pagetable.entries import leaf_name, leaf_words
from ...memory.pagetable.runs import remains, written
from ...memory.pagetable.tables import PAGE_LEVEL, RUNS, TABLES, Geometry, Run, TableRun
from ...trace.changes import Assign, Change, Splice
from .ground import Ground
from .phrases import extent, whose


def table_changes(ground: Ground, event: int) -> Iterator[Said]:
    """What an event did to a tree of page tables."""
    for change in cast("tuple[Change, ...]", ground.trace.payload(event)):
        target = change.target
        tree = target.removesuffix(RUNS).removesuffix(TABLES)
        if isinstance(change, Assign):
            yield Said(_field(ground, tree, change))
        elif target.endswith(RUNS):
            yield from _runs(ground, event, tree, change)
        else:
            yield from _tables(ground, event, tree, change)


def _symbol(ground: Ground, tree: str) -> str:
    """What the kernel calls a tree."""
    found = [pgdir.symbol for pgdir in ground.arch.pgdirs if pgdir.target == tree]
    return found[0] if found else tree


def _geometry(ground: Ground, event: int, tree: str) -> Geometry:
    state = ground.state(event)
    return state.trees[tree].geometry if tree in state.trees else state.page_tables.geometry


def _field(ground: Ground, tree: str, change: Assign) -> str:
    value = hex_address(change.new) if isinstance(change.new, int) else str(change.new)
    return tr("{field} of {tree} is {value} now.", field=change.key, tree=_symbol(ground, tree), value=value)


# ---- entries that map memory ----


def _runs(ground: Ground, event: int, tree: str, change: Splice) -> Iterator[Said]:
    removed = cast("tuple[Run, ...]", change.removed)
    inserted = cast("tuple[Run, ...]", change.inserted)
    new = written(removed, inserted)
    if not new:
        yield from _unmapped(ground, tree, removed, inserted)
        return
    first = new[0]
    size = sum(run.va_end - run.va_start for run in new)
    yield Said(
        tr(
            "{size} of virtual addresses from {virtual} on lead to physical {physical} now, in {tree}.",
            size=readable_size(size),
            virtual=hex_address(first.va_start),
            physical=hex_address(first.pa_start),
            tree=_symbol(ground, tree),
        )
    )
    area = _area(ground, event, first.va_start)
    if area:
        yield Said(tr("These addresses are in the area “{area}”.", area=area))
    yield from _target(ground, event, first.pa_start)
    yield Said(_entries(ground, first, size))
    yield Said(_why_so(first, size, _geometry(ground, event, tree)))
    yield from _attributes(ground, first)
    joined = [run for run in inserted if run.va_start < first.va_start and run.va_end >= first.va_end]
    if joined:
        yield Said(
            tr(
                "It continues what is mapped just below with the same attributes: in all {size} from {start} "
                "on are mapped alike.",
                size=readable_size(joined[0].va_end - joined[0].va_start),
                start=hex_address(joined[0].va_start),
            )
        )


def _unmapped(ground: Ground, tree: str, removed: Sequence[Run], inserted: Sequence[Run]) -> Iterator[Said]:
    gone = [piece for run in removed for piece in remains(run, inserted)]
    if not gone:
        yield Said(
            tr("Entries of {tree} are written again, and say what they said.", tree=_symbol(ground, tree))
        )
        return
    yield Said(
        tr(
            "{size} of virtual addresses from {virtual} on lead nowhere any more in {tree}: the entries are "
            "cleared.",
            size=readable_size(sum(run.va_end - run.va_start for run in gone)),
            virtual=hex_address(gone[0].va_start),
            tree=_symbol(ground, tree),
        )
    )


def _area(ground: Ground, event: int, address: int) -> str:
    """The name of the area of the kernel's half that a virtual address is in; "" if nobody knows."""
    if ground.facts.address_map is None:
        return ""
    variables = ground.state(event).variables
    layout = ground.arch.placement(ground.facts.address_map, variables.__getitem__).address_map
    areas: list[Area] = [
        area for area in ground.arch.areas(layout, ground.symbols) if area.start <= address < area.end
    ]
    return min(areas, key=lambda area: area.end - area.start).name if areas else ""


def _target(ground: Ground, event: int, address: int) -> Iterator[Said]:
    """Who has the memory that something leads to."""
    claim = ground.owners.reserved_by(address, event)
    if claim is not None:
        yield Said(tr("The memory there is reserved for {owner}.", owner=whose(claim.owner)), claim.event)
        return
    memory = ground.owners.memory_by(address, event)
    if memory is not None:
        yield Said(tr("The memory there is free at this moment."), memory.event)


def _entries(ground: Ground, run: Run, size: int) -> str:
    count = size // run.page_size
    kind = leaf_name(ground.entries, run.level)
    values = {
        "kind": kind,
        "size": readable_size(run.page_size),
        "level": ground.entries.level_words(run.level),
    }
    said = trn(
        "One entry is written for it, a {kind} of {size}, in a table of {level}",
        "{count} entries are written for it, each a {kind} of {size}, in tables of {level}",
        count,
        **values,
    )
    if run.cont:
        return said + tr("; they are marked as neighbours that a TLB may keep as one.")
    return said + tr(".")


def _why_so(run: Run, size: int, geometry: Geometry) -> str:
    """Why entries of this size."""
    if run.level < PAGE_LEVEL:
        return tr(
            "An entry of this level can map {size} at once, since both addresses are multiples of that: it "
            "saves a table of the next level, and a TLB needs one entry for all of it.",
            size=readable_size(run.page_size),
        )
    block = geometry.size(PAGE_LEVEL - 1)
    whole = readable_size(block)
    if size < block:
        return tr("Pages are used, since less than the {block} of a larger entry is mapped.", block=whole)
    if run.va_start % block or run.pa_start % block:
        return tr(
            "Pages are used, since the addresses are not both multiples of {block}, as a larger entry needs.",
            block=whole,
        )
    return tr(
        "An entry of {block} would fit here; the caller wants pages, so that the attributes of single ones "
        "can be changed later.",
        block=whole,
    )


def _attributes(ground: Ground, run: Run) -> Iterator[Said]:
    from ..glossary.terms import find  # terms are read when the first one is told

    for word in leaf_words(ground.entries, run.attrs, run.level):
        term = find(word)
        meaning = term.short if term is not None else ground.entries.meaning(word)
        yield Said(tr("{word}: {meaning}", word=word, meaning=meaning))


# ---- table pages ----


def _tables(ground: Ground, event: int, tree: str, change: Splice) -> Iterator[Said]:
    removed = cast("tuple[TableRun, ...]", change.removed)
    inserted = cast("tuple[TableRun, ...]", change.inserted)
    new = sum(run.count for run in inserted) - sum(run.count for run in removed)
    symbol = _symbol(ground, tree)
    if not inserted or new < 0:
        yield Said(trn("A table of {tree} is gone.", "{count} tables of {tree} are gone.", -new, tree=symbol))
        return
    last = inserted[-1]
    page = last.pa_first + (last.count - 1) * last.pa_step
    address = last.va_first + (last.count - 1) * last.va_step
    geometry = _geometry(ground, event, tree)
    yield Said(
        tr(
            "{tree} gets a table of {level}, in the page at physical {page}, for the virtual addresses from "
            "{address} on.",
            tree=symbol,
            level=ground.entries.level_words(last.level),
            page=hex_address(page),
            address=hex_address(address),
        )
    )
    yield Said(
        tr(
            "It has {count} entries, each of which leads to {size}; all are empty at first.",
            count=geometry.entries(last.level),
            size=readable_size(geometry.size(last.level)),
        )
    )
    claim = ground.owners.reserved_by(page, event)
    if claim is not None:
        said = tr("Its page was reserved for {owner}.", owner=whose(claim.owner))
        yield Said(said, claim.event)
    if new > 1:
        where = extent(last.pa_first, geometry.entries(last.level) * 8)
        yield Said(tr("{count} tables come at once, the first of them {where}.", count=new, where=where))
    yield Said(_root(geometry, last))


def _root(geometry: Geometry, run: TableRun) -> str:
    if run.level == geometry.start_level:
        return tr("It is the root: a CPU begins every walk here.")
    return tr("The entry above it that led nowhere leads to it now, so that a walk can go on here.")

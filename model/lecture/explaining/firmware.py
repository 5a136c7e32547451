"""Changes of the e820 tables and of the tables about NUMA nodes, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from ...base.units import address_range, hex_address, readable_size
from ...debugger.inspect.answers import Said
from ...language.words import tr, trn
from ...memory.e820 import RESOURCE_NAMES, E820Entry, type_name
from ...memory.numa import NumaMemblk
from ...trace.changes import Change, Splice
from .ground import Ground
from .phrases import few

MOST = 4


def e820_changes(ground: Ground, event: int) -> Iterator[Said]:
    """What an event did to one of the kernel's three e820 tables."""
    for change in cast("tuple[Change, ...]", ground.trace.payload(event)):
        if isinstance(change, Splice):
            yield from _entries(change)


def _entries(change: Splice) -> Iterator[Said]:
    table = change.target.rpartition(".")[2]
    removed = cast("tuple[E820Entry, ...]", change.removed)
    inserted = cast("tuple[E820Entry, ...]", change.inserted)
    gone = [entry for entry in removed if entry not in inserted]
    new = [entry for entry in inserted if entry not in removed]
    if not removed:
        yield Said(trn("{table} gets an entry.", "{table} gets {count} entries.", len(inserted), table=table))
    elif not inserted:
        yield Said(
            trn("{table} loses an entry.", "{table} loses {count} entries.", len(removed), table=table)
        )
    elif not new and not gone:
        yield Said(tr("The entries of {table} are put in the order of their addresses.", table=table))
    else:
        yield Said(tr("Entries of {table} change.", table=table))
    for entry in gone[:MOST]:
        yield Said(tr("No longer in it: {entry}.", entry=_entry(entry)))
    for entry in new[:MOST]:
        yield Said(tr("New in it: {entry}.", entry=_entry(entry)))
        yield Said(_use(entry))
    if len(new) > MOST:
        yield Said(tr("{count} more entries are new.", count=len(new) - MOST))
    if len(gone) > MOST:
        yield Said(tr("{count} more entries are gone.", count=len(gone) - MOST))


def _entry(entry: E820Entry) -> str:
    return f"{address_range(entry.addr, entry.size)} {readable_size(entry.size)}, {type_name(entry.type)}"


def _use(entry: E820Entry) -> str:
    from ..glossary.terms import find  # terms are read when the first one is told

    term = find(f"e820 {type_name(entry.type)}")
    said = tr(
        "/proc/iomem calls this type “{name}”", name=RESOURCE_NAMES.get(entry.type, type_name(entry.type))
    )
    return tr("{said}: {meaning}", said=said, meaning=term.short) if term is not None else said + tr(".")


def numa_changes(ground: Ground, event: int) -> Iterator[Said]:
    """What an event did to what is known of nodes."""
    for change in cast("tuple[Change, ...]", ground.trace.payload(event)):
        if not isinstance(change, Splice):
            continue
        name = change.target.rpartition(".")[2]
        if name in ("numa_meminfo", "numa_reserved_meminfo"):
            yield from _memory(name, change)
        elif name == "numa_distance":
            yield from _distances(change)
        else:
            offsets = [hex_address(each) for each in cast("Sequence[int]", change.inserted)]
            yield Said(
                tr(
                    "{name} has what is added to a per-CPU variable's address to find each CPU's own copy: "
                    "{offsets}.",
                    name=name,
                    offsets=few(offsets, MOST),
                )
            )


def _memory(name: str, change: Splice) -> Iterator[Said]:
    removed = cast("tuple[NumaMemblk, ...]", change.removed)
    inserted = cast("tuple[NumaMemblk, ...]", change.inserted)
    for block in inserted[:MOST]:
        where = address_range(block.start, block.end - block.start)
        size = readable_size(block.end - block.start)
        said = tr("{range} {size} are memory of node {nid}", range=where, size=size, nid=block.nid)
        if removed:
            yield Said(
                said
                + tr(", where {table} had {old}.", table=name, old=few([_block(each) for each in removed]))
            )
        else:
            yield Said(said + tr(", firmware says: a new entry of {table}.", table=name))
    if not inserted:
        yield Said(
            tr("{table} no longer has {old}.", table=name, old=few([_block(each) for each in removed]))
        )


def _block(block: NumaMemblk) -> str:
    return tr(
        "{range} on node {nid}", range=address_range(block.start, block.end - block.start), nid=block.nid
    )


def _distances(change: Splice) -> Iterator[Said]:
    rows = cast("Sequence[Any]", change.inserted)
    for at, row in enumerate(rows[:MOST]):
        yield Said(
            tr(
                "The distances from node {nid} to all nodes are {distances}: 10 is near, 20 twice as far.",
                nid=change.index + at,
                distances=few([str(each) for each in row], 8),
            )
        )
    if not rows:
        yield Said(tr("The distances are forgotten."))

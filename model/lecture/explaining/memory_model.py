"""Changes of sections and of what hangs on them, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ...base.units import hex_address, readable_size
from ...debugger.inspect.answers import Said
from ...language.words import tr, trn
from ...memory.sparsemem import MemSection
from ...trace.changes import Assign, Change
from .ground import Ground
from .phrases import extent, listed, whose


def section_changes(ground: Ground, event: int) -> Iterator[Said]:
    """What an event did to sparse memory, or to the one array of flat memory."""
    for change in cast("tuple[Change, ...]", ground.trace.payload(event)):
        if not isinstance(change, Assign):
            continue
        if change.target == "sections.sections":
            yield from _section(ground, change)
        elif change.target == "sections.roots":
            yield Said(
                tr(
                    "Root {root} of mem_section lies at {address}: a page of struct mem_section, one for "
                    "each of its sections.",
                    root=change.key,
                    address=hex_address(change.new or 0),
                )
            )
        else:
            yield Said(_field(ground, event, change))


def _section(ground: Ground, change: Assign) -> Iterator[Said]:
    old, new = cast("MemSection | None", change.old), cast("MemSection | None", change.new)
    size = 1 << ground.shifts.section
    where = extent(change.key * size, size)
    if new is None:
        yield Said(tr("Section {number}, {range}, is no longer there.", number=change.key, range=where))
        return
    if old is None or not old.flag_names():
        yield Said(
            tr(
                "Section {number} is {range}. It is marked as present: some of it is memory, so that it will "
                "get page structs.",
                number=change.key,
                range=where,
            )
        )
    else:
        yield Said(tr("Section {number}, {range}, changes.", number=change.key, range=where))
    before = old or MemSection(0)
    gained = [name for name in new.flag_names() if name not in before.flag_names()]
    if gained:
        yield from _flags(gained)
    if new.has_mem_map and new.section_mem_map != before.section_mem_map:
        yield Said(
            tr(
                "section_mem_map is {value}: where page structs would begin if pfn 0 were in this section, "
                "with the flags in its low bits; adding a pfn to it finds a struct page.",
                value=hex_address(new.section_mem_map),
            )
        )
    if new.usage_pa and new.usage_pa != before.usage_pa:
        yield Said(
            tr(
                "Its usage map, with the flags of page blocks and subsections, is at {address}.",
                address=hex_address(new.usage_pa),
            )
        )
    if new.subsection_map != before.subsection_map:
        count = sum(map(int.bit_count, new.subsection_map))
        yield Said(
            trn(
                "One of its subsections of 2 MiB has memory.",
                "{count} of its subsections of 2 MiB have memory.",
                count,
            )
        )


def _flags(names: list[str]) -> Iterator[Said]:
    from ..glossary.terms import find  # terms are read when the first one is told

    yield Said(tr("It gets the marks {flags}.", flags=listed(names)))
    for name in names:
        term = find(name)
        if term is not None:
            yield Said(tr("{word}: {meaning}", word=name, meaning=term.short))


def _field(ground: Ground, event: int, change: Assign) -> str:
    value = int(change.new or 0)
    match change.key:
        case "mem_section_pa":
            owner = ground.owners.reserved_by(value, event + 1)
            return tr(
                "mem_section lies at {address} now ({owner}): the table of roots through which every section "
                "is found.",
                address=hex_address(value),
                owner=whose(owner.owner) if owner else tr("in memory of its own"),
            )
        case "sparsemap_buf" if not value:
            return tr("The buffer that page structs are cut from is given up: all sections have theirs.")
        case "sparsemap_buf":
            return tr(
                "The buffer that page structs are cut from begins at {address} now.",
                address=hex_address(value),
            )
        case "sparsemap_buf_end":
            return tr(
                "The buffer that page structs are cut from ends at {address}.", address=hex_address(value)
            )
        case "node_mem_map" | "mem_map":
            return tr(
                "{field} is {address} now: flat memory has one array of page structs for everything.",
                field=change.key,
                address=hex_address(value),
            )
        case "mem_map_pages":
            return tr(
                "The array of page structs is for {pages} pages, {size} of memory.",
                pages=value,
                size=readable_size(value * ground.page_size),
            )
        case _:
            return tr("{field} is {value} now.", field=change.key, value=hex_address(value))

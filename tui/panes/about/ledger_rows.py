"""The ledger of all RAM as rows of a pane, with a bar for each owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ....model.analysis.accounting import Ledger, LedgerEntry
from ....model.analysis.names import said
from ....model.analysis.owner_classes import OwnerClass, owner_class
from ....model.base.units import hex_address, readable_size
from ....model.debugger.moment import Moment
from ....model.language.words import tr
from ...draw.lines import Line, Span, plain
from ...draw.owner_glyphs import FREE, GLYPHS, NOMAP
from ...draw.widths import cells, clipped, ljust, wrapped

ORDERS = ("size", "name", "address", "pieces")
LONGEST_BAR, SHORTEST_BAR = 32, 6
NAMES = 36
"""Columns that names have at most."""
NUMBERS = 11 + 15 + 8
"""Columns of a size, its bytes and its share."""
EIGHTHS = " ▏▎▍▌▋▊▉"


class LedgerRow(NamedTuple):
    """A line (a heading, if it is just words), the event it leads to, the address it is about and what can be
    watched there."""

    line: Line | str
    event: int | None = None
    subject: str | None = None
    watch: str | None = None


def ledger_rows(moment: Moment, found: Ledger, width: int, order: str) -> Iterator[LedgerRow]:
    """All owners in an order, what is free, and their sum; then the kernel's own line explained."""
    names = max([cells(said(row.owner.name)) + 2 * (row.kind != "reserved") for row in found.rows] + [8])
    names = max(min(names, NAMES, width - 2 - NUMBERS), 8)
    largest = max((row.size for row in found.rows), default=0)
    room = width - 2 - names - NUMBERS - 2
    bar = min(room, LONGEST_BAR) if room >= SHORTEST_BAR else 0
    columns = (names, bar, room - bar - 2)
    yield LedgerRow(_sum(found))
    for row in _ordered(found.rows, order):
        yield _owner(moment, found, row, columns, largest)
    for glyph, name, size in ((FREE, tr("free"), found.free), ((" ", ""), tr("all RAM"), found.memory)):
        yield LedgerRow([glyph, (" ", ""), *_numbers(name, size, found.memory, names)])
    yield from (LedgerRow(line) for line in _notes(found))
    if found.account is not None:
        yield LedgerRow(tr("the kernel's own line, and how it follows"))
        first, *others = found.account.lines()
        for at, part in enumerate(wrapped(plain(first), max(width, 8))):
            yield LedgerRow([(part, "")], found.account.event if at == 0 else None)
        yield from (LedgerRow([(line, "")]) for line in others)


def _sum(found: Ledger) -> str:
    """All of it in a sentence."""
    memory, reserved, free = map(readable_size, (found.memory, found.reserved, found.free))
    if not found.nomap:
        return tr(
            "{memory} of RAM: {reserved} reserved, {free} free", memory=memory, reserved=reserved, free=free
        )
    return tr(
        "{memory} of RAM: {reserved} reserved, {nomap} no-map, {free} free",
        memory=memory,
        reserved=reserved,
        nomap=readable_size(found.nomap),
        free=free,
    )


def _ordered(rows: tuple[LedgerEntry, ...], order: str) -> list[LedgerEntry]:
    if order == "name":
        return sorted(rows, key=lambda row: (said(row.owner.name).lower(), row.first))
    if order == "address":
        return sorted(rows, key=lambda row: row.first)
    if order == "pieces":
        return sorted(rows, key=lambda row: (-row.pieces, -row.size))
    return list(rows)


def _owner(
    moment: Moment, found: Ledger, row: LedgerEntry, columns: tuple[int, int, int], largest: int
) -> LedgerRow:
    names, bar, room = columns
    asked = moment.owners.nomap_by if row.kind == "no-map" else moment.owners.reserved_by
    claim = asked(row.first, found.position)
    span = _glyph(row)
    line: Line = [span, (" ", ""), *_numbers(said(row.owner.name), row.size, found.memory, names)]
    if bar:
        line += [("  ", ""), (f"{_bar(row.size, largest, bar):{bar}}", span[1])]
    notes = [row.kind] if row.kind != "reserved" else []
    notes += [tr("{pieces} pieces", pieces=row.pieces)] if row.pieces > 1 else []
    notes += [said(row.owner.cause)] if row.owner.cause else []
    if notes and room > 10:
        line += [(f"  {plain('; '.join(notes))}", "dim")]
    return LedgerRow(line, claim.event if claim else None, hex_address(row.first), f"watch:{row.first:#x}")


def _glyph(row: LedgerEntry) -> Span:
    if row.kind == "no-map":
        return NOMAP.mention()
    return GLYPHS[OwnerClass.CMA if row.kind == "cma" else owner_class(row.owner)].mention()


def _numbers(name: str, size: int, total: int, names: int) -> Line:
    share = f"{100 * size / total:6.1f} %" if total else " " * 8
    shown = plain(name)
    shown = shown if cells(shown) <= names else f"{clipped(shown, names - 1)}…"
    return [(ljust(shown, names), ""), (f"{readable_size(size):>11}", "strong"), (f"{size:>15}{share}", "")]


def _bar(size: int, largest: int, width: int) -> str:
    """A bar in eighths of a column; the smallest thing has one of them."""
    eighths = max(size * width * 8 // max(largest, 1), 1)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _notes(found: Ledger) -> Iterator[Line]:
    for row in found.outside:
        yield [
            (
                tr(
                    "outside RAM: {size} for {name}",
                    size=readable_size(row.size),
                    name=plain(said(row.owner.name)),
                ),
                "dim",
            )
        ]
    if found.partial_free:
        yield [
            (
                tr(
                    "of what is free, {partial_free} bytes are parts of pages, which nobody gets",
                    partial_free=found.partial_free,
                ),
                "dim",
            )
        ]

"""Where did my memory go: all RAM by owner, at any position, to the byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ..base.intervals import IntervalMap
from ..base.units import readable_size
from ..language.words import tr
from ..memory.memblock.regions import MEMBLOCK_NOMAP
from ..memory.state import State
from ..memory.zones import Node, Zone
from .mem_init_report import Account, account
from .names import said
from .owner_rules import Owner
from .ownership import CmaArea, Owners

Range = tuple[int, int]


class LedgerEntry(NamedTuple):
    """What one owner has: bytes in so many pieces, the first of them at `first`.  `kind` is ``reserved``,
    ``cma`` (reserved now, lent out later) or ``no-map`` (not reserved, but kept out of the linear map)."""

    owner: Owner
    size: int
    pieces: int
    kind: str
    first: int


class Ledger(Struct, frozen=True):
    """All RAM at a position, in bytes: the sizes of `rows` and `free` add up to `memory`.

    `memory` is the sum of memblock.memory's regions; `outside` lists what is reserved where there is no
    memory; `partial_free` are the bytes of `free` that are no whole pages, which nobody will get.  `account`
    compares all that with the kernel's own ``Memory:`` line, once it is printed.
    """

    position: int
    memory: int
    rows: tuple[LedgerEntry, ...]
    free: int
    partial_free: int
    outside: tuple[LedgerEntry, ...]
    account: Account | None

    @property
    def reserved(self) -> int:
        """The bytes of RAM that are reserved."""
        return sum(row.size for row in self.rows if row.kind != "no-map")

    @property
    def nomap(self) -> int:
        """The bytes of RAM that are not reserved, but kept out of the linear map."""
        return sum(row.size for row in self.rows if row.kind == "no-map")

    @property
    def cma(self) -> int:
        """The bytes reserved for CMA areas."""
        return sum(row.size for row in self.rows if row.kind == "cma")


def ledger(owners: Owners, state: State, position: int) -> Ledger:
    """The ledger of a `state` that stands at `position`."""
    page_size = state.memblock.page_size
    reserved = owners.reserved(position)
    areas = owners.cma_areas(position)
    memory = [region for region in state.memblock.memory.regions if region.size]
    inside, outside, nomap = LedgerEntries(areas), LedgerEntries(areas), LedgerEntries(())
    free: list[Range] = []
    deferred = end = 0
    for region in memory:
        outside.add(reserved, end, region.base)
        end = max(end, region.end)
        inside.add(reserved, region.base, region.end)
        rest = gaps(reserved, region.base, region.end)
        if region.flags & MEMBLOCK_NOMAP:
            marks = owners.nomap(position)
            for start, stop in rest:
                nomap.add(marks, start, stop, "no-map")
        else:
            free += rest
            deferred += sum(_deferred(state, region.nid, start, stop) for start, stop in rest)
    outside.add(reserved, end, 1 << 64)
    found = Ledger(
        position,
        sum(region.size for region in memory),
        tuple(sorted((*inside, *nomap), key=lambda row: -row.size)),
        sum(stop - start for start, stop in free),
        sum(partial(start, stop, page_size) for start, stop in free),
        tuple(outside),
        None,
    )
    lost = sum(partial(region.base, region.end, page_size) for region in memory)
    sizes = {
        "memory": found.memory,
        "free": found.free,
        "partial_free": found.partial_free,
        "partial_memory": lost,
        "deferred": deferred,
        "managed": sum(zone.managed for zone in _zones(state)) * page_size,
        "in_buddy": sum(zone.free_pages for zone in _zones(state)) * page_size,
        "reserved": found.reserved - found.cma,
        "nomap": found.nomap,
        "cma": found.cma,
    }
    return replace(found, account=account(owners.occurrences, position, sizes))


def _zones(state: State) -> Iterator[Zone]:
    for nid in state.zones.nodes:
        node: Node = state.zones.nodes[nid]
        yield from node.zones


def _deferred(state: State, nid: int, start: int, end: int) -> int:
    """The bytes of whole pages in [start, end) that wait for their page structs."""
    node: Node | None = state.zones.nodes.get(nid)
    page_size = state.memblock.page_size
    if node is None or node.first_deferred_pfn * page_size >= end:
        return 0
    first = max(-(-start // page_size), node.first_deferred_pfn)
    return max(end // page_size - first, 0) * page_size


class LedgerEntries:
    """Rows in the making, one for each owner and kind."""

    def __init__(self, areas: Sequence[CmaArea]) -> None:
        self.areas = areas
        self._rows: dict[tuple[Owner, str], LedgerEntry] = {}

    def __iter__(self) -> Iterator[LedgerEntry]:
        return iter(self._rows.values())

    def add(self, owners: IntervalMap[Owner], start: int, end: int, kind: str = "reserved") -> None:
        """Count what lies in [start, end)."""
        if start >= end:
            return
        for piece in owners.within(start, end):
            cma = sum(max(min(piece.end, area.end) - max(piece.start, area.start), 0) for area in self.areas)
            if cma:
                self._count(piece.value, cma, "cma", piece.start)
            if piece.end - piece.start > cma:
                self._count(piece.value, piece.end - piece.start - cma, kind, piece.start)

    def _count(self, owner: Owner, size: int, kind: str, start: int) -> None:
        old = self._rows.get((owner, kind))
        if old is None:
            self._rows[owner, kind] = LedgerEntry(owner, size, 1, kind, start)
        else:
            self._rows[owner, kind] = old._replace(size=old.size + size, pieces=old.pieces + 1)


def gaps(reserved: IntervalMap[Any], start: int, end: int) -> Iterable[Range]:
    """The parts of [start, end) that are not reserved."""
    found: list[Range] = []
    for piece in reserved.within(start, end):
        if start < piece.start:
            found.append((start, piece.start))
        start = piece.end
    if start < end:
        found.append((start, end))
    return found


def partial(start: int, end: int, page_size: int) -> int:
    """The bytes of [start, end) that are no whole pages."""
    first, last = -(-start // page_size), end // page_size
    return end - start - max(last - first, 0) * page_size


def ledger_lines(found: Ledger) -> Iterator[str]:
    """The ledger in words, the largest first."""
    yield from (_row_line(row, found.memory) for row in found.rows)
    yield _line(found.free, found.memory, tr("free"), "")
    yield _line(found.memory, found.memory, tr("all RAM"), "")
    for row in found.outside:
        yield tr("outside RAM: {size} for {owner}", size=readable_size(row.size), owner=said(row.owner.name))
    if found.partial_free:
        yield tr(
            "of what is free, {count} bytes are parts of pages, which nobody gets",
            count=found.partial_free,
        )
    if found.account is not None:
        yield from found.account.lines()


def _row_line(row: LedgerEntry, total: int) -> str:
    notes = [row.kind] if row.kind != "reserved" else []
    notes += [tr("{pieces} pieces", pieces=row.pieces)] if row.pieces > 1 else []
    notes += [said(row.owner.cause)] if row.owner.cause else []
    return _line(row.size, total, said(row.owner.name), "; ".join(notes))


def _line(size: int, total: int, name: str, notes: str) -> str:
    share = f"{100 * size / total:5.1f} %" if total else ""
    return f"{readable_size(size):>11} {size:>14} {share}  {name}" + (f"  ({notes})" if notes else "")

"""An SRAT put among the ACPI tables of a board, in the place of the one it has, where its firmware would.

SeaBIOS puts tables one right behind the other, so those behind move; EDK II gives each of a PC's its page,
downwards, and the next ones take the next pages; where neither is seen it gets room of its own near the
others.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.firmware.acpi_tables import ACPI_HEADERLESS, HEADER_SIZE, AcpiTable
from ....model.firmware.srat import summed
from ....model.language.words import tr
from ...core.board import Span
from ...core.inputs import Firmware
from .acpi_pointers import with_pointers

PAGE = 4096
NEW = -1
"""The address of the table that has none yet."""
OF_NODES = ("SRAT", "SLIT", "HMAT")
"""Tables that tell of nodes: QEMU writes the first alone if it is told nothing of distances."""
UNLISTED = ("DSDT", *ACPI_HEADERLESS)
"""Tables that no root table lists."""

Places = Mapping[int, int]
"""Where tables are to lie, by where they were."""


def with_srat(
    firmware: Firmware,
    srat: bytes,
    followers: Collection[str],
    kept: Sequence[Span],
    board: str,
    dsdt: bytes | None = None,
) -> Firmware:
    """The firmware with this SRAT where its own is, or before those of its tables that are `followers`, and
    with another DSDT; `kept` are the ranges of memory that firmware keeps.  Raises `InputError` if there is
    no room."""
    before = firmware.acpi
    tables = [table for table in before if table.signature not in OF_NODES]
    if dsdt is not None:
        tables = [replace(table, data=dsdt) if table.signature == "DSDT" else table for table in tables]
    at = _number(before, tables, followers)
    after = [*tables[:at], AcpiTable(NEW, srat, board), *tables[at:]]
    roots = [root for root in (firmware.xsdt, firmware.rsdt) if root is not None and root.address]
    entries = {root.signature: _entries(root, before, tables, at) for root in roots}
    sizes = {table.address: len(table.data) for table in after if table.address}
    sizes |= {root.address: HEADER_SIZE + _width(root) * len(entries[root.signature]) for root in roots}
    if len(sizes) == 1:
        places: Places = {NEW: 0}  # where the others are nobody told
    else:
        places = (
            _packed([*before, *roots], after, at, sizes)
            or _paged(before, after, at)
            or _apart([*before, *roots], len(srat), sizes)
        )
        changed = [Span(new, new + sizes[old]) for old, new in places.items() if old != new]
        if not all(any(range.holds(span) for range in kept) for span in changed):
            raise InputError(
                tr(
                    "{board}: where its firmware keeps ACPI's tables there is no room for an SRAT",
                    board=board,
                )
            )
    return _placed(firmware, after, entries, places)


def _number(before: Sequence[AcpiTable], tables: Sequence[AcpiTable], followers: Collection[str]) -> int:
    """The number that the new table gets among those that stay."""
    listed = sum(table.signature not in UNLISTED for table in tables)
    for at, table in enumerate(before):
        if table.signature in OF_NODES:
            return min(at, listed)
    return next((at for at, table in enumerate(tables[:listed]) if table.signature in followers), listed)


def _width(root: AcpiTable) -> int:
    return 8 if root.signature == "XSDT" else 4


def _entries(root: AcpiTable, before: Sequence[AcpiTable], tables: Sequence[AcpiTable], at: int) -> list[int]:
    """What a root table lists of what was there, with the new table in front of that with a number."""
    width = _width(root)
    places = range(HEADER_SIZE, root.length - width + 1, width)
    listed = [int.from_bytes(root.data[place : place + width], "little") for place in places]
    gone = {table.address for table in before if table.signature in OF_NODES}
    listed = [entry for entry in listed if entry not in gone]
    behind = {table.address for table in tables[at:]}
    place = next((number for number, entry in enumerate(listed) if entry in behind), len(listed))
    return [*listed[:place], NEW, *listed[place:]]


# ---- where tables are to lie ----


def _packed(
    before: Sequence[AcpiTable], after: Sequence[AcpiTable], at: int, sizes: Mapping[int, int]
) -> Places | None:
    """Every table right behind another, if they were so."""
    there = sorted(before, key=lambda table: table.address)
    if any(one.address + one.length != other.address for one, other in pairwise(there)):
        return None
    order = [table.address for table in there if table.address in sizes]
    behind = {table.address for table in after[at + 1 :] if table.signature not in UNLISTED}
    behind = behind or {table.address for table in there if table.signature in ("XSDT", "RSDT")}
    number = next((number for number, address in enumerate(order) if address in behind), len(order))
    places: dict[int, int] = {}
    place = there[0].address
    for address in (*order[:number], NEW, *order[number:]):
        places[address] = place
        place += sizes[address]
    return places


def _paged(before: Sequence[AcpiTable], after: Sequence[AcpiTable], at: int) -> Places | None:
    """From the new one on, listed tables in the pages of those that were there, and in the page below; None
    if they are not in pages."""
    listed = [table.address for table in before if table.signature not in UNLISTED]
    moving = [table for table in after[at:] if table.signature not in UNLISTED]
    if any(address % PAGE for address in listed) or any(len(table.data) > PAGE for table in moving):
        return None
    pool = [*listed[at:], min(listed) - PAGE]
    places = {table.address: table.address for table in after if table.address != NEW}
    return places | {table.address: address for table, address in zip(moving, pool, strict=False)}


def _apart(before: Sequence[AcpiTable], size: int, sizes: Mapping[int, int]) -> Places:
    """The new table where the old one was if there is room, or else in pages below all others."""
    there = [Span(table.address, table.address + table.length) for table in before if table.address]
    left = [span for span in there if span.start in sizes]
    old = next((table.address for table in before if table.signature == "SRAT" and table.address), None)
    below = min(span.start for span in there) // PAGE * PAGE - -(-size // PAGE) * PAGE
    is_free = old is not None and not any(Span(old, old + size).overlaps(span) for span in left)
    new = old if old is not None and is_free else below
    return {address: address for address in sizes if address != NEW} | {NEW: new}


# ---- and there they are ----


def _placed(
    firmware: Firmware, after: Sequence[AcpiTable], entries: Mapping[str, Sequence[int]], places: Places
) -> Firmware:
    def moved(address: int) -> int:
        return places.get(address, address)

    def placed(table: AcpiTable) -> AcpiTable:
        return replace(with_pointers(table, moved), address=moved(table.address))

    def rooted(root: AcpiTable | None) -> AcpiTable | None:
        if root is None or root.signature not in entries:
            return root
        form = "<Q" if _width(root) == 8 else "<I"
        body = b"".join(struct.pack(form, moved(entry)) for entry in entries[root.signature])
        size = struct.pack("<I", HEADER_SIZE + len(body))
        data = summed(root.data[:4] + size + root.data[8:HEADER_SIZE] + body)
        return replace(root, address=moved(root.address), data=data)

    acpi = tuple(map(placed, after))
    return replace(firmware, acpi=acpi, xsdt=rooted(firmware.xsdt), rsdt=rooted(firmware.rsdt))

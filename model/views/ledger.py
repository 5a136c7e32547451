"""Who has how much of all RAM, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.accounting import Ledger
from ..analysis.names import said
from ..base.units import readable_size
from ..language.words import tr
from .html import table

HEADINGS = ("who", "size", "bytes", "of all", "kind", "because of")


def ledger_table(found: Ledger) -> str:
    """The ledger, the largest first."""
    return table(tr("where the RAM went"), HEADINGS, _rows(found))


def _rows(found: Ledger) -> Iterator[tuple[object, ...]]:
    for row in found.rows:
        share = _share(row.size, found.memory)
        yield (
            said(row.owner.name),
            readable_size(row.size),
            row.size,
            share,
            row.kind,
            said(row.owner.cause),
        )
    for name, size in ((tr("free"), found.free), (tr("all RAM"), found.memory)):
        yield (name, readable_size(size), size, _share(size, found.memory), "", "")


def _share(size: int, total: int) -> str:
    return f"{100 * size / total:.1f} %" if total else ""

"""What the colours of a map mean, and how much of each there is in every column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..base.units import readable_size
from ..language.words import tr, translatable
from .colours import COLOURS, FAINT, LINES
from .markup import text
from .pieces import KINDS, MapColumn

ROW = 19
NOTE = translatable(
    "Addresses stand where a block begins; heights grow with the logarithm of the size. Empty: no memory."
)


def kinds(columns: Sequence[MapColumn]) -> list[str]:
    """The kinds that are on a map."""
    there = {kind for each in columns for kind in each.totals()}
    return [kind for kind in KINDS if kind in there]


def legend_height(columns: Sequence[MapColumn]) -> float:
    """How high it is."""
    return (len(kinds(columns)) + 1) * ROW + 22


def legend(
    columns: Sequence[MapColumn], left: float, top: float, edges: Sequence[float], width: float
) -> Iterator[str]:
    """A row for each kind, from `left` and `top` on, its bytes below each column (`width` from each of the
    `edges`)."""
    totals = [each.totals() for each in columns]
    y = top
    for kind in kinds(columns):
        yield (
            f'<rect x="{left:.1f}" y="{y - 10:.1f}" width="14" height="13" fill="{COLOURS[kind]}" '
            'stroke="#6b7684" stroke-width="0.6"/>'
        )
        yield f'<text x="{left + 21:.1f}" y="{y + 1:.1f}">{text(tr(SHORT.get(kind, kind)))}</text>'
        for x, each in zip(edges, totals, strict=True):
            size = readable_size(each[kind]) if kind in each else "-"
            yield f'<text x="{x + 7:.1f}" y="{y + 1:.1f}">{size}</text>'
        y += ROW
    right = edges[-1] + width
    yield f'<path d="M{left:.1f} {y - 11:.1f}H{right:.1f}" stroke="{LINES}"/>'
    yield f'<text x="{left + 21:.1f}" y="{y + 3:.1f}" font-weight="bold">{text(tr("all"))}</text>'
    for x, each in zip(edges, totals, strict=True):
        whole = readable_size(sum(each.values()))
        yield f'<text x="{x + 7:.1f}" y="{y + 3:.1f}" font-weight="bold">{whole}</text>'
    yield f'<text x="{left:.1f}" y="{y + 24:.1f}" font-size="10" fill="{FAINT}">{text(tr(NOTE))}</text>'


SHORT = {"reserved-memory node": translatable("reserved node")}
"""Kinds whose names are too long to stand beside a column."""

"""A map of physical memory as a picture: one column a moment, the same addresses at the same height in all.

The result is one SVG document, which needs nothing but a font.  Addresses grow upwards or downwards; each
stands at the line where its block begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from ..analysis.names import said
from ..base.units import address_range, readable_size
from ..language.words import tr, translatable
from .colours import COLOURS, DETAIL, FAINT, INK, LINES, PAPER
from .legend import legend, legend_height
from .markup import FONT, MONOSPACED, fitted, text
from .pieces import FREE, MapColumn, Piece
from .scale import Finder, Row, rows

Direction = Literal["up", "down"]
"""Where higher addresses are."""
LETTER, SMALL_LETTER, DIGIT = 6.9, 6.3, 7.0
"""How wide letters of 11 and 10 pixels are at most, and digits of addresses."""
MARGIN, GAP = 16, 22
TITLE, HEADING = 30, 40
NOTHING = translatable("no memory is known here")


class Frame(Struct, frozen=True):
    """Where things are: the rows of a map from `top` on, columns of `width` from `left` on."""

    rows: Sequence[Row]
    direction: Direction
    left: float
    top: float
    width: float
    count: int

    @property
    def height(self) -> float:
        """Of all rows."""
        return self.rows[-1].top + self.rows[-1].height if self.rows else 40

    def y(self, row: Row, at: float) -> float:
        """Where a row begins (`at` 0) or ends (1)."""
        from_start = row.top + row.height * at
        return self.top + (from_start if self.direction == "down" else self.height - from_start)

    def x(self, index: int) -> float:
        """The left edge of a column."""
        return self.left + index * (self.width + GAP)

    @property
    def right(self) -> float:
        """The right edge of the last column."""
        return self.x(self.count - 1) + self.width


def map_svg(columns: Sequence[MapColumn], title: str, direction: Direction = "up") -> str:
    """The map of some moments side by side, at least one."""
    return "\n".join(map_lines(columns, title, direction)) + "\n"


def map_lines(columns: Sequence[MapColumn], title: str, direction: Direction = "up") -> Iterator[str]:
    """The same, line by line."""
    shared = rows(columns)
    frame = _frame(columns, shared, direction)
    below = frame.top + frame.height + 34
    names = [each.name for each in columns]
    height = below + legend_height(columns) + MARGIN
    width = frame.right + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-family="{FONT}" font-size="11" fill="{INK}">'
    )
    yield f"<title>{text(title)}</title>"
    whose = text(", ".join(dict.fromkeys(names)))
    yield f"<desc>Physical memory of {whose}; addresses grow {direction}.</desc>"
    yield f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    yield (
        f'<text x="{MARGIN}" y="24" font-size="15" font-weight="bold">'
        f"{text(fitted(title, width - 2 * MARGIN, 9.6))}</text>"
    )
    yield from _grid(frame)
    for index, each in enumerate(columns):
        yield from _heading(frame, index, each)
        yield from _column(frame, index, Finder(each.pieces))
    yield from _holes(frame)
    yield from legend(columns, MARGIN, below, [frame.x(index) for index in range(len(columns))], frame.width)
    yield "</svg>"


def _frame(columns: Sequence[MapColumn], shared: Sequence[Row], direction: Direction) -> Frame:
    longest = len(f"{shared[-1].end if shared else 0:#x}")
    width = {1: 380, 2: 320, 3: 260}.get(len(columns), 220)
    left = max(MARGIN + longest * DIGIT + 12, 138)
    return Frame(shared, direction, left, TITLE + HEADING + 8, width, len(columns))


def _grid(frame: Frame) -> Iterator[str]:
    """The addresses, and a line from each to all columns."""
    edges = [(row.start, frame.y(row, 0)) for row in frame.rows]
    if frame.rows:
        edges.append((frame.rows[-1].end, frame.y(frame.rows[-1], 1)))
    yield f'<g stroke="{LINES}" stroke-width="1">'
    for _, y in edges:
        yield f'<path d="M{frame.left - 6:.1f} {y:.1f}H{frame.right:.1f}"/>'
    yield "</g>"
    yield f'<g font-family="{MONOSPACED}" font-size="11" text-anchor="end" fill="{FAINT}">'
    for address, y in edges:
        yield f'<text x="{frame.left - 9:.1f}" y="{y + 4:.1f}">{address:#x}</text>'
    yield "</g>"


def _heading(frame: Frame, index: int, column: MapColumn) -> Iterator[str]:
    x, whole = frame.x(index), f"{column.name}, {column.moment}"
    yield f"<g><title>{text(whole)}</title>"
    yield (
        f'<text x="{x:.1f}" y="{TITLE + 18}" font-size="12" font-weight="bold">'
        f"{text(fitted(column.moment, frame.width, 7.8))}</text>"
    )
    yield (
        f'<text x="{x:.1f}" y="{TITLE + 33}" fill="{FAINT}">{text(fitted(column.name, frame.width, LETTER))}'
        "</text></g>"
    )


def _column(frame: Frame, index: int, found: Finder) -> Iterator[str]:
    if not found.pieces:
        yield _words_on_paper(frame.x(index), frame.top + frame.height / 2, tr(NOTHING))
    run: list[Row] = []
    last: Piece | None = None
    for row in frame.rows:
        inside = found.within(row.start, row.end)
        whole = inside[0] if len(inside) == 1 and inside[0].size == row.end - row.start else None
        if run and (whole is None or last is None or not _continues(last, whole)):
            yield from _block(frame, index, run, last)
            run = []
        if whole is None:
            yield from _crowd(frame, index, row, inside)
            last = None
        else:
            start = last.start if run and last is not None else whole.start
            last = whole._replace(start=start)
            run.append(row)
    if run:
        yield from _block(frame, index, run, last)


def _continues(last: Piece, piece: Piece) -> bool:
    return last.end == piece.start and last[2:] == piece[2:]


def _block(frame: Frame, index: int, run: Sequence[Row], piece: Piece | None) -> Iterator[str]:
    """One piece over all its rows, with its name, its size and what is behind it."""
    if piece is None:
        return
    edges = (frame.y(run[0], 0), frame.y(run[-1], 1))
    top, height = min(edges), abs(edges[1] - edges[0])
    x, size = frame.x(index), readable_size(piece.size)
    yield f"<g><title>{text(_told(piece))}</title>"
    yield _rect(x, top, frame.width, height, piece.kind)
    middle = top + height / 2 + 4
    room = frame.width - 22 - len(size) * SMALL_LETTER
    has_cause = height >= 2 * 15 and piece.cause
    y = middle - 6 if has_cause else middle
    yield f'<text x="{x + 7:.1f}" y="{y:.1f}">{text(fitted(said(piece.name), room, LETTER))}</text>'
    yield (
        f'<text x="{x + frame.width - 7:.1f}" y="{y:.1f}" text-anchor="end" font-size="10" fill="{DETAIL}">'
        f"{size}</text>"
    )
    if has_cause:
        cause = fitted(said(piece.cause), frame.width - 14, SMALL_LETTER)
        yield f'<text x="{x + 7:.1f}" y="{y + 13:.1f}" font-size="10" fill="{DETAIL}">{text(cause)}</text>'
    yield "</g>"


def _rect(x: float, top: float, width: float, height: float, kind: str) -> str:
    stroke = "#aab5a2" if kind == FREE else "#6b7684"
    return (
        f'<rect x="{x:.1f}" y="{top + 0.5:.1f}" width="{width:.1f}" height="{max(height - 1, 1):.1f}" '
        f'fill="{COLOURS[kind]}" stroke="{stroke}" stroke-width="0.6"/>'
    )


def _told(piece: Piece) -> str:
    behind = f" ({said(piece.cause)})" if piece.cause else ""
    return f"{address_range(piece.start, piece.size)} {readable_size(piece.size)}: {said(piece.name)}{behind}"


def _crowd(frame: Frame, index: int, row: Row, inside: Sequence[Piece]) -> Iterator[str]:
    """Many pieces in one row: as wide as they are large, and told together."""
    if not inside:
        return
    sizes: dict[str, int] = {}
    for piece in inside:
        sizes[piece.kind] = sizes.get(piece.kind, 0) + piece.size
    ordered = sorted(sizes.items(), key=lambda item: -item[1])
    top, x = min(frame.y(row, 0), frame.y(row, 1)), frame.x(index)
    total = row.end - row.start
    told = "; ".join(f"{tr(kind)} {readable_size(size)}" for kind, size in ordered)
    many = tr("{count} pieces", count=len(inside)) if len(inside) > 1 else said(inside[0].name)
    yield f"<g><title>{text(f'{address_range(row.start, total)} {many}: {told}')}</title>"
    for kind, size in ordered:
        width = frame.width * size / total
        yield _rect(x, top, max(width, 0.5), row.height, kind)
        x += width
    words = fitted(f"{many}: {told}", frame.width - 14, SMALL_LETTER)
    y = top + row.height / 2 + 4
    yield f'<text x="{frame.x(index) + 7:.1f}" y="{y:.1f}" font-size="10">{text(words)}</text></g>'


def _holes(frame: Frame) -> Iterator[str]:
    """Where no column has memory."""
    for row in frame.rows:
        if row.is_hole:
            edges = (frame.y(row, 0), frame.y(row, 1))
            y = sum(edges) / 2
            words = tr("hole, {size}", size=readable_size(row.end - row.start))
            for index in range(frame.count):
                x = frame.x(index)
                yield (
                    f'<path d="M{x:.1f} {y:.1f}h{frame.width:.1f}" stroke="{FAINT}" stroke-dasharray="2 5"/>'
                )
                yield _words_on_paper(x + 18, y, words)


def _words_on_paper(x: float, y: float, words: str) -> str:
    """Words where there is no memory, not crossed by lines."""
    return (
        f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="{len(words) * LETTER + 8:.1f}" height="16" '
        f'fill="{PAPER}"/><text x="{x + 4:.1f}" y="{y + 4:.1f}" fill="{FAINT}">{words}</text>'
    )

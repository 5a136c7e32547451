"""A moment as one picture for a slide: what is told, what changed, the map.  SVG that needs nothing but a
font."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...base.units import printable
from ...language.columns import wrapped as lines_of
from ...language.words import tr
from ...pictures.colours import COLOURS, DETAIL, FAINT, INK, LINES, PAPER
from ...pictures.markup import FONT, MONOSPACED, fitted, text
from ...pictures.pieces import FREE, KINDS
from .content import Step
from .happened import happenings
from .map_blocks import WHOLE, Block, MapScale

WIDTH, HEIGHT = 1280, 720
MARGIN = 44
WORDS = 560
"""The width of the words, which stand left of the map."""
MAP_LEFT, MAP_TOP, MAP_BOTTOM = 760, 96, 640
MAP_WIDTH = WIDTH - MARGIN - MAP_LEFT
MOST_ROWS = 22
CJK = f"{FONT.removesuffix(', sans-serif')}, 'Noto Sans CJK SC', 'PingFang SC', sans-serif"
LETTER = 0.58
"""The width of a letter in its size, at the most of what is common."""
ACCENT = "#0a5ca0"
MARKS = {"+": "#15692e", "~": "#7d5200", "-": "#b01b28"}


def scale_of(steps: Sequence[Step]) -> MapScale:
    """The scale that the maps of some slides have in common."""
    return MapScale([step.column for step in steps], MOST_ROWS)


def slide_lines(before: Step | None, now: Step, scale: MapScale, phase: str, foot: str) -> Iterator[str]:
    """The picture of a moment after another one, line by line; `phase` is where in the boot it is, `foot`
    stands below."""
    stop = now.stop
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="{text(CJK)}" fill="{INK}"><title>{text(stop.title)}</title>'
    )
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
    yield f'<rect width="10" height="{HEIGHT}" fill="{ACCENT}"/>'
    yield _line(MARGIN, 48, phase, 15, f'fill="{ACCENT}" font-weight="bold"')
    yield from _words(before, now)
    yield from _map(before, now, scale)
    yield from _legend(now)
    yield _line(
        MARGIN, HEIGHT - 22, fitted(f"{foot} · {now.name}", WIDTH - 2 * MARGIN, 8), 13, f'fill="{FAINT}"'
    )
    yield "</svg>"


def _line(x: float, y: float, words: str, size: int, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {more}>{text(words)}</text>'


def _words(before: Step | None, now: Step) -> Iterator[str]:
    stop = now.stop
    y = 84.0
    for line in wrapped(stop.title, WORDS + 100, 30)[:2]:
        yield _line(MARGIN, y, line, 30, 'font-weight="bold"')
        y += 38
    y += 4
    changed = list(happenings(before, now))[:6]
    room = HEIGHT - 70 - y - (40 + 22 * 2 * len(changed) if changed else 0)
    lines = [line for each in stop.narration for line in (*wrapped(each, WORDS, 19), "")]
    most = max(int(room / 27), 3)
    for number, line in enumerate(lines[:most]):
        is_cut = number == most - 1 and len(lines) > most + 1
        yield _line(MARGIN, y, f"{line} …" if is_cut else line, 19)
        y += 27
    if changed:
        yield from _changes([(each.mark, each.title, each.words) for each in changed], y + 10)


def _changes(changed: Sequence[tuple[str, str, str]], y: float) -> Iterator[str]:
    yield _line(MARGIN, y, tr("What changed"), 15, f'fill="{FAINT}" font-weight="bold"')
    y += 26
    for mark, title, words in changed:
        if y > HEIGHT - 60:
            break
        if mark:
            yield _line(
                MARGIN,
                y,
                mark,
                17,
                f'font-family="{text(MONOSPACED)}" font-weight="bold" fill="{MARKS[mark]}"',
            )
        whole = words if words.startswith(title) else f"{title} {words}"
        for line in wrapped(whole, WORDS + 60, 15)[:2]:
            yield _line(MARGIN + 22, y, line, 15, f'fill="{DETAIL}"')
            y += 20
        y += 5


def wrapped(words: str, width: float, size: float) -> list[str]:
    """Words in lines of a width, in letters of that size: a wide character is taken for two others."""
    return lines_of(printable(words), int(width / (size * LETTER)))


def _map(before: Step | None, now: Step, scale: MapScale) -> Iterator[str]:
    """The map, as high as there is room for."""
    higher = (MAP_BOTTOM - MAP_TOP) / max(scale.height, 1)
    last = set(scale.blocks(before.column)) if before else None
    yield _line(MAP_LEFT, MAP_TOP - 14, tr("Physical memory"), 15, f'fill="{FAINT}" font-weight="bold"')
    yield '<g font-size="12" stroke-width="0.7">'
    for block in scale.blocks(now.column):
        is_free = len(block.parts) == 1 and KINDS[block.parts[0][0]] == FREE
        yield from _block(block, higher, last is not None and block not in last and not is_free)
    yield "</g>"


def _block(block: Block, higher: float, is_new: bool) -> Iterator[str]:
    top, height = MAP_TOP + block.top * higher, block.height * higher
    yield f"<g><title>{text(block.told)}</title>"
    if block.address:
        yield (
            f'<text x="{MAP_LEFT - 8}" y="{top + height:.1f}" text-anchor="end" font-size="11.5" '
            f'font-family="{text(MONOSPACED)}" fill="{FAINT}">{text(block.address)}</text>'
        )
    for kind, left, width in block.parts:
        yield (
            f'<rect x="{MAP_LEFT + MAP_WIDTH * left / WHOLE:.1f}" y="{top:.1f}" '
            f'width="{max(MAP_WIDTH * width / WHOLE, 0.5):.1f}" height="{height:.1f}" '
            f'fill="{COLOURS[KINDS[kind]]}" stroke="#6b7684"/>'
        )
    if block.parts and height > 11:
        y = top + height / 2 + 4
        name = fitted(block.name, MAP_WIDTH - 24 - len(block.size) * 7, 7.2)
        weight = ' font-weight="bold"' if is_new else ""
        yield f'<text x="{MAP_LEFT + 8}" y="{y:.1f}"{weight}>{text(name)}</text>'
        yield f'<text x="{MAP_LEFT + MAP_WIDTH - 8}" y="{y:.1f}" text-anchor="end"{weight}>'
        yield f"{text(block.size)}</text>"
    if is_new and block.parts:
        yield (
            f'<rect x="{MAP_LEFT}" y="{top:.1f}" width="{MAP_WIDTH}" height="{height:.1f}" fill="none" '
            f'stroke="{ACCENT}" stroke-width="3"/>'
        )
    yield "</g>"


def _legend(now: Step) -> Iterator[str]:
    """How much of each kind there is, in one row or two."""
    totals = now.parts["amounts"].rows if "amounts" in now.parts else ()
    x, y = float(MAP_LEFT), MAP_BOTTOM + 24
    for row in totals:
        words = f"{row.cells[0]} {row.cells[1]}"
        width = 22 + len(words) * 7.0
        if x + width > WIDTH - MARGIN:
            x, y = float(MAP_LEFT), y + 19
        if y > HEIGHT - 14:
            break
        yield f'<rect x="{x:.1f}" y="{y - 10}" width="12" height="12" stroke="{LINES}" '
        yield f'fill="{COLOURS[row.kind]}"/>'
        yield _line(x + 17, y, words, 12)
        x += width + 8

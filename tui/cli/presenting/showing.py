"""The speaker's notes as rows of a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ....model.base.units import printable
from ....model.language.columns import columns, wrapped
from ....model.language.words import tr
from ...session.presenting.notes import Notes
from ...session.presenting.timer import pace_words, time_words


def page(notes: Notes, elapsed: float, width: int, height: int = 0) -> list[str]:
    """Rows of at most `width` columns, and at most `height` of them (0: as many as there are): what must be
    seen first, `elapsed` seconds from the beginning."""
    head = [_spread(*pair, width) for pair in _head(notes, elapsed)]
    rows = [*head, "─" * width]
    body = [part for part in _parts(notes, width) if part]
    last = _next(notes, width)
    room = max(height - len(rows) - len(last), 1) if height else 0
    lines = [line for part in body for line in (*part, "")][:-1]
    if height and len(lines) > room:
        lines = [line for part in body for line in part]
    if height and len(lines) > room:
        lines = [*lines[: room - 1], "…"]
    blank = [""] * max(room - len(lines), 0) if height else []
    return [*rows, *lines, *blank, *last]


def _head(notes: Notes, elapsed: float) -> Iterator[tuple[str, str]]:
    """Pairs of what stands at the left and at the right."""
    pace = pace_words(elapsed, notes.minutes, notes.at, notes.of)
    time = " · ".join(filter(None, (time_words(elapsed, notes.minutes), pace)))
    if not notes.of:
        yield clean(notes.machine), time
        yield " · ".join(filter(None, map(clean, (notes.place, notes.phase)))), ""
        return
    yield f"{notes.at}/{notes.of} {clean(notes.title)}", time
    away = tr("away from the tour") if notes.is_away else ""
    yield " · ".join(filter(None, map(clean, (notes.tour, notes.place)))), away


def _parts(notes: Notes, width: int) -> Iterator[list[str]]:
    if not notes.of:
        yield _clipped(notes.log, width)
        return
    yield _titled(tr("Notes"), notes.notes, width)
    yield _titled(tr("Question"), notes.question, width)
    yield _titled(tr("Answer"), " · ".join(filter(None, (notes.answer, notes.explain))), width)
    yield _titled(tr("On the screen"), notes.say, width)


def _next(notes: Notes, width: int) -> list[str]:
    if not notes.of:
        return []
    words = tr("next: {title}", title=clean(notes.next)) if notes.next else tr("this is the last stop")
    return ["─" * width, *_clipped([words], width)]


def _titled(title: str, text: str, width: int) -> list[str]:
    if not text.strip():
        return []
    rows = wrapped(clean(text.strip(), keep_lines=True), width - 2)
    return [title, *(f"  {row}" for row in rows)]


def _clipped(lines: list[str] | tuple[str, ...], width: int) -> list[str]:
    return [(wrapped(clean(line), width) or [""])[0] for line in lines]


def clean(text: str, keep_lines: bool = False) -> str:
    """Text that no terminal obeys."""
    text = printable(text.expandtabs())
    return text if keep_lines else " ".join(text.split())


def _spread(left: str, right: str, width: int) -> str:
    room = max(width - columns(right) - 1, 4)
    left = (wrapped(left, room) or [""])[0]
    return f"{left}{' ' * max(width - columns(left) - columns(right), 1)}{right}"[:width] if right else left

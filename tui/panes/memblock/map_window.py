"""The window of a map: which part of the address space it shows.  None is everything."""

from __future__ import annotations

from collections.abc import Sequence

from .stretches import Range

FACTOR = 4
"""So much larger becomes what one zooms in to."""
LEAST_BYTES = 16
"""Bytes of a column beyond which there is nothing more to see."""


def zoomed_in(window: Range | None, present: Sequence[Range], at: Range, columns: int) -> Range | None:
    """The window that shows a part of this one, around `at`."""
    if not present:
        return window
    size = max(_size(window, present) // FACTOR, columns * LEAST_BYTES)
    if size >= _size(window, present):
        return window
    return centred(at, size, window or (present[0][0], present[-1][1]))


def centred(at: Range, size: int, near: Range) -> Range:
    """A window of `size` bytes around `at`; where that is larger, the part of it nearest to the middle of
    another window."""
    middle = (at[0] + at[1]) // 2
    if at[1] - at[0] > size:
        half = size // 2
        middle = min(max((near[0] + near[1]) // 2, at[0] + half), at[1] - half)
    start = max(middle - size // 2, 0)
    return start, start + size


def zoomed_out(window: Range | None, present: Sequence[Range]) -> Range | None:
    """The window that shows more."""
    if window is None or not present:
        return None
    size = (window[1] - window[0]) * FACTOR
    if size >= _size(None, present):
        return None
    return centred(window, size, window)


def moved(window: Range | None, present: Sequence[Range], direction: int) -> Range | None:
    """Half a window up (1) or down (-1); over a hole, to what comes after it."""
    if window is None or not present:
        return window
    size = window[1] - window[0]
    start = max(window[0] + direction * (size // 2), 0)
    if any(low < start + size and start < high for low, high in present):
        return start, start + size
    if direction > 0:
        following = [low for low, _ in present if low >= start]
        return (following[0], following[0] + size) if following else window
    earlier = [high for _, high in present if high <= start + size]
    return (max(earlier[-1] - size, 0), max(earlier[-1], size)) if earlier else window


def _size(window: Range | None, present: Sequence[Range]) -> int:
    """Bytes that a window shows; long holes are not shown."""
    if window is not None:
        return window[1] - window[0]
    return sum(end - start for start, end in present)

"""Runs of page-table entries taken from each other: what a write of some entries added, and what it left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .tables import Run


def remains(run: Run, others: Iterable[Run]) -> list[Run]:
    """The pieces of `run` at addresses that none of the `others` maps."""
    pieces = [run]
    for other in others:
        pieces = [part for piece in pieces for part in _without(piece, other.va_start, other.va_end)]
    return pieces


def _without(run: Run, start: int, end: int) -> list[Run]:
    if end <= run.va_start or run.va_end <= start:
        return [run]
    parts = [run._replace(va_end=start)] if run.va_start < start else []
    if end < run.va_end:
        parts.append(run._replace(va_start=end, pa_start=run.pa_start + end - run.va_start))
    return parts


def written(removed: Sequence[Run], inserted: Sequence[Run]) -> list[Run]:
    """The entries that a change of runs wrote: what is mapped after it, and was not so before."""
    if not removed:
        return list(inserted)
    if len(removed) == len(inserted) == 1:
        old, new = removed[0], inserted[0]
        if old[3:] == new[3:] and (old.va_start, old.pa_start) == (new.va_start, new.pa_start):
            grown = new.va_end - old.va_end
            if grown <= 0:
                return []
            return [new._replace(va_start=old.va_end, pa_start=new.pa_start + old.va_end - old.va_start)]
    return [piece for run in inserted for piece in remains(run, [old for old in removed if _same(old, run)])]


def _same(left: Run, right: Run) -> bool:
    """Whether two runs map the same addresses alike, where both map them."""
    return left[3:] == right[3:] and left.pa_start - left.va_start == right.pa_start - right.va_start

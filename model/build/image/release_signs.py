"""Which releases a kernel may be of, by functions of its that came or went.

Mirrors nothing: these are the places where early boot was rewritten, each a function that no option of the
configuration and no compiler takes away.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from msgspec import Struct

WHOLE = 3000
"""So many symbols at least has a kernel; of a table with fewer somebody has left some out."""
NEVER = (1000, 0)


class Sign(Struct, frozen=True):
    """A function that kernels have from `since` on and before `until`."""

    function: str
    since: tuple[int, int] = (0, 0)
    until: tuple[int, int] = NEVER


SIGNS = (Sign("free_area_init_nodes", until=(5, 8)), Sign("mm_core_init", since=(6, 4)))
"""Those of every architecture; each has more."""


class Releases(Struct, frozen=True):
    """The releases from `first` on and before `end`, and what tells that it is none before or after."""

    first: tuple[int, int] = (0, 0)
    end: tuple[int, int] = NEVER
    why_first: str = ""
    why_end: str = ""

    def holds(self, release: tuple[int, int]) -> bool:
        """Whether a release may be it."""
        return self.first <= release < self.end

    def why_not(self, release: tuple[int, int]) -> str:
        """What speaks against a release that may not be it."""
        return self.why_first if release < self.first else self.why_end


def possible_releases(symbols: Container[str], count: int, own: Sequence[Sign]) -> Releases:
    """The releases that a kernel with these symbols may be of; `count` is their number, `own` are the signs
    of its architecture."""
    every = Releases()
    first, end = every.first, every.end
    why_first = why_end = ""
    for sign in (*SIGNS, *own):
        present = sign.function in symbols
        if not present and count < WHOLE:
            continue
        came, went = sign.since != (0, 0), sign.until != NEVER
        if came if present else went:
            since = sign.since if present else sign.until
            if since > first:
                first = since
                why_first = _why(sign.function, present, "came with" if present else "went with", since)
        else:
            until = sign.until if present else sign.since
            if until < end:
                end = until
                why_end = _why(sign.function, present, "went with" if present else "came with", until)
    return Releases(first, end, why_first, why_end)


def _why(function: str, present: bool, happened: str, release: tuple[int, int]) -> str:
    has = "it has" if present else "it has no"
    return f"{has} {function}, which {happened} {release[0]}.{release[1]}"

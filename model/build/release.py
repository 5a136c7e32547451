"""A kernel's release: 6.12.117 is the 117th patch level of the series 6.12."""

from __future__ import annotations

import re
from typing import NamedTuple

SPELLED = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?!\d)")
NEWEST = 1 << 16
"""The patch level of a release that does not name one: more than any has, so that it has all that its series
ever got."""


class Release(NamedTuple):
    """A release; rules compare it with pairs or triples of numbers, ``release >= (6, 8)``."""

    major: int
    minor: int
    patch: int = NEWEST

    @property
    def series(self) -> tuple[int, int]:
        """The release without its patch level."""
        return self.major, self.minor

    def __str__(self) -> str:
        """As people write it."""
        told = "" if self.patch == NEWEST else f".{self.patch}"
        return f"{self.major}.{self.minor}{told}"


DEFAULT_RELEASE = Release(6, 1)
"""The release of what does not say."""


def parse_release(text: str) -> Release | None:
    """The release that a text such as ``6.12.117+deb12-arm64`` begins with; None if it begins with none."""
    found = SPELLED.match(text)
    if found is None or any(len(number or "") > 4 for number in found.groups()):
        return None
    return Release(int(found[1]), int(found[2]), NEWEST if found[3] is None else int(found[3]))

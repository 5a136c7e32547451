"""The release of a source, as the Makefile at its root names it."""

from __future__ import annotations

import re

from ..release import Release

_NUMBER = re.compile(r"^(VERSION|PATCHLEVEL|SUBLEVEL)[ \t]*=[ \t]*(\d{1,4})[ \t]*$", re.MULTILINE)


def release_of(makefile: str) -> Release | None:
    """The release that ``VERSION``, ``PATCHLEVEL`` and ``SUBLEVEL`` name; None if they do not."""
    found = {name: int(number) for name, number in _NUMBER.findall(makefile[:4000])}
    if "VERSION" not in found or "PATCHLEVEL" not in found:
        return None
    return Release(found["VERSION"], found["PATCHLEVEL"], found.get("SUBLEVEL", 0))

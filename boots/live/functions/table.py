"""The list of functions that are worth stopping at, by release: a file beside, which says how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

from ....model.build.release import Release, parse_release
from .prototypes import Prototype, parse_prototype

EVERYWHERE = Path(__file__).parent / "functions.txt"
FILE_MARK, COMMENT, INIT, OFTEN, ONCE = "= ", "#", "__init", "~ ", "! "
RANGE = re.compile(r"(?P<since>[\d.]*?)\.\.(?P<before>[\d.]*)")


class Listed(Struct, frozen=True):
    """A function of the list, as some releases declare it: the kernel's `file` that has it, and whether only
    one in the part that is freed after the boot is meant (`is_init`); `is_usual` if it is watched
    without being named, `is_once` if a boot calls it one time only."""

    file: str
    prototype: Prototype
    since: Release | None = None
    before: Release | None = None
    is_init: bool = False
    is_usual: bool = True
    is_once: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.prototype.name

    def is_of(self, release: Release) -> bool:
        """Whether a release declares it so."""
        since, before = self.since, self.before
        return (since is None or release >= _first(since)) and (before is None or release < _first(before))


def _first(release: Release) -> tuple[int, ...]:
    """A bound as it is compared: 6.4 without its patch level, so that it stands before all of 6.4."""
    told = Release(release.major, release.minor)
    return release.series if release == told else tuple(release)


@cache
def listed(own: Path) -> tuple[Listed, ...]:
    """The whole list with an architecture's `own` file, in the order in which the functions matter.  Raises
    `ValueError` if a line cannot be read: the files are ours."""
    return tuple(each for path in (EVERYWHERE, own) for each in read_list(path.read_text()))


def of_release(functions: Iterable[Listed], release: Release) -> dict[str, Listed]:
    """Those that a release has, by name."""
    found: dict[str, Listed] = {}
    for each in functions:
        if each.is_of(release):
            found.setdefault(each.name, each)
    return found


def read_list(text: str) -> Iterator[Listed]:
    """The functions of a list.  Raises `ValueError` if a line cannot be read."""
    file = ""
    for line in text.splitlines():
        if line.startswith(FILE_MARK):
            file = line.removeprefix(FILE_MARK).strip()
        elif line.strip() and not line.startswith(COMMENT):
            yield _listed(line, file)


def _listed(line: str, file: str) -> Listed:
    told = line.removeprefix(OFTEN).removeprefix(ONCE)
    first, _, rest = told.partition(" ")
    found = RANGE.fullmatch(first)
    declared = rest if found else told
    prototype = parse_prototype(declared)
    if prototype is None:
        raise ValueError(line)
    since = parse_release(found["since"]) if found else None
    before = parse_release(found["before"]) if found else None
    is_usual, is_once = not line.startswith(OFTEN), line.startswith(ONCE)
    return Listed(file, prototype, since, before, INIT in declared.split(), is_usual, is_once)

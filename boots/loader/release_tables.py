"""The releases of the kernel: which of them boot, how that is known to be true, what differs between them.

Two tables below boots/machines say it.  A test holds the differences against the code: wherever that asks for
a release there is a row, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

from ...model.build.release import Release

TABLES = Path(__file__).parent.parent / "machines"
OPTION = re.compile(r"`([\w.-]+=)")
"""An option of the command line, as the table writes it."""


class KnownRelease(Struct, frozen=True):
    """A release whose boots are more than worked out from its neighbours.  `remark` is what is to be said of
    one that was not compared."""

    release: Release
    compared: bool
    remark: str


class Difference(Struct, frozen=True):
    """Since a release something is different: what, and where the code here asks for that release, as modules
    with the names of functions (``boots/mm/sparse/sparse: sparse_init``)."""

    since: Release
    change: str
    places: tuple[str, ...]

    def concerns(self, words: Collection[str]) -> bool:
        """Whether a boot with these words on its command line may show it: what is about an option shows
        with that alone."""
        options = OPTION.findall(self.change)
        return not options or any(word.startswith(option) for option in options for word in words)

    def is_only_of(self, directories: Collection[str]) -> bool:
        """Whether the code asks for it only in the folders of architectures, of these."""
        folders = (place.partition(":")[0].split("/") for place in self.places)
        return all(any(directory in folder for directory in directories) for folder in folders)


@cache
def known_releases() -> dict[tuple[int, int], KnownRelease]:
    """The releases that were compared with real kernels or follow their source, by series, oldest first."""
    found: dict[tuple[int, int], KnownRelease] = {}
    for name, evidence, remark in _rows("releases.txt"):
        release = _release(name)
        found[release.series] = KnownRelease(release, evidence == "compared", remark)
    return found


@cache
def compared_releases() -> tuple[Release, ...]:
    """The releases whose boots were compared with real kernels, line by line, the oldest first."""
    return tuple(known.release for known in known_releases().values() if known.compared)


def differences() -> Iterator[Difference]:
    """The rows of the table of differences, by release."""
    for since, change, places in _rows("release-differences.txt"):
        yield Difference(_release(since), change, tuple(places.split("; ")))


def differences_between(older: Release, newer: Release) -> Iterator[Difference]:
    """What came after `older` and up to `newer`."""
    return (row for row in differences() if older < row.since <= newer)


def spelled(release: Release) -> str:
    """A release of the tables as it stands there: ``6.12``, ``6.12.114``."""
    return str(release) if release.patch else "{}.{}".format(*release.series)


def _rows(name: str) -> Iterator[list[str]]:
    for line in (TABLES / name).read_text().splitlines():
        if not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def _release(name: str) -> Release:
    """A release as the tables name it; without a patch level it is the first of its series."""
    major, minor, *patch = (int(number) for number in name.split("."))
    return Release(major, minor, *patch[:1] or (0,))

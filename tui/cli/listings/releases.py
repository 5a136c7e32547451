"""``bootstep releases``: which releases boot, and what differs between them where memory is concerned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from ....boots.loader.release_tables import (
    Difference,
    KnownRelease,
    differences,
    differences_between,
    known_releases,
    spelled,
)
from ....model.base.errors import InputError
from ....model.build.release import Release, parse_release
from ....model.language.words import tr
from ..parser import Parser

WIDTH = 100
"""Columns of a line, so that a terminal shows it whole and a file can be pasted into a mail."""


def run(words: Sequence[str]) -> int:
    """Print what differs, between two releases if they are given."""
    parser = Parser(
        "bootstep releases", description=tr("what differs between releases, as far as memory goes")
    )
    parser.add_argument(
        "releases", nargs="*", metavar="RELEASE", help=tr("5.7, 6.12, 6.12.114 … (two of them)")
    )
    names: list[str] = parser.parse_args(words).releases
    if not names:
        print("\n".join((*_known(), "", *_listed(differences()))))
    elif len(names) == 2:
        print("\n".join(_between(*sorted(map(_asked, names)))))
    else:
        raise InputError(
            tr("bootstep releases: expected two releases, or none for all, not {count}", count=len(names))
        )
    return 0


def _asked(name: str) -> Release:
    release = parse_release(name)
    if release is None:
        raise InputError(
            tr("bootstep releases: expected a release such as 6.12 or 6.12.114, not {name!r}", name=name)
        )
    return release


def _between(older: Release, newer: Release) -> Iterator[str]:
    """What came after one release up to another; one without a patch level is the newest of its series."""
    rows = list(differences_between(older, newer))
    yield from _listed(iter(rows))
    if not rows:
        yield tr("{older} and {newer} do not differ in what is modelled.", older=older, newer=newer)


def _known() -> Iterator[str]:
    for known in known_releases().values():
        yield f"{spelled(known.release):<5} {_evidence(known)}"
    yield tr(
        "other releases from 6.2 on are worked out from the rules below, and compared with no real kernel"
    )


def _evidence(known: KnownRelease) -> str:
    if known.compared:
        return tr("compared with boots of real kernels, line by line")
    return tr("follows its source; {remark}", remark=known.remark)


def _listed(rows: Iterator[Difference]) -> Iterator[str]:
    """The differences below their releases."""
    for release, changes in groupby(rows, key=lambda row: row.since):
        yield spelled(release)
        for row in changes:
            yield from wrap(row.change, WIDTH, initial_indent="  - ", subsequent_indent="    ")

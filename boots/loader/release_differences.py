"""What differs between releases, as far as this model goes: a table, which the README shows.

A test holds the table against the code: wherever that asks for a release there is a row, and the other way
round.
``python -m bootstep.boots.release_differences README.md`` writes the README's part anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parent.parent / "machines" / "release-differences.txt"
MARKS = ("<!-- what differs between releases -->", "<!-- end of what differs -->")
"""Between these lines of the README stands what `page` says."""


class Difference(NamedTuple):
    """Since a release something is different: what, and where the code here asks for that release, as modules
    with the names of functions (``boots/mm/sparse: sparse_init``)."""

    since: tuple[int, ...]
    change: str
    places: tuple[str, ...]


def differences() -> Iterator[Difference]:
    """The rows of the table, by release."""
    for line in TABLE.read_text().splitlines():
        if not line.startswith("#"):
            since, change, places = (cell.strip() for cell in line.split("|"))
            numbers = tuple(int(number) for number in since.split("."))
            yield Difference(numbers, change, tuple(places.split("; ")))


def page() -> Iterator[str]:
    """The table as Markdown: a list for each release."""
    for release, rows in groupby(differences(), key=lambda row: row.since):
        yield f"**{'.'.join(map(str, release))}**"
        yield ""
        yield from (f"- {row.change}" for row in rows)
        yield ""


def with_page(text: str) -> str:
    """A README with its part made anew.  Raises `ValueError` if it has no such part."""
    before, mark, rest = text.partition(MARKS[0] + "\n")
    _, end, after = rest.partition(MARKS[1])
    if not mark or not end:
        raise ValueError(f"there are no lines {MARKS[0]} and {MARKS[1]}")
    return "".join((before, mark, "\n", "\n".join(page()), "\n", end, after))


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(with_page(readme.read_text()))

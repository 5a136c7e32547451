"""A file with a comment behind each line, as something to copy from."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.language.columns import padded
from ....model.language.words import tr

Row = tuple[str, str]
"""A line of the file, and its comment: a sentence to `tr`, or "" for none."""


def commented(rows: Sequence[Row], column: int) -> list[str]:
    """The lines with their comments at a column, or behind longer ones."""
    return [f"{padded(code, column)} # {tr(comment)}" if comment else code for code, comment in rows]


def plain(rows: Sequence[Row]) -> str:
    """The file without comments."""
    return "".join(f"{code}\n" for code, _ in rows)

"""What a ledger made from a log consists of: rows with the lines that tell them, and parts that add up."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from ...language.words import translatable
from ...logs.log_line import LogLine


class Known(Enum):
    """How a number is known."""

    TOLD = translatable("told")
    COMPUTED = translatable("computed")
    ASSUMED = translatable("assumed")


class Row(NamedTuple):
    """So many bytes of something, in `pieces`, the first of them at `first` (None where no address is told).
    `line` is the first line that tells it, `why` what else there is to say.  A negative `size` takes away
    what other rows have too much."""

    name: str
    size: int
    known: Known = Known.TOLD
    line: LogLine | None = None
    why: str = ""
    first: int | None = None
    pieces: int = 1


class Part(NamedTuple):
    """A number of bytes and the rows it is split into; `line` tells the number."""

    name: str
    total: int
    rows: tuple[Row, ...]
    line: LogLine | None = None

    @property
    def difference(self) -> int:
        """What the rows lack: 0, they are made so."""
        return self.total - sum(row.size for row in self.rows)


class Advice(NamedTuple):
    """What to add to the command line, and what it tells that is missing now."""

    option: str
    tells: str


class LogAnswer(NamedTuple):
    """A question that people have about this log, and the answer as far as it tells."""

    question: str
    answer: str
    line: LogLine | None = None


class LogLedger(NamedTuple):
    """All RAM of a machine, in parts, the later ones of what earlier ones leave; `notes` say what a number of
    the log counts."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    answers: tuple[LogAnswer, ...] = ()
    advice: tuple[Advice, ...] = ()


def largest_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows that say something, in the order in which people look at them."""
    return tuple(sorted((row for row in rows if row.size), key=lambda row: -row.size))

"""Answers to questions about memory, as values: what the command line tells in words, a pane can show."""

from __future__ import annotations

from typing import NamedTuple

from ...analysis.accounting import Ledger
from ...analysis.explain import Explanation, Failure
from ...analysis.from_log.rows import LogLedger
from ...analysis.history import HistoryItem
from ...index.selectors import MemoryRange
from .address import Fact


class AddressAnswer(NamedTuple):
    """All that is known of an address."""

    facts: tuple[Fact, ...]


class HistoryAnswer(NamedTuple):
    """The history of a part of memory."""

    place: MemoryRange
    items: tuple[HistoryItem, ...]


class ExplainAnswer(NamedTuple):
    """Why a request came out as it did (None: nothing was refused so far), and all that a boot refuses;
    `facts` is what else there is to say, about a node of the device tree or what nobody asked for."""

    explanation: Explanation | None
    failures: tuple[Failure, ...]
    facts: tuple[Fact, ...] = ()


class Said(NamedTuple):
    """A sentence; `event` is the one that it is about, where there is one to go to."""

    text: str
    event: int | None = None


class Paragraph(NamedTuple):
    """Sentences about one side of a matter, below a heading."""

    heading: str
    said: tuple[Said, ...]


class WordsAnswer(NamedTuple):
    """Something told in sentences: `kind` says what it is, for programs ("explanation", "terms")."""

    kind: str
    paragraphs: tuple[Paragraph, ...]


Found = AddressAnswer | HistoryAnswer | ExplainAnswer | Ledger | LogLedger | WordsAnswer


class Answer(NamedTuple):
    """What was found; the command `line` asks for it again."""

    line: str
    position: int
    found: Found

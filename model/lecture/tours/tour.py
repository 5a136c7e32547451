"""What a tour is: stops in a boot, each with something to look at and a few sentences about it.

A tour is a TOML file, which ``bootstep help tour-file`` describes with an example.  It has its words in every
language, and no number that the boot could tell itself: what stands in braces is an expression at the stop's
place, with a format behind a colon.

A question has either the ``kind`` of one that is made of the boot itself, with options of its own, or
``ask``, ``answer`` and ``explain``.  The answer is an expression: its value is what to type, or the text of
the right choice; with ``answer = "choice 2"`` it is the second.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

LOOKS = (
    *("calls", "source", "memblock", "e820", "pagetables", "sections", "zones", "log", "variables"),
    *("breakpoints", "console", "about", "both"),
)
"""The panes that a stop may look at, as `look` calls them."""
LONGEST_TEXT = 4000
MOST_STOPS = 100
LARGEST = 1 << 18
"""Bytes of a file."""

Texts = dict[str, str]
"""A text by the languages it is there in, as `language.words` calls them; a text that names none is
English."""


class TourQuestion(Struct, frozen=True):
    """A question at a stop.  Of a `kind` that is made of the boot, with `options` as the file has them; or,
    with an empty `kind`, written out: `ask`, perhaps `choices`, the `answer` as an expression or ``choice
    N``, and what to `explain` then.  Texts may have expressions."""

    kind: str = ""
    options: dict[str, Any] = {}
    ask: Texts = {}
    choices: tuple[Texts, ...] = ()
    answer: str = ""
    explain: Texts = {}


class TourStop(Struct, frozen=True):
    """A stop: positions by their names (`at`, the first that there is), the pane to `look` at with what is
    lit there, and what is said.  `only_if` is an expression, "" if it always holds."""

    number: int
    at: tuple[str, ...]
    look: str
    title: Texts
    say: Texts
    notes: Texts = {}
    rows: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    ask: str = ""
    only_if: str = ""
    is_optional: bool = False
    question: TourQuestion | None = None

    @property
    def label(self) -> str:
        """What mistakes in it are named by."""
        return f"stop {self.number} ({self.at[0]})"


class Tour(Struct, frozen=True):
    """A tour; `machine` is the word that names the boot it is made for, `arches` and `source` what it needs
    of another ("" and nothing: anything), `file` where it was read."""

    name: str
    title: Texts
    about: Texts
    machine: str
    stops: tuple[TourStop, ...]
    arches: tuple[str, ...] = ()
    source: str = ""
    file: str = ""
    order: int = MOST_STOPS

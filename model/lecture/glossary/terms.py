"""Terms: words of the screen, with what they mean, in every language.

Each file in `terms/` is about one subject.  A table in it is one term; its name is the term's word as people
type it::

    [nomap]
    word = "NOMAP"                    # as it is shown; the name of the table if it is missing
    also = ["no-map", "MEMBLOCK_NOMAP"]
    in = "include/linux/memblock.h"   # where in the kernel's source
    see = ["linear map"]
    en = "one sentence"               # short, on a line of its own
    zh = "一句话"
    more.en = "two to five sentences"
    more.zh = "……"

A word that means several things has several terms, told apart by what stands before it: "e820 reserved".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from ...language.words import local
from ..texts import tables

FOLDER = Path(__file__).with_name("terms")
PLAIN = str.maketrans({" ": "", "-": "", "_": "", ".": "", "/": ""})


class Term(Struct, frozen=True):
    """A term: its `key` in the file, the `word` as it is shown, other words for it, where it is in the
    kernel's source ("": nowhere in particular), the keys of related terms, its sentences by language, and the
    file (its name without an ending: the subject)."""

    key: str
    word: str
    also: tuple[str, ...]
    source: str
    see: tuple[str, ...]
    shorts: dict[str, str]
    mores: dict[str, str]
    subject: str

    @property
    def short(self) -> str:
        """What it is, in a sentence of the chosen language."""
        return local(self.shorts)

    @property
    def more(self) -> str:
        """The explanation in the chosen language."""
        return local(self.mores)

    @property
    def names(self) -> tuple[str, ...]:
        """Every word for it."""
        return (self.word, self.key, *self.also)


def _read(file: Path) -> Iterator[Term]:
    table: dict[str, Any] = tables(file)
    for key, said in table.items():
        shorts = {name: said[name] for name in ("en", "zh") if name in said}
        yield Term(
            key,
            said.get("word", key),
            tuple(said.get("also", ())),
            said.get("in", ""),
            tuple(said.get("see", ())),
            shorts,
            dict(said.get("more", {})),
            file.stem,
        )


@cache
def all_terms() -> tuple[Term, ...]:
    """Every term, in the order of the files and of the terms in them."""
    return tuple(term for file in sorted(FOLDER.glob("*.toml")) for term in _read(file))


@cache
def _exactly() -> dict[str, Term]:
    """The terms by their words as they are written; of two with the same word, the one whose own it is."""
    found: dict[str, Term] = {}
    for index in range(3):
        for term in all_terms():
            for name in ((term.word,), (term.key,), term.also)[index]:
                found.setdefault(name, term)
    return found


@cache
def _loosely() -> dict[str, Term]:
    """The same without case, spaces and hyphens."""
    found: dict[str, Term] = {}
    for name, term in _exactly().items():
        found.setdefault(plain(name), term)
    return found


def plain(word: str) -> str:
    """A word as it is compared: without case, spaces, hyphens and underscores, unless nothing else is in
    it."""
    return word.lower().translate(PLAIN) or word


def find(word: str) -> Term | None:
    """The term of a word, as it is written, or else with no heed to case and hyphens."""
    word = word.strip()
    return _exactly().get(word) or _loosely().get(plain(word))


def all_with(word: str) -> tuple[Term, ...]:
    """All terms that a word may mean, the one that `find` finds first."""
    first, loose = find(word), plain(word.strip())
    rest = [
        term
        for term in all_terms()
        if term is not first
        and any(plain(name) == loose or plain(name.rpartition(" ")[2]) == loose for name in term.names)
    ]
    return (*((first,) if first else ()), *rest)


def known_words() -> tuple[str, ...]:
    """Every word that there is a term for, as it is written."""
    return tuple(_exactly())

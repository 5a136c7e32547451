"""The catalogue of words, kept with Babel:

    python tests/language/catalogue.py update    find new sentences in the code, put them into the .po files
    python tests/language/catalogue.py compile   make the .mo file of them

Sentences are what `tr`, `trn` and `translatable` are given.  Each part of the house has a .po file of its
own, so that people can translate side by side; all are compiled into one .mo."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
HOME = ROOT / "model/language/catalogues"
LANGUAGES = ("zh",)
PARTS = {
    "screen": "tui",
    "commands": "tui/cli",
    "machines": "boots",
    "answers": "model",
    "tours": "model/lecture/tours",
    "questions": "model/lecture/questions",
    "words": "model/lecture",
}
"""The .po files, each with the folder whose sentences it has, but for the folders inside that others have."""
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in a compiled file, so that the same sentences make the same file."""
KEYWORDS = {"tr": None, "trn": (1, 2), "translatable": None}
LINES = {"translatable_lines": None}
TABLES = {"KeyBinding": (4, 5), "Group": (1,)}
"""Records of tables, with the arguments that are sentences; before them, what has a sentence in each line."""


def sentences(part: str) -> Catalog:
    """What the code of a part says, without translations."""
    found = Catalog(charset="utf-8")
    for file in sorted((ROOT / PARTS[part]).rglob("*.py")):
        if part_of(file) == part:
            for message, context in _said(file, KEYWORDS):
                found.add(message, context=context)
            for text, _ in _said(file, LINES):
                for line in filter(None, str(text).split("\n")):
                    found.add(line)
            for messages, _ in _said(file, TABLES):
                for message in (messages,) if isinstance(messages, str) else messages:
                    found.add(message)
    return found


def _said(file: Path, keywords: Mapping[str, tuple[int, ...] | None]) -> Iterator[tuple[Any, str | None]]:
    """What a module gives to some functions, each with its context.  Babel reads every word of a module for
    that, so only a module that calls one of them is given to it."""
    if re.search(rf"\b(?:{'|'.join(keywords)})\s*\(", file.read_text(encoding="utf-8")):
        for _, messages, _, context in extract_from_file("python", file, keywords=keywords):
            yield messages, context


def part_of(file: Path) -> str:
    """The part that a module's sentences are in."""
    holders = [part for part, folder in PARTS.items() if file.is_relative_to(ROOT / folder)]
    return max(holders, key=lambda part: len(PARTS[part]))


def file_of(part: str, language: str) -> Path:
    """Where a part's translation stands."""
    return HOME / language / f"{part}.po"


def translation(part: str, language: str) -> Catalog:
    """A part's translation as it stands."""
    file = file_of(part, language)
    if not file.exists():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as text:
        return read_po(text, locale=language)


def updated(part: str, language: str) -> Catalog:
    """The translation with a place for each sentence of the code, and none for others.  Nothing is guessed
    from sentences that are alike."""
    catalogue, new = translation(part, language), Catalog(locale=language, charset="utf-8")
    for message in sentences(part):
        if message.id:
            old = catalogue.get(message.id)
            new.add(message.id, old.string if old else None)
    return new


def as_po(catalogue: Catalog) -> bytes:
    """A .po file, in the order of its sentences, without what changes by itself."""
    text = io.BytesIO()
    write_po(text, catalogue, no_location=True, omit_header=True, sort_output=True, width=110)
    return b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + text.getvalue()


def as_mo(language: str) -> bytes:
    """All parts in one compiled file."""
    whole = Catalog(locale=language, charset="utf-8", creation_date=NEVER, revision_date=NEVER)
    for part in PARTS:
        for message in translation(part, language):
            if message.id and message.string:
                whole.add(message.id, message.string)
    file = io.BytesIO()
    write_mo(file, whole)
    return file.getvalue()


def compiled(language: str) -> Path:
    """Where the compiled file stands."""
    return HOME / language / "LC_MESSAGES/bootstep.mo"


def main(words: list[str]) -> None:
    """Do what the command line says."""
    for language in LANGUAGES:
        if words == ["update"]:
            for part in PARTS:
                file_of(part, language).write_bytes(as_po(updated(part, language)))
        elif words == ["compile"]:
            compiled(language).write_bytes(as_mo(language))
        else:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])

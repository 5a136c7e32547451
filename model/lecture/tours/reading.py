"""Reading a tour's file: whatever is wrong with it is said with the file and the stop."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, cast

from ...arch.arches import ARCHES
from ...base.errors import InputError
from ...files.input_files import read_text
from ...files.toml_file import parse_toml, quoted
from ...language.words import ENGLISH, LANGUAGES
from .tour import LARGEST, LONGEST_TEXT, LOOKS, MOST_STOPS, Texts, Tour, TourQuestion, TourStop

MOST_LISTED = 16
"""Elements of a list at most."""
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,63}")
SOURCES = ("boot", "log")

Table = dict[str, Any]


class Faulty(Exception):
    """What is wrong with a table, in words that follow its name."""


def read_tour(path: Path) -> Tour:
    """The tour in a file.  Raises `InputError`."""
    text = read_text(path, LARGEST)
    try:
        tables = parse_toml(text)
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    return tour_of(tables, path)


def tour_of(tables: Mapping[str, Any], path: Path) -> Tour:
    """The tour that the tables of a file make.  Raises `InputError`."""

    def told(where: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Faulty as fault:
            raise InputError(f"{path}: {where}{fault}") from None

    told("", lambda: _known(tables, ("tour", "stop")))
    head = told("", lambda: _table(tables, "tour"))
    stops = told("", lambda: _tables(tables, "stop"))
    read = tuple(
        told(f"stop {number}{_place(table)}: ", lambda table=table, number=number: _stop(table, number))
        for number, table in enumerate(stops, 1)
    )
    return told("[tour]: ", lambda: _tour(head, read, path))


def _place(table: Table) -> str:
    """Where a stop is that something is wrong with, as far as that can be told."""
    at = table.get("at")
    first = next(iter(cast("list[Any]", at)), None) if isinstance(at, list) else at
    return f" ({first[:60]})" if isinstance(first, str) and first else ""


def _tour(head: Table, stops: tuple[TourStop, ...], path: Path) -> Tour:
    _known(head, ("name", "title", "about", "machine", "needs", "order"))
    name = _string(head, "name", path.stem)
    if not NAME.fullmatch(name):
        raise Faulty(f"name {name!r}: expected letters, digits, - and _, such as first-look")
    needs = _table(head, "needs") if "needs" in head else {}
    _known(needs, ("arch", "source"))
    arches = _strings(needs, "arch")
    for arch in arches:
        _one_of("needs.arch", arch, ARCHES)
    source = _string(needs, "source", "")
    if source:
        _one_of("needs.source", source, SOURCES)
    return Tour(
        name=name,
        title=_texts(head, "title"),
        about=_texts(head, "about", {}),
        machine=_machine(_string(head, "machine"), path),
        stops=stops,
        arches=arches,
        source=source,
        file=str(path),
        order=_order(head.get("order", MOST_STOPS)),
    )


def _order(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_STOPS:
        raise Faulty(f"order: expected a number from 0 to {MOST_STOPS}, not {quoted(value)}")
    return value


def _machine(word: str, path: Path) -> str:
    """The boot that a tour is made for: a file beside the tour, if there is one, or a word as it is."""
    beside = path.parent / word
    return str(beside) if "\0" not in word and beside.is_file() else word


def _stop(table: Table, number: int) -> TourStop:
    keys = ("at", "look", "rows", "address", "region", "ask", "if", "optional", "title", "say", "notes")
    _known(table, (*keys, "question"))
    at = _strings(table, "at")
    if not at:
        raise Faulty('at: expected a position, such as "paging_init:return"')
    look = _string(table, "look", "about" if "ask" in table else "memblock")
    _one_of("look", look, LOOKS)
    optional = table.get("optional", False)
    if not isinstance(optional, bool):
        raise Faulty(f"optional: expected true or false, not {quoted(optional)}")
    return TourStop(
        number=number,
        at=at,
        look=look,
        title=_texts(table, "title"),
        say=_texts(table, "say"),
        notes=_texts(table, "notes", {}),
        rows=_strings(table, "rows"),
        addresses=_strings(table, "address"),
        regions=_strings(table, "region"),
        ask=_string(table, "ask", ""),
        only_if=_string(table, "if", ""),
        is_optional=optional,
        question=_question(_table(table, "question")) if "question" in table else None,
    )


def _question(table: Table) -> TourQuestion:
    if "kind" in table:
        kind = _string(table, "kind")
        return TourQuestion(kind=kind, options={key: each for key, each in table.items() if key != "kind"})
    _known(table, ("ask", "choices", "answer", "explain"), "question has ")
    return TourQuestion(
        ask=_texts(table, "ask"),
        choices=_choices(table),
        answer=_string(table, "answer"),
        explain=_texts(table, "explain", {}),
    )


def _choices(table: Table) -> tuple[Texts, ...]:
    """The choices of a question, each in its languages, from a list for each language."""
    found = table.get("choices")
    if found is None:
        return ()
    by_language: Table = cast("Table", found) if isinstance(found, dict) else {ENGLISH: found}
    lists = {language: _strings(by_language, language, "choices.") for language in by_language}
    for language in lists:
        _one_of("choices", language, LANGUAGES)
    lengths = {len(each) for each in lists.values()}
    if len(lengths) != 1 or lengths < {2} or min(lengths) < 2:
        raise Faulty("choices: expected two or more, as many in every language")
    return tuple({language: each[index] for language, each in lists.items()} for index in range(min(lengths)))


# ---- single values ----


def _known(table: Mapping[str, Any], keys: Collection[str], where: str = "") -> None:
    """Whether a table has nothing but these keys.  Raises `Faulty`."""
    for key in table:
        if key not in keys:
            near = get_close_matches(key, keys, 1)
            hint = f"did you mean {near[0]}?" if near else f"expected {', '.join(keys)}"
            raise Faulty(f"{where}an unknown key {key!r}: {hint}")


def _missing(key: str) -> NoReturn:
    raise Faulty(f"{key} is missing")


def _table(table: Mapping[str, Any], key: str) -> Table:
    found = table.get(key)
    if found is None:
        _missing(f"[{key}]" if key == "tour" else key)
    if not isinstance(found, dict):
        raise Faulty(f"{key}: expected a table, not {quoted(found)}")
    return cast("Table", found)


def _tables(table: Mapping[str, Any], key: str) -> list[Table]:
    found = table.get(key)
    if not isinstance(found, list) or not found:
        raise Faulty(f"[[{key}]]: expected one or more of these tables")
    each = cast("list[Any]", found)
    if len(each) > MOST_STOPS:
        raise Faulty(f"[[{key}]]: there are {len(each)}, a tour has at most {MOST_STOPS}")
    if not all(isinstance(one, dict) for one in each):
        raise Faulty(f"[[{key}]]: expected tables")
    return each


def _string(table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    found = table.get(key, default)
    if found is None:
        _missing(key)
    return _checked(key, found)


def _checked(key: str, found: Any) -> str:
    if not isinstance(found, str) or not (found.strip() or found == ""):
        raise Faulty(f"{key}: expected a text, not {quoted(found)}")
    if len(found) > LONGEST_TEXT:
        raise Faulty(f"{key}: this has {len(found)} characters, expected at most {LONGEST_TEXT}")
    return found.strip()


def _strings(table: Mapping[str, Any], key: str, before: str = "") -> tuple[str, ...]:
    """One text or a list of them."""
    found = table.get(key)
    if found is None:
        return ()
    each: Sequence[Any] = cast("list[Any]", found) if isinstance(found, list) else [found]
    if not each or len(each) > MOST_LISTED:
        raise Faulty(f"{before}{key}: expected from 1 to {MOST_LISTED} texts, not {len(each)}")
    read = tuple(_checked(f"{before}{key}", one) for one in each)
    if not all(read):
        raise Faulty(f"{before}{key}: expected a text, not an empty one")
    return read


def _texts(table: Mapping[str, Any], key: str, default: Texts | None = None) -> Texts:
    """A text by languages: a table of them, or one plain string, which is taken to be English."""
    found = table.get(key)
    if found is None:
        if default is None:
            _missing(key)
        return default
    by_language: Table = cast("Table", found) if isinstance(found, dict) else {ENGLISH: found}
    if not by_language:
        raise Faulty(f"{key}: expected a text")
    for language in by_language:
        _one_of(key, language, LANGUAGES)
    read = {language: _checked(f"{key}.{language}", by_language[language]) for language in by_language}
    if not all(read.values()):
        raise Faulty(f"{key}: expected a text, not an empty one")
    return read


def _one_of(key: str, word: str, known: Collection[str]) -> None:
    if word not in known:
        near = get_close_matches(word, known, 1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise Faulty(f"{key}: {quoted(word)} is none of {', '.join(known)}{hint}")

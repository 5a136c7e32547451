"""Pieces of sentences that many explanations have: sizes with their place, lists, functions, owners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ...analysis.owner_rules import Owner
from ...base.units import hex_address, readable_size
from ...language.words import local, tr, trn
from ..texts import tables

OWNERS = Path(__file__).with_name("owners.toml")


def extent(base: int, size: int) -> str:
    """A range by its size and where it begins."""
    return tr("{size} from {base}", size=readable_size(size), base=hex_address(base))


def span(base: int, end: int) -> str:
    """A range by its ends, the last address included."""
    return f"[{hex_address(base)}-{hex_address(end - 1)}]"


def listed(words: Iterable[str]) -> str:
    """Words one after the other."""
    return tr(", ").join(words)


def few(words: Sequence[str], most: int = 3) -> str:
    """The first of some words, and how many more there are."""
    if len(words) <= most:
        return listed(words)
    return tr("{some} and {more} more", some=listed(words[:most]), more=len(words) - most)


def whose(owner: Owner) -> str:
    """An owner, and why he has the memory."""
    found = _about(owner.name)
    said = local(found).replace("{name}", owner.name) if found else owner.name
    return tr("{owner} ({cause})", owner=said, cause=owner.cause) if owner.cause else said


def _about(name: str) -> dict[str, str] | None:
    """What is told of an owner of this name; keys that end in an asterisk are beginnings of names."""
    table = tables(OWNERS)
    if name in table:
        return table[name]
    fitting = [key for key in table if key.endswith("*") and name.startswith(key[:-1])]
    return table[max(fitting, key=len)] if fitting else None


def pages_words(pages: int, page_size: int) -> str:
    """A number of pages and their bytes."""
    size = readable_size(pages * page_size)
    return trn("{count} page ({size})", "{count} pages ({size})", pages, size=size)


def pfn_span(start: int, end: int, page_size: int) -> str:
    """Page frames by number, and the addresses where they lie."""
    return tr(
        "pfn {first} to {last} (at {address})",
        first=hex_address(start),
        last=hex_address(max(end - 1, start)),
        address=hex_address(start * page_size),
    )

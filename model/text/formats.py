"""Values as ``print`` shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ..base.units import hex_address, readable_size, value_text
from ..language.words import tr

MASK = (1 << 64) - 1

FORMATS = {
    "x": "hex",
    "d": "decimal",
    "u": "unsigned",
    "s": "size",
    "t": "binary",
    "o": "octal",
    "z": "hex with zeros",
    "c": "character",
    "a": "address with its symbol",
}
"""The letters after ``print/``."""

LONGEST_LIST = 20


def formatted(source: str, value: Any, form: str = "") -> str:
    """The value of an expression: numbers in one of `FORMATS`, or in every one that says something."""
    if isinstance(value, bool) or not isinstance(value, int):
        return _structure(value, form)
    return _number(value, form) if form else _every_way(source, value)


def _number(value: int, form: str) -> str:
    match form:
        case "x":
            return hex_address(value)
        case "s":
            return readable_size(value)
        case "t":
            return f"{value & MASK:b}"
        case "o":
            return f"0{value & MASK:o}"
        case "u":
            return str(value & MASK)
        case "z":
            return f"{value & MASK:#018x}"
        case _:
            return str(value)


def _every_way(source: str, value: int) -> str:
    ways = [str(value)]
    if not -10 < value < 10:
        ways.append(hex_address(value))
    counts_pages = "pfn" in source.lower() or "pages" in source.lower()
    if 1024 <= value < 1 << 48 and value % 1024 == 0 and not counts_pages:
        ways.append(readable_size(value))
    return " = ".join(ways)


def _structure(value: Any, form: str) -> str:
    fields = getattr(value, "_fields", None)
    if fields is not None:
        return "{" + ", ".join(f"{name} = {_part(name, getattr(value, name), form)}" for name in fields) + "}"
    if isinstance(value, Mapping):
        mapping = cast("Mapping[Any, Any]", value)
        lines = [f"{key} = {_part(str(key), each, form)}" for key, each in mapping.items()]
        return "{" + ", ".join(_shortened(lines)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        sequence = cast("Sequence[Any]", value)
        return (
            "["
            + ", ".join(
                _shortened([_part("", each, form) for each in sequence[: LONGEST_LIST + 1]], len(sequence))
            )
            + "]"
        )
    return value_text("", value)


def _shortened(parts: list[str], length: int = 0) -> list[str]:
    total = max(length, len(parts))
    return (
        parts
        if total <= LONGEST_LIST
        else [*parts[:LONGEST_LIST], tr("… {total} more", total=total - LONGEST_LIST)]
    )


def _part(name: str, value: Any, form: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return _structure(value, form)
    return _number(value, form) if form else value_text(name, value)

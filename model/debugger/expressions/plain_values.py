"""Values of expressions as plain data for JSON, by their C types: what ``print`` shows in words.

A pointer is an object with its ``address``, structures are objects, arrays lists.  Addresses are hexadecimal
strings, sizes and all that is counted are numbers, as everywhere in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...text.values_json import hex_of, is_size, value_json
from .c_text import IN_HEX, MOST_ELEMENTS
from .types import enumerator
from .values import VOID, Array, Lazy, Pointer, Structure, Typed, kind_of_value


def expression_json(expression: str, value: Any) -> dict[str, Any]:
    """An expression and its value; of a number the integer, and the same as ``hex``, since it may be an
    address."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return {
        "kind": "value",
        "expression": expression,
        "type": kind_of_value(value) or None,
        "value": int(value) if is_number else plain("", value),
        "hex": hex_of(int(value)) if is_number else None,
    }


def plain(name: str, value: Any) -> Any:
    """A value for a member of that name ("" where it has none)."""
    if value is VOID:
        return None
    if isinstance(value, Pointer):
        return {
            "address": None if value.address is None else hex_of(value.address),
            "type": kind_of_value(value),
            "symbol": value.symbol or None,
        }
    if isinstance(value, Structure):
        return {member: plain(member, each) for member, each in value.members.items()}
    if isinstance(value, Array | Lazy):
        return [plain(name, each) for each in value[:MOST_ELEMENTS]]
    if isinstance(value, Typed):
        if constant := enumerator(value.kind, value):
            return constant
        return hex_of(int(value)) if value.kind in IN_HEX and not is_size(name) else int(value)
    if isinstance(value, Mapping) or not isinstance(value, int) or isinstance(value, bool):
        return value_json(name, value)
    return value_json(name, int(value))

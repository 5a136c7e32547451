"""Types of variables out of DWARF, as far as their values can be read from bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ..entries import name_of, type_of
from ..types import DEEPEST, QUALIFIERS, counts_of, is_signed, type_name, type_size
from .records import ValueType

NUMBERS = frozenset(("DW_TAG_base_type", "DW_TAG_pointer_type", "DW_TAG_enumeration_type"))
LARGEST_NUMBER = 8
MOST_ENUMERATORS = 256
MOST_MEMBERS = 16
"""Members of a structure that are read."""
INSIDE = 2
"""So many structures and arrays in each other are read."""
BOOLEAN, FLOATING = 2, (3, 4)
"""DW_ATE_boolean; DW_ATE_complex_float and DW_ATE_float."""


def value_type(die: Any, depth: int = 0) -> ValueType:
    """How values of a type are read; None (void) is the type of no value."""
    bare, size, name = _bare(die), type_size(die), type_name(die)
    if bare is None or depth > INSIDE:
        return ValueType(name, size)
    encoding = _number(bare, "DW_AT_encoding")
    if bare.tag in NUMBERS and 0 < size <= LARGEST_NUMBER and encoding not in FLOATING:
        return ValueType(name, size, True, is_signed(die), encoding == BOOLEAN, _enumerators(bare))
    if bare.tag in ("DW_TAG_structure_type", "DW_TAG_union_type"):
        return ValueType(name, size, members=tuple(islice(_members(bare, depth), MOST_MEMBERS)))
    if bare.tag == "DW_TAG_array_type":
        counts = counts_of(bare)
        items = value_type(type_of(bare), depth + 1) if len(counts) == 1 else None
        return ValueType(name, size, items=items, length=counts[0] if counts else 0)
    return ValueType(name, size)


def _bare(kind: Any) -> Any:
    """A type without the names and qualifiers that it was given."""
    for _ in range(DEEPEST):
        if kind is None or kind.tag not in ("DW_TAG_typedef", *QUALIFIERS):
            break
        kind = type_of(kind)
    return kind


def _number(die: Any, name: str) -> int | None:
    attribute = die.attributes.get(name)
    return attribute.value if attribute is not None and isinstance(attribute.value, int) else None


def _enumerators(kind: Any) -> dict[int, str]:
    """The names of an enumeration's values."""
    if kind.tag != "DW_TAG_enumeration_type":
        return {}
    children = islice(kind.iter_children(), MOST_ENUMERATORS)
    named = ((_number(child, "DW_AT_const_value"), name_of(child)) for child in children)
    return {value: name for value, name in named if value is not None}


def _members(kind: Any, depth: int) -> Iterator[tuple[str, int, ValueType]]:
    """The members of a structure; bit fields, which have no byte of their own, are left out."""
    for child in kind.iter_children():
        offset = _number(child, "DW_AT_data_member_location")
        if child.tag == "DW_TAG_member":
            of_union = 0 if kind.tag == "DW_TAG_union_type" else None
            at = offset if offset is not None else of_union
            if at is not None and name_of(child):
                yield name_of(child), at, value_type(type_of(child), depth + 1)

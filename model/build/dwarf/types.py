"""Members of structures in DWARF: what their types are called in C, and how large they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .entries import name_of, type_of

DEEPEST = 16
"""How many types may be made of each other: in a damaged file they may lead in a circle."""
POINTER_SIZE = 8
KEYWORDS = {
    "DW_TAG_structure_type": "struct",
    "DW_TAG_union_type": "union",
    "DW_TAG_enumeration_type": "enum",
    "DW_TAG_class_type": "struct",
}
SIGNED_ENCODINGS = (5, 6)
"""DW_ATE_signed and DW_ATE_signed_char."""
QUALIFIERS = {"DW_TAG_const_type": "const ", "DW_TAG_volatile_type": "volatile "}


def members_of(die: Any) -> Iterator[list[Any]]:
    """Name (None if it has none), offset, size and type of each member; bit fields, which have no byte of
    their own, are left out."""
    for child in die.iter_children():
        offset = child.attributes.get("DW_AT_data_member_location")
        if child.tag == "DW_TAG_member" and offset is not None and isinstance(offset.value, int):
            kind = type_of(child)
            yield [name_of(child) or None, offset.value, type_size(kind), type_name(kind)]


def type_name(die: Any, depth: int = 0) -> str:
    """What C calls a type, ``void`` if there is none."""
    if die is None:
        return "void"
    if depth > DEEPEST:
        return ""
    name = name_of(die)
    if keyword := KEYWORDS.get(die.tag):
        return f"{keyword} {name or '{...}'}"
    inner = "" if die.tag in ("DW_TAG_base_type", "DW_TAG_typedef") else type_name(type_of(die), depth + 1)
    if die.tag == "DW_TAG_pointer_type":
        return f"{inner}*" if inner.endswith("*") else f"{inner} *"
    if die.tag == "DW_TAG_array_type":
        return _array(inner, counts_of(die))
    if die.tag in QUALIFIERS:
        return f"{QUALIFIERS[die.tag]}{inner}"
    return f"{inner} ()" if die.tag == "DW_TAG_subroutine_type" else name


def _array(inner: str, counts: list[int]) -> str:
    """``inner[4]``; more dimensions stand before those of the inner type."""
    base, bracket, rest = inner.partition("[")
    return base + "".join(f"[{count}]" if count else "[]" for count in counts) + bracket + rest


def is_signed(die: Any, depth: int = 0) -> bool:
    """Whether a type is of whole numbers that may be below 0."""
    if die is None or depth > DEEPEST:
        return False
    encoding = die.attributes.get("DW_AT_encoding")
    if die.tag == "DW_TAG_base_type":
        return encoding is not None and encoding.value in SIGNED_ENCODINGS
    return die.tag in (*QUALIFIERS, "DW_TAG_typedef") and is_signed(type_of(die), depth + 1)


def type_size(die: Any, depth: int = 0) -> int:
    """Bytes of a type, 0 where that is not told."""
    if die is None or depth > DEEPEST:
        return 0
    size = die.attributes.get("DW_AT_byte_size")
    if size is not None and isinstance(size.value, int):
        return size.value
    if die.tag == "DW_TAG_pointer_type":
        return POINTER_SIZE
    inner = type_size(type_of(die), depth + 1)
    if die.tag == "DW_TAG_array_type":
        for count in counts_of(die):
            inner *= count
    return inner


def counts_of(die: Any) -> list[int]:
    """The length of each dimension of an array, 0 where it has none."""
    counts: list[int] = []
    for child in die.iter_children():
        if child.tag != "DW_TAG_subrange_type":
            continue
        count, last = child.attributes.get("DW_AT_count"), child.attributes.get("DW_AT_upper_bound")
        if count is not None and isinstance(count.value, int):
            counts.append(count.value)
        else:
            counts.append(last.value + 1 if last is not None and isinstance(last.value, int) else 0)
    return counts

"""Entries of DWARF (DIEs), and what each has: its kind, its name, its type, and what it is an instance of."""

from __future__ import annotations

from typing import Any

SUBPROGRAM, INLINED, PARAMETER = "DW_TAG_subprogram", "DW_TAG_inlined_subroutine", "DW_TAG_formal_parameter"
INSIDE = frozenset((INLINED, "DW_TAG_lexical_block"))
ORIGINS = ("DW_AT_abstract_origin", "DW_AT_specification")
MOST_ORIGINS = 64
"""How many entries may be instances of each other: in a damaged file they may lead in a circle."""
WITHIN_UNIT = frozenset(("DW_FORM_ref1", "DW_FORM_ref2", "DW_FORM_ref4", "DW_FORM_ref8", "DW_FORM_ref_udata"))


def name_of(die: Any) -> str:
    """The name of an entry, "" if it has none."""
    attribute = die.attributes.get("DW_AT_name")
    if attribute is None or not isinstance(attribute.value, bytes):
        return ""
    return attribute.value.decode("utf-8", "replace")


def type_of(die: Any) -> Any:
    """The type that an entry refers to; None if there is none, or not in this unit."""
    attribute = die.attributes.get("DW_AT_type")
    if attribute is None or attribute.form not in WITHIN_UNIT:
        return None
    return die.get_DIE_from_attribute("DW_AT_type")


def origin_of(die: Any) -> Any:
    """What an entry is an instance of: the one that has the name."""
    for _ in range(MOST_ORIGINS):
        for name in ORIGINS:
            if name in die.attributes:
                die = die.get_DIE_from_attribute(name)
                break
        else:
            return die
    raise ValueError("origins without end")

"""Sizes of structures out of a vmlinux's DWARF, by pyelftools.

A kernel's DWARF is hundreds of megabytes in thousands of compilation units.  The functions of `ANCHORS` lead
to the few units that use the wanted types (through ``.debug_aranges``), and if these do not have them all,
`SOURCES` names the rest; of units only the top level is walked, and only until everything is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ..required_types import ANCHORS, ENUMERATIONS, MEMBERS, OF_SOME, SHOWN, SOURCES, STRUCTURES
from .entries import name_of
from .opening import MOST_UNITS, Progress, dwarf_info, has_debug, reading, unit_name
from .types import members_of


def read_dwarf(
    elf: Any, symbols: Mapping[str, int], filename: str, progress: Progress
) -> dict[str, Any] | None:
    """The sizes of the structures that the model wants, shaped as sizes.json; None if the ELF file has no
    DWARF.  Raises `InputError` if it is damaged."""
    if not has_debug(elf):
        return None
    found = _Found()
    with reading(filename):
        info = dwarf_info(elf, filename)
        for name, unit in _units(info, symbols):
            progress(f"reading sizes of structures from the DWARF of {filename}: {name}")
            found.read(unit)
            if found.complete:
                break
    return found.facts if found.sizes else None


def _units(info: Any, symbols: Mapping[str, int]) -> Iterator[tuple[str, Any]]:
    """The compilation units that promise most, each once, with its name: first those of the anchors, if there
    is a table of addresses, then the sources by name: a function may have become inline, or have moved."""
    aranges = info.get_aranges() if info.debug_aranges_sec else None
    seen: set[int] = set()
    for function in ANCHORS:
        address = symbols.get(function)
        offset = aranges.cu_offset_at_addr(address) if aranges and address is not None else None
        if offset is not None and offset not in seen:
            seen.add(offset)
            unit = info.get_CU_at(offset)
            yield unit_name(unit), unit
    for unit in islice(info.iter_CUs(), MOST_UNITS):
        name = unit_name(unit)
        if name.endswith(SOURCES) and unit.cu_offset not in seen:
            yield name, unit


class _Found:
    """What was found so far."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.members: dict[str, Any] = {}
        self.enumerations: dict[str, Any] = {}

    @property
    def complete(self) -> bool:
        found = len(self.sizes.keys() & {f"struct {name}" for name in STRUCTURES})
        return found == len(STRUCTURES) and len(self.enumerations) == len(ENUMERATIONS)

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "sizeof": self.sizes,
            "fields_[name,offset,size]": self.members,
            "enums": self.enumerations,
        }

    def read(self, unit: Any) -> None:
        """Look at the types at the top level of a compilation unit."""
        for die in unit.get_top_DIE().iter_children():
            if die.tag == "DW_TAG_structure_type":
                self._structure(die)
            elif die.tag == "DW_TAG_enumeration_type":
                self._enumeration(die)

    def _structure(self, die: Any) -> None:
        name, size = name_of(die), die.attributes.get("DW_AT_byte_size")
        if name in STRUCTURES | OF_SOME | SHOWN and size is not None and f"struct {name}" not in self.sizes:
            self.sizes[f"struct {name}"] = size.value
            if name in MEMBERS:
                self.members[name] = list(members_of(die))

    def _enumeration(self, die: Any) -> None:
        name = name_of(die)
        if name in ENUMERATIONS and name not in self.enumerations:
            values = {
                name_of(child): child.attributes["DW_AT_const_value"].value for child in die.iter_children()
            }
            if values:
                self.enumerations[name] = values

"""Sizes of structures out of a vmlinux's DWARF, by pyelftools.

A kernel's DWARF is hundreds of megabytes in thousands of compilation units.  The functions of `ANCHORS` lead
to the few units that use the wanted types (through ``.debug_aranges``), and if these do not have them all,
`SOURCES` names the rest; of units only the top level is walked, and only until everything is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from .dwarf_types import members_of
from .image.elf import check_section
from .kernel_files import damaged
from .required_types import ANCHORS, ENUMERATIONS, MEMBERS, OF_SOME, SHOWN, SOURCES, STRUCTURES

NEEDED = (
    ".debug_info",
    ".debug_abbrev",
    ".debug_str",
    ".debug_line_str",
    ".debug_str_offsets",
    ".debug_addr",
)
LONGEST_NAME = 1024
"""Bytes that are read of a name."""
MOST_UNITS = 200_000
"""How many compilation units are looked at; a kernel has some thousands."""
Progress = Callable[[str], None]
"""Called with what is read next."""


def read_dwarf(
    elf: Any, symbols: Mapping[str, int], filename: str, progress: Progress
) -> dict[str, Any] | None:
    """The sizes of the structures that the model wants, shaped as sizes.json; None if the ELF file has no
    DWARF.  Raises `InputError` if it is damaged."""
    if not has_debug(elf):
        return None
    found = _Found()
    with damaged(f"{filename}: the DWARF in this ELF file is damaged"):
        info = dwarf_info(elf, filename)
        for name, unit in _units(info, symbols):
            progress(f"reading sizes of structures from the DWARF of {filename}: {name}")
            found.read(unit)
            if found.complete:
                break
    return found.facts if found.sizes else None


def has_debug(elf: Any, section: str = ".debug_info") -> bool:
    """Whether an ELF file has a section of DWARF, compressed or not, and its bytes."""
    found = elf.get_section_by_name(section) or elf.get_section_by_name(f".z{section[1:]}")
    return found is not None and found["sh_type"] != "SHT_NOBITS"


def dwarf_info(elf: Any, filename: str, more: Sequence[str] = ()) -> Any:
    """pyelftools' view of DWARF, without the sections that nobody needs here (`more` are needed too): it
    would read them all; and without the end of names that are longer than any that is looked for.  Raises
    `InputError`."""
    find = elf.get_section_by_name
    needed = (*NEEDED, ".debug_aranges", *more)
    known = {*needed, *(f".z{name[1:]}" for name in needed)}

    def needed_only(name: str) -> Any:
        section = find(name) if name in known else None
        if section is not None:
            check_section(section, filename)
        return section

    elf.get_section_by_name = needed_only
    try:
        info = elf.get_dwarf_info(relocate_dwarf_sections=False, follow_links=False)
    finally:
        del elf.get_section_by_name
    info.get_string_from_table = _short_texts(info.debug_str_sec)
    info.get_string_from_linetable = _short_texts(info.debug_line_str_sec)
    return info


def _short_texts(section: Any) -> Callable[[int], bytes]:
    def text(at: int) -> bytes:
        section.stream.seek(at)
        return section.stream.read(LONGEST_NAME).partition(b"\0")[0]

    return text


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


def unit_name(unit: Any) -> str:
    """The file that a compilation unit was compiled of, as the compiler was told it."""
    _bound(unit)
    return _text(unit.get_top_DIE().attributes.get("DW_AT_name"))


def _text(attribute: Any) -> str:
    return (
        attribute.value.decode("utf-8", "replace") if attribute and isinstance(attribute.value, bytes) else ""
    )


def _bound(unit: Any) -> None:
    """Let a unit have no more entries than it has bytes: in a damaged one they may lead in a circle."""
    entry, left = unit._get_cached_DIE, unit["unit_length"]

    def counted(offset: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise ValueError("entries without end")
        return entry(offset)

    unit._get_cached_DIE = counted


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
        name, size = _text(die.attributes.get("DW_AT_name")), die.attributes.get("DW_AT_byte_size")
        if name in STRUCTURES | OF_SOME | SHOWN and size is not None and f"struct {name}" not in self.sizes:
            self.sizes[f"struct {name}"] = size.value
            if name in MEMBERS:
                self.members[name] = list(members_of(die))

    def _enumeration(self, die: Any) -> None:
        name = _text(die.attributes.get("DW_AT_name"))
        if name in ENUMERATIONS and name not in self.enumerations:
            values = {
                _text(child.attributes.get("DW_AT_name")): child.attributes["DW_AT_const_value"].value
                for child in die.iter_children()
            }
            if values:
                self.enumerations[name] = values

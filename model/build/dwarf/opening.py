"""Opening a file's DWARF: whether it has any, pyelftools' view of it, and its compilation units' names.

These are bytes of others, and hundreds of megabytes: what nobody looks for is not read, and nothing is read
without end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..image.elf import check_section
from ..kernel_files import damaged
from .entries import name_of

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


def has_debug(elf: Any, section: str = ".debug_info") -> bool:
    """Whether an ELF file has a section of DWARF, compressed or not, and its bytes."""
    found = elf.get_section_by_name(section) or elf.get_section_by_name(f".z{section[1:]}")
    return found is not None and found["sh_type"] != "SHT_NOBITS"


def reading(filename: str) -> AbstractContextManager[None]:
    """Reading the DWARF of a file: `InputError` if it is damaged."""
    return damaged(f"{filename}: the DWARF in this ELF file is damaged")


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


def unit_name(unit: Any) -> str:
    """The file that a compilation unit was compiled of, as the compiler was told it."""
    _bound(unit)
    return name_of(unit.get_top_DIE())


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

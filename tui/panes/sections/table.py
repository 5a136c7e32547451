"""Sections as a table: a line for each that is present."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.base.units import hex_address
from ....model.language.words import tr
from ...draw.lines import MARK_STYLES, Line, Mark, gutter, length
from ...draw.widths import cells
from ...session.snapshot import Snapshot

if TYPE_CHECKING:
    from ....model.memory.sparsemem import MemSection

FLAGS = ((1, "present"), (2, "map"), (4, "online"), (8, "early"))
"""The low bits of ``section_mem_map`` (include/linux/mmzone.h: SECTION_MARKED_PRESENT and those after it)."""


class SectionRow(Struct, frozen=True):
    """A section, and what the last move did to it."""

    mark: Mark
    number: int
    section: MemSection


def section_rows(snapshot: Snapshot) -> list[SectionRow]:
    """The sections of now and those that are gone, by number."""
    now, before = snapshot.now.sections, snapshot.before.sections
    if now is before:
        return [SectionRow(" ", number, now[number]) for number in sorted(now)]
    rows: list[SectionRow] = []
    for number in sorted({*now, *before}):
        new, old = now.get(number), before.get(number)
        if new is not None:
            rows.append(SectionRow(" " if new == old else "~" if old else "+", number, new))
        elif old is not None:
            rows.append(SectionRow("-", number, old))
    return rows


def section_line(row: SectionRow, shift: int, width: int) -> Line:
    """Number, address, flags, and as much of usage map and ``section_mem_map`` as there is room for."""
    mark, number, section = row.mark, row.number, row.section
    style = MARK_STYLES[mark]
    flags = " ".join(name for bit, name in FLAGS if section.section_mem_map & bit)
    line: Line = [
        *gutter(mark),
        (f"{number:>4} ", style or "strong"),
        (f"{number << shift:#x} ", style),
        (flags, style or "number"),
    ]
    usage = tr("  usage {usage_pa}", usage_pa=hex_address(section.usage_pa)) if section.usage_pa else ""
    for words in (usage, f"  {hex_address(section.section_mem_map)}"):
        if length(line) + cells(words) <= width:
            line.append((words, "dim"))
    return line

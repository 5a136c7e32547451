"""Sparse memory: the sections of physical memory, their roots and usage maps.

Mirrors the data of mm/sparse.c and include/linux/mmzone.h: ``mem_section``, ``struct mem_section``,
``struct mem_section_usage``.
"""

from __future__ import annotations

from typing import NamedTuple

from .trace import DictTarget


class Section(NamedTuple):
    """One ``struct mem_section``: the raw, encoded ``section_mem_map`` (its low bits are the flags), the physical
    address of its usage map (0: none yet) and the bits of its subsections, 64 a word."""

    section_mem_map: int
    usage_pa: int
    subsection_map: tuple[int, ...]


class Sections:
    """The state of ``mem_section``.

    `fields` holds ``mem_section_pa`` (0 before it is allocated); `roots` maps a root's index to the physical
    address of its array of sections; `sections` maps a section number to its `Section`, present ones only.
    """

    def __init__(self) -> None:
        self.fields = DictTarget()
        self.roots = DictTarget()
        self.sections = DictTarget()

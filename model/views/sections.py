"""Sparse memory at a position: the sections that are present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..base.units import hex_address
from ..language.words import tr
from ..memory.sparsemem import MemSection
from .html import table


class SectionView(Struct, frozen=True):
    """One ``struct mem_section``: the memory it is about, from `base` on, `size` bytes; ``section_mem_map``
    as it is encoded, its `flags` in words, and the physical address of its usage map (0: none yet)."""

    number: int
    base: int
    size: int
    section_mem_map: int
    usage: int
    flags: tuple[str, ...]

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.base + self.size


class SectionsView(Mapping[int, SectionView]):
    """The sections that are present, by number, and the physical addresses of the `roots` that there are."""

    def __init__(
        self, sections: Mapping[int, MemSection], roots: Mapping[int, int], section_size_bits: int
    ) -> None:
        self._sections = sections
        self._bits = section_size_bits
        self.roots: Mapping[int, int] = dict(roots)

    def __getitem__(self, number: int) -> SectionView:
        section, size = self._sections[number], 1 << self._bits
        return SectionView(
            *(number, number << self._bits, size),
            section_mem_map=section.section_mem_map,
            usage=section.usage_pa,
            flags=section.flag_names(),
        )

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._sections))

    def __len__(self) -> int:
        return len(self._sections)

    def __repr__(self) -> str:
        return f"SectionsView({list(self)!r})"

    def _repr_html_(self) -> str:
        rows = (
            (
                *(each.number, hex_address(each.base), hex(each.end)),
                *(hex_address(each.section_mem_map), " ".join(each.flags)),
            )
            for each in self.values()
        )
        headings = ("section", "base", "end", "section_mem_map", "flags")
        return table(tr("sections: {count} present", count=len(self)), headings, rows)

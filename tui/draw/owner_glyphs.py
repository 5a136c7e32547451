"""How the classes of owners look: a letter and a colour for each, wherever one is shown."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ...model.analysis.owner_classes import OwnerClass
from ...model.language.words import tr
from .lines import Line, Span


class Glyph(Struct, frozen=True):
    """A class's letter and the end of its styles' names: ``own-…`` is a block, ``part-…`` just a colour."""

    letter: str
    style: str

    def block(self) -> Span:
        """All of a column, or most of it."""
        return self.letter, f"own-{self.style}"

    def part(self) -> Span:
        """Some of a column."""
        return self.letter.lower(), f"part-{self.style}"

    def mention(self) -> Span:
        """The letter in a table."""
        return self.letter, f"part-{self.style}"


GLYPHS: dict[OwnerClass, Glyph] = {
    OwnerClass.KERNEL: Glyph("K", "kernel"),
    OwnerClass.INITRD: Glyph("I", "initrd"),
    OwnerClass.DEVICE_TREE: Glyph("D", "fdt"),
    OwnerClass.PAGE_TABLES: Glyph("T", "tables"),
    OwnerClass.PAGE_STRUCTS: Glyph("S", "structs"),
    OwnerClass.PER_CPU: Glyph("P", "percpu"),
    OwnerClass.HASH_TABLES: Glyph("H", "hash"),
    OwnerClass.CMA: Glyph("C", "cma"),
    OwnerClass.CRASH_KERNEL: Glyph("X", "crash"),
    OwnerClass.NODE: Glyph("R", "node"),
    OwnerClass.FIRMWARE: Glyph("F", "fdt"),
    OwnerClass.OTHER: Glyph("O", "other"),
}
NOMAP = Glyph("N", "nomap")
FREE: Span = ("░", "memory")
HOTPLUG: Span = ("▒", "memory")
HOLE: Span = ("·", "hole")
CUT: Span = ("┄", "hole")


def legend(
    sizes: Mapping[OwnerClass, int], has_nomap: bool, has_hotplug: bool
) -> tuple[list[Line], list[Line]]:
    """What the letters of a map mean: of those that are on it, those with the most bytes first; and what else
    there is to say where there is room."""
    parts: list[Line] = [[NOMAP.mention(), (" no-map  ", "dim")]] if has_nomap else []
    parts += [
        [GLYPHS[each].mention(), (f" {tr(each.value)}  ", "dim")]
        for each in sorted(sizes, key=lambda each: -sizes[each])
    ]
    others: list[Line] = [[FREE, (tr(" free  "), "dim")]]
    if has_hotplug:
        parts.append([HOTPLUG, (tr(" hotplug  "), "dim")])
    others.append([HOLE, (tr(" hole  "), "dim")])
    if sizes:
        others.append([("abc", "strong"), (tr(" less than half of a column  "), "dim")])
    return parts, others

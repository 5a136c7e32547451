"""The tables of memblock's regions, line by line: readable with sizes and owners, or as the kernel prints
them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.analysis.names import said
from ....model.analysis.owner_classes import OwnerClass
from ....model.analysis.owner_rules import Owner
from ....model.base.intervals import Interval
from ....model.base.units import readable_size
from ....model.language.words import tr, translatable
from ....model.memory.memblock.dump import COUNT, SIZES, dump_values
from ....model.text.debugfs import memblock_lines
from ...draw.lines import MARK_STYLES, Line, Mark, gutter, plain
from ...draw.owner_glyphs import GLYPHS, NOMAP

if TYPE_CHECKING:
    from ....model.memory.memblock import Memblock, Region
    from ....model.memory.memblock.regions import TypeName
    from .ownership import Holders

FLAGS = ((1, "hotplug"), (2, "mirror"), (4, "nomap"), (8, "driver"), (16, "noinit"))
"""``enum memblock_flags`` of include/linux/memblock.h in words."""

READABLE, DMESG, DEBUGFS = (
    translatable("readable"),
    translatable("as memblock_dump_all prints"),
    translatable("as in debugfs"),
)
ABOUT = translatable("  {count} of {most} regions · {size}")
SHORT_ABOUT = translatable("  {count} of {most} · {size}")
FORMS = (READABLE, DMESG, DEBUGFS)


class RegionRow(Struct, frozen=True):
    """A region of a table, its number there (for one that is gone: where it would be), or the `part` of it
    that an owner has."""

    table: TypeName
    mark: Mark
    region: Region
    number: int
    part: Interval[Owner] | None = None

    @property
    def range(self) -> tuple[int, int]:
        """The addresses it is about."""
        if self.part is not None:
            return self.part.start, self.part.end
        return self.region.base, self.region.base + self.region.size


class Caption(Struct, frozen=True):
    """A line above a table."""

    line: Line


def captions(
    form: str, mb: Memblock, table: TypeName, cells: tuple[int, int, int], is_short: bool
) -> list[Caption]:
    """What stands above a table; `cells` are its regions, their bytes, and the room for regions."""
    count, size, most = cells
    if form == DMESG:
        above = ["MEMBLOCK configuration:", SIZES.format(mb.memory.total_size, mb.reserved.total_size)]
        lines = [*(above if table == "memory" else []), COUNT.format(table, count)]
        return [Caption([(f"  {line}", "dim")]) for line in lines]
    sentence = SHORT_ABOUT if is_short else ABOUT
    about = tr(sentence, count=count, most=most, size=readable_size(size))
    return [Caption([(table, "strong"), (about, "dim")])]


def kernel_line(form: str, mb: Memblock, row: RegionRow) -> Line:
    """A region as the kernel prints it."""
    if form == DMESG:
        template, *values = dump_values(mb, row.table, row.number, row.region)
        text = template.format(*values)
    else:
        (line,) = memblock_lines((row.region,), mb.max_numnodes, mb.config.release)
        text = f"{row.number:4}{line[4:]}"
    return [*gutter(row.mark), (plain(text), MARK_STYLES[row.mark])]


def readable_line(row: RegionRow, digits: int, room: int, node: str) -> Line:
    """A region with its size, its flags and its node; addresses have `digits` digits, sizes `room`
    columns."""
    start, end = row.range
    style = MARK_STYLES[row.mark]
    line: Line = gutter(row.mark) if row.part is None else [("   ", "")]
    line += [
        (f"{start:#0{digits + 2}x}-{end - 1:#0{digits + 2}x}", style),
        (f" {readable_size(end - start):>{room}}", style or "strong"),
    ]
    if row.part is not None:
        return line
    flags = " ".join(name for flag, name in FLAGS if row.region.flags & flag)
    return [*line, (f" {flags}" if flags else "", "nomap"), (f" {node}" if node else "", "dim")]


def owners_text(row: RegionRow, holders: Holders, is_open: bool) -> Line:
    """Whose a region is: the owner and its cause, or how many and who, the largest first."""
    if row.mark == "-":
        return []
    parts = [row.part] if row.part is not None else holders.parts(row.table, row.region)
    if not parts:
        return []
    if len(parts) == 1:
        return [("  " if row.part is None else " ", ""), *_owner(row, parts[0], holders)]
    sizes: dict[Owner, int] = {}
    for part in parts:
        sizes[part.value] = sizes.get(part.value, 0) + part.end - part.start
    largest = sorted(sizes, key=lambda owner: -sizes[owner])
    classes = {part.value: holders.owner_class(part) for part in parts}
    line: Line = [("▾ " if is_open else "▸ ", "accent"), (tr("{count} owners", count=len(largest)), "strong")]
    for at, owner in enumerate(largest):
        line.append((": " if at == 0 else ", ", "dim"))
        if row.table == "reserved":
            line += [GLYPHS[classes[owner]].mention(), (" ", "")]
        line.append((said(owner.name), ""))
    return line


def _owner(row: RegionRow, part: Interval[Owner], holders: Holders) -> Line:
    """The owner of a part, after its letter, and what is behind it."""
    name, cause = said(part.value.name), part.value.cause
    line: Line = []
    if row.table == "reserved":
        found = holders.owner_class(part)
        line = [GLYPHS[found].mention(), (" ", "")]
        if found is OwnerClass.CMA and not name.startswith("CMA"):
            name = tr("CMA · {name}", name=name)
    elif row.region.flags & 4:
        line = [NOMAP.mention(), (" ", "")]
    return [*line, (plain(name), ""), (f" · {plain(said(cause))}" if cause else "", "dim")]

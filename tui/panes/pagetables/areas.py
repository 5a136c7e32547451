"""A tree of page tables by the areas of the address map: how much of each is mapped, then its runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from ....model.base.units import hex_address, readable_size
from ....model.language.words import tr, translatable
from ....model.memory.pagetable.areas import FIXMAP, Area, Piece, Use, identity_areas, uses
from ...draw.lines import MARK_STYLES, Line, Mark, differences, gutter, length
from ...draw.widths import cells, ljust
from .view import PageTableForm, Range, Scene, first_and_last

if TYPE_CHECKING:
    from ....model.memory.pagetable.tables import Run

WIDE = 88
"""Columns from which there is room for the size of an entry; BLK and CON hint at it anyway."""
NAMES = 12
"""Columns for the names of areas, at least."""
ALWAYS = ("SHD", "AF")
"""Attributes that all normal memory has: they go first where room is scarce."""


class AreaRow(Struct, frozen=True):
    """An area, or a `piece` of a run in it."""

    mark: Mark
    use: Use
    piece: Piece | None = None

    @property
    def range(self) -> Range:
        """The addresses it is about: a run's are all of it where it begins."""
        if self.piece is None:
            return self.use.area[:2]
        return _edges(self.piece.run) if self.piece.is_first else self.piece[:2]


class AreasForm(PageTableForm):
    """Areas, their parts and their runs; an area folds."""

    NAME: ClassVar[str] = translatable("areas")

    def __init__(self) -> None:
        self.rows: list[AreaRow] = []
        self.names = 0
        """Columns of the longest name of an area."""
        self.folded: set[str] = set()
        self.parents: frozenset[str] = frozenset()
        self.scene: Scene | None = None

    def compose(self, scene: Scene) -> None:
        """Areas with nothing in them take a row too: that is what they are."""
        self.scene, self.rows = scene, []
        known = _areas(scene)
        self.names = max(NAMES, *(cells(tr(area.name)) for area in known if not area.inside))
        self.parents = frozenset(area.inside for area in known)
        rows = differences(scene.before.runs, scene.now.runs, _edges)
        marks: dict[Run, Mark] = {run: mark for mark, run in rows if mark != " "}
        gone = uses(known, [run for mark, run in rows if mark == "-"])
        lost = {use.area: use.pieces for use in gone if use.pieces}
        there = [(use, sorted((*use.pieces, *lost.pop(use.area, ())))) for use in uses(known, scene.now.runs)]
        there += [(Use(area, 0, (), ()), list(pieces)) for area, pieces in lost.items()]
        touched = {
            name
            for use, pieces in there
            for name in (use.area.name, use.area.inside)
            if any(piece.run in marks for piece in pieces)
        }
        for use, pieces in there:
            self._add(use, pieces, marks, use.area.name in touched)

    def _add(self, use: Use, pieces: list[Piece], marks: Mapping[Run, Mark], is_touched: bool) -> None:
        area = use.area
        if area.inside in self.folded:
            return
        if area.name:
            self.rows.append(AreaRow("~" if is_touched else " ", use))
        if area.name not in self.folded:
            self.rows += [AreaRow(marks.get(piece.run, " "), use, piece) for piece in pieces]

    def count(self) -> int:
        """Areas and runs."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """An area or a run."""
        row = self.rows[index]
        return self._run_line(row, row.piece) if row.piece else self._area_line(row)

    def _area_line(self, row: AreaRow) -> Line:
        assert self.scene is not None
        mark, use, area = row.mark, row.use, row.use.area
        handle = " " if not self._can_fold(use) else "▸" if area.name in self.folded else "▾"
        indent = "  " if area.inside else ""
        line: Line = [
            *gutter(mark),
            (f"{indent}{handle} ", "dim"),
            (ljust(tr(area.name), self.names - len(indent)), "accent" if use.mapped else "dim"),
            (f" {hex_address(area.start)}", "dim"),
        ]
        if self.scene.width >= WIDE:
            size = readable_size(area.end - area.start)
            line.append((f"-{hex_address(area.end - 1)} {size:>9}", "dim"))
        if not use.mapped:
            return line
        line.append((f" {readable_size(use.mapped):>10}", MARK_STYLES[mark] or "strong"))
        line.append((tr(" mapped"), "dim"))
        for at, (size, cont, mapped) in enumerate(use.sizes):
            words = tr("{count} of {size}", count=-(-mapped // size), size=size_text(size))
            words += " cont" if cont else ""
            part = f"{',' if at else ':'} {words}"
            if length(line) + cells(part) > self.scene.width:
                break
            line.append((part, "dim"))
        return line

    def _can_fold(self, use: Use) -> bool:
        """Whether there are rows that belong to an area."""
        return bool(use.pieces) or use.area.name in self.parents

    def _run_line(self, row: AreaRow, piece: Piece) -> Line:
        assert self.scene is not None
        run, style, is_wide = piece.run, MARK_STYLES[row.mark], self.scene.width >= WIDE
        start: Line = [*gutter(row.mark), ("    " if row.use.area.inside else "  ", "")]
        if not piece.is_first:
            size = readable_size(piece.end - piece.start)
            return [
                *start,
                (
                    tr(
                        "{start} {size:>10}  the run above goes on", start=hex_address(piece.start), size=size
                    ),
                    style or "dim",
                ),
            ]
        words = self.scene.arch.entries.words(run.attrs, run.level)
        line: Line = [
            *start,
            (hex_address(run.va_start), style),
            (f" {readable_size(run.va_end - run.va_start):>10}", style or "strong"),
        ]
        if is_wide:
            entry = size_text(run.page_size) + (" cont" if run.cont else "")
            line.append((f"  {entry:<11}", "dim"))
        line.append((f" → {hex_address(run.pa_start):<10}", style))
        if length(line) + 1 + cells(" ".join(words)) > self.scene.width:
            words = tuple(word for word in words if word not in ALWAYS)
        line.append((f" {' '.join(words)}", style or "number"))
        if row.use.area.name == FIXMAP:
            slots = "  " + ", ".join(self.scene.arch.fixmap_slots(self.scene.layout, *_edges(run)))
            if length(line) + len(slots) <= self.scene.width:
                line.append((slots, "comment"))
        return line

    def range_at(self, index: int) -> Range | None:
        """An area's or a run's."""
        return self.rows[index].range

    def find(self, address: int) -> int:
        """The run that maps it, else the area it lies in."""
        found = 0
        for at, row in enumerate(self.rows):
            if row.range[0] <= address < row.range[1]:
                found = at
        return found

    def changed(self) -> tuple[int, int] | None:
        """Runs that changed; areas that are folded over such."""
        marked = [at for at, row in enumerate(self.rows) if row.mark != " "]
        return first_and_last([at for at in marked if self.rows[at].piece] or marked)

    def toggle(self, index: int) -> bool:
        """Fold an area, or unfold it."""
        row = self.rows[index]
        if row.piece or not self._can_fold(row.use) or self.scene is None:
            return False
        self.folded ^= {row.use.area.name}
        self.compose(self.scene)
        return True


def _areas(scene: Scene) -> list[Area]:
    symbols, arch = scene.snapshot.answers.names.symbols, scene.arch
    if scene.is_identity:
        return identity_areas(arch.segments, symbols, scene.snapshot.facts.load_address)
    return arch.areas(scene.layout, symbols)


def size_text(size: int) -> str:
    """The size of an entry: always a whole number of its unit."""
    return readable_size(size).replace(".0 ", " ")


def _edges(run: Run) -> Range:
    return run.va_start, run.va_end

"""Page tables: what is mapped, run by run, grouped by the areas of the address map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...model.descriptors import describe_attributes
from ...model.text import hex_address, readable_size
from ..areas import Area, area_of, areas
from ..lines import MARK_STYLES, Line, Mark, differences, gutter, note, spread
from ..snapshot import Snapshot, Tree
from .pane import Pane

if TYPE_CHECKING:
    from ...model.pagetable import Run, TableRun

    Row = tuple[Mark, Run] | Line

LEVELS = {0: "PGD", 1: "PUD", 2: "PMD", 3: "PTE"}
"""The kernel's names for the tables of each level, with four levels."""

NOTHING = "Nothing is mapped yet: __primary_switch maps the kernel image before anything else."

WIDE = 88
"""Columns from which there is room for the size of an entry; BLK and CON hint at it anyway."""


class PageTablesPane(Pane):
    """The kernel's page tables, then the tree it starts on and the identity map."""

    NUMBER = 4
    NAME = "page tables"
    SHORT = "tables"
    ABOUT = "What is mapped where, with the attributes in words, and how many table pages that takes."
    HAS_CURSOR = True

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The trees one after the other; an empty one takes no room."""
        now, before = snapshot.now, snapshot.before
        known = areas(snapshot.facts.layout)
        self.rows = []
        for old, new in ((before.swapper, now.swapper), (before.init, now.init), (before.idmap, now.idmap)):
            if new.runs or old.runs or len(new.tables) > 1:
                self._add_tree(old, new, known, snapshot.facts.layout.page_size)
        self.header = [] if self.rows else note(NOTHING, width)

    def _add_tree(self, old: Tree, new: Tree, known: list[Area], page_size: int) -> None:
        mark: Mark = "~" if new.tables != old.tables else " "
        tables: Line = [(_tables_text(new.tables, page_size), MARK_STYLES[mark] or "dim")]
        self.rows.append(spread([*gutter(mark), (new.name, "strong")], tables, self.text_width))
        last: Area | None = None
        for change, run in differences(old.runs, new.runs, _edges):
            area = area_of(known, run.va_start)
            if area != last and area is not None:
                self.rows.append(
                    [("  ", ""), (area.name, "accent"), (f"  from {hex_address(area.start)}", "dim")]
                )
                last = area
            self.rows.append((change, run))

    def summary(self) -> Line:
        """Where the kernel's own tables stand."""
        if self.snapshot is None:
            return []
        runs = self.snapshot.now.swapper.runs
        mapped = sum(run.va_end - run.va_start for run in runs)
        return [(f"{readable_size(mapped)} mapped in {len(runs)} runs", "dim")] if runs else []

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        return (now.swapper, now.init, now.idmap, before.swapper, before.init, before.idmap)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether any of the trees changed."""
        now, before = snapshot.now, snapshot.before
        return (now.swapper, now.init, now.idmap) != (before.swapper, before.init, before.idmap)

    def follow(self) -> tuple[int, int] | None:
        """The runs that changed."""
        marked = [at for at, row in enumerate(self.rows) if isinstance(row, tuple) and row[0] != " "]
        return (marked[0], marked[-1]) if marked else None

    def count(self) -> int:
        """Runs and the titles among them."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """A title, or a run: virtual address, size, how it is mapped, physical address, attributes."""
        row = self.rows[index]
        if isinstance(row, list):
            return row
        mark, run = row
        style = MARK_STYLES[mark]
        words = " ".join(describe_attributes(run.attrs, run.level))
        gap = "  " if self.text_width >= WIDE else " "
        entry: Line = []
        if self.text_width >= WIDE:
            entry = [(f"  {_entry_text(run):<11}", "dim"), ("→", style)]
        return [
            *gutter(mark),
            (hex_address(run.va_start), style),
            (f" {readable_size(run.va_end - run.va_start):>10}", style or "strong"),
            *entry,
            (f" {hex_address(run.pa_start):<10}", style),
            (f"{gap}{words}", style or "number"),
        ]


def _entry_text(run: Run) -> str:
    size = readable_size(run.page_size).replace(".0 ", " ")
    return f"{size} cont" if run.cont else size


def _edges(run: Run) -> tuple[int, int]:
    return run.va_start, run.va_end


def _tables_text(tables: Sequence[TableRun], page_size: int) -> str:
    counted: Counter[int] = Counter()
    for table in tables:
        counted[table.level] += table.count
    total = sum(counted.values())
    each = " ".join(f"{LEVELS.get(level, level)} {counted[level]}" for level in sorted(counted))
    pages = "table page" if total == 1 else "table pages"
    return f"{total} {pages}, {readable_size(total * page_size)}: {each}"

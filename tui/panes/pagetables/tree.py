"""A tree of page tables that opens, table page by table page, down to its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ....model.base.units import hex_address
from ....model.language.words import tr, translatable
from ....model.memory.pagetable.entries import leaf_name, leaf_words, level_name
from ...draw.lines import MARK_STYLES, Line, Mark, gutter, length
from ...draw.widths import cells
from .areas import size_text
from .view import PageTableForm, Range, Scene, first_and_last

if TYPE_CHECKING:
    from ....model.analysis.pagetable_changes import MappingChange
    from ....model.analysis.pagetable_rows import Key, TreeRow, TreeRows
    from ....model.memory.pagetable.entries import Entries, TreeView


class TreeForm(PageTableForm):
    """Table pages and entries.  The way down to what the last move changed is open by itself."""

    NAME: ClassVar[str] = translatable("tree")

    def __init__(self) -> None:
        self.opened: dict[str, set[Key]] = {}
        self.view: TreeView | None = None
        self.rows: TreeRows | None = None
        self.scene: Scene | None = None
        self.touched: list[MappingChange] = []
        self.way: set[Key] = set()

    def compose(self, scene: Scene) -> None:
        """The rows that are open."""
        from ....model.analysis.pagetable_changes import mapping_changes
        from ....model.memory.pagetable.entries import TreeView

        before, now = scene.before, scene.now
        self.scene = scene
        self.view = TreeView(now.geometry, now.root_pa, now.root_va, now.runs, now.tables)
        self.touched = (
            []
            if now is before
            else mapping_changes((before.runs, before.tables), (now.runs, now.tables), now.geometry)
        )
        root: Key = ("table", now.geometry.start_level, now.root_va)
        self.opened.setdefault(scene.pgdir.symbol, {root})
        if self.touched:
            first = self.touched[0]
            path = self.view.path(first.start)
            self.way = {("table", level, address) for level, address in path if level <= first.level}
        self._open()

    def _open(self) -> None:
        from ....model.analysis.pagetable_rows import TreeRows

        assert self.view is not None and self.scene is not None
        opened = self.opened[self.scene.pgdir.symbol] | self.way
        self.rows = TreeRows(self.view, opened)

    def count(self) -> int:
        """Rows that are open."""
        return len(self.rows) if self.rows is not None else 0

    def line(self, index: int) -> Line:
        """A table page, an entry, or a run of like entries."""
        row = self._row(index)
        mark = self._mark(row.entries)
        handle = "▾" if row.is_open else "▸" if row.key else " "
        start: Line = [*gutter(mark), (f"{'  ' * row.depth}{handle} ", "dim")]
        if row.entries is None:
            return [*start, *self._root(mark)]
        return [*start, *self._entries(row.entries, row.is_open, mark)]

    def _row(self, index: int) -> TreeRow:
        assert self.rows is not None
        return self.rows[index]

    def _root(self, mark: Mark) -> Line:
        assert self.view is not None and self.scene is not None
        view, level = self.view, self.view.geometry.start_level
        used, size = view.used(level, view.root_va), view.number_of_entries(level)
        return [
            (
                f"{level_name(self.scene.arch.entries, level, level)} {self.scene.pgdir.symbol}",
                MARK_STYLES[mark] or "accent",
            ),
            (tr(" at {root_pa}", root_pa=hex_address(view.root_pa)), ""),
            (
                tr(
                    "  {used} of {size} entries used, each {each}",
                    used=used,
                    size=size,
                    each=size_text(view.geometry.size(level)),
                ),
                "dim",
            ),
        ]

    def _entries(self, entries: Entries, is_open: bool, mark: Mark) -> Line:
        from ....model.memory.pagetable.entries import EMPTY, TABLE

        style = MARK_STYLES[mark]
        index = f"[{entries.first}]" if entries.number == 1 else f"[{entries.first}-{entries.last}]"
        line: Line = [(index, style or "dim")]
        if entries.kind == EMPTY:
            words = tr("empty") if entries.number == 1 else tr("{number} empty", number=entries.number)
            return [*line, (f" {words}", style or "dim")]
        line.append((f" {entries.descriptor:#018x}", style or "number"))
        if entries.kind == TABLE:
            return [*line, *self._table(entries, is_open, style)]
        assert self.scene is not None
        size = size_text(entries.step)
        kind = leaf_name(self.scene.arch.entries, entries.level)
        many = (
            f"{size} {kind}"
            if entries.number == 1
            else tr("{number} {kind}s of {size}", number=entries.number, kind=kind, size=size)
        )
        line.append((f" {many}", style or "strong"))
        line.append((f" → {hex_address(entries.pa)}", style))
        if entries.number > 1:
            line.append((f"-{hex_address(entries.pa + entries.number * entries.step - 1)}", style))
        words = " ".join(leaf_words(self.scene.arch.entries, entries.attrs, entries.level))
        return [*line, (self._set(entries), "accent"), (f" {words}", style or "comment")]

    def _set(self, entries: Entries) -> str:
        """Where in its set of contiguous entries a single one stands."""
        if self.scene is None or entries.number > 1:
            return ""
        arch = self.scene.arch
        if not arch.entries.is_contiguous(entries.attrs):
            return ""
        number = arch.entries.contiguous_entries(entries.level, self.scene.layout.extra)
        place = entries.first % number
        return f" {'┌' if place == 0 else '└' if place == number - 1 else '│'}{place + 1}/{number}"

    def _table(self, entries: Entries, is_open: bool, style: str) -> Line:
        assert self.view is not None and self.scene is not None
        geometry, arch = self.view.geometry, self.scene.arch
        name = level_name(arch.entries, entries.level + 1, geometry.start_level)
        if entries.number > 1:
            last = entries.part(entries.number - 1, entries.number)
            what = tr(
                " → {number} {name} tables at {first}…{last}",
                number=entries.number,
                name=name,
                first=hex_address(entries.pa),
                last=hex_address(last.pa),
            )
        else:
            what = tr(" → {name} table at {pa}", name=name, pa=hex_address(entries.pa))
        line: Line = [(what, style or "strong")]
        if is_open and entries.number == 1:
            level = entries.level + 1
            used, size = self.view.used(level, entries.va), self.view.number_of_entries(level)
            line.append(
                (
                    tr(
                        "  {used} of {size} used, each {each}",
                        used=used,
                        size=size,
                        each=size_text(geometry.size(level)),
                    ),
                    "dim",
                )
            )
        words = " ".join(arch.entries.table_words(entries.attrs))
        return [*line, (f" {words}" if words else "", "comment")]

    def _mark(self, entries: Entries | None) -> Mark:
        """What the last move did to the addresses of a row."""
        from ....model.memory.pagetable.entries import EMPTY, TABLE

        if entries is None:
            return "~" if self.touched else " "
        start, end = entries.va, entries.va_end
        found = [change for change in self.touched if change.start < end and start < change.end]
        if not found:
            return " "
        if entries.kind == EMPTY:
            return (
                "-" if any(change.mark == "-" and change.level == entries.level for change in found) else " "
            )
        own = [
            change
            for change in found
            if change.level == entries.level and change.is_table == (entries.kind == TABLE)
        ]
        is_new = any(change.mark == "+" and change.start <= start and end <= change.end for change in own)
        return "+" if is_new else "~"

    def range_at(self, index: int) -> Range | None:
        """What a row's entries translate."""
        entries = self._row(index).entries
        if entries is not None:
            return entries.va, entries.va_end
        assert self.view is not None
        geometry = self.view.geometry
        return self.view.root_va, self.view.root_va + geometry.table_size(geometry.start_level)

    def find(self, address: int) -> int:
        """The innermost row for an address."""
        return self.rows.find(address) if self.rows is not None else 0

    def reveal(self, address: int) -> int:
        """Open the tables on the way to an address."""
        if self.view is not None:
            self.way = {("table", *step) for step in self.view.path(address)}
            self._open()
        return self.find(address)

    def changed(self) -> tuple[int, int] | None:
        """The row of the first change, and that of the last if it is near."""
        if not self.touched or self.rows is None:
            return None
        deepest = [change for change in self.touched if not change.is_table] or self.touched
        return first_and_last(sorted({self.find(change.start) for change in (deepest[0], deepest[-1])}))

    def toggle(self, index: int) -> bool:
        """Open a table page or a run of entries, or close it."""
        row = self._row(index)
        if row.key is None or self.scene is None:
            return False
        opened = self.opened[self.scene.pgdir.symbol]
        if row.is_open:
            opened.discard(row.key)
            self.way.discard(row.key)
        else:
            opened.add(row.key)
        self._open()
        return True

    def about(self, index: int) -> Line | None:
        """The addresses that the row under the cursor translates, and how a walk gets there."""
        found = self.range_at(index) if index < self.count() else None
        if found is None or self.view is None or self.scene is None:
            return None
        line: Line = [(f"{hex_address(found[0])}-{hex_address(found[1] - 1)}", "accent")]
        entries = self._row(index).entries
        if entries is None:
            return line
        view, start_level = self.view, self.view.geometry.start_level
        steps = [
            f"{level_name(self.scene.arch.entries, level, start_level)}[{view.index(level, entries.va)}]"
            for level in range(start_level, entries.level + 1)
        ]
        walk = f"  {' › '.join(steps)}"
        if length(line) + cells(walk) <= self.scene.width:
            line.append((walk, "dim"))
        return line

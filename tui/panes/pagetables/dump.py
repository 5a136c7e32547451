"""A tree of page tables as the kernel's debugfs file prints it, line by line."""

from __future__ import annotations

from typing import ClassVar

from ....model.memory.pagetable.walk import DumpLine
from ....model.memory.picture import Tree
from ...draw.lines import MARK_STYLES, Line, Mark, differences, gutter
from .view import PageTableForm, Range, Scene, first_and_last


class DumpForm(PageTableForm):
    """``/sys/kernel/debug/kernel_page_tables``."""

    NAME: ClassVar[str] = "kernel_page_tables"

    def __init__(self) -> None:
        self.rows: list[tuple[Mark, DumpLine]] = []
        self._known: dict[int, tuple[Tree, list[DumpLine]]] = {}

    def compose(self, scene: Scene) -> None:
        """The dumps of now and before, compared."""
        before = self._dump(scene, scene.before)
        now = before if scene.now is scene.before else self._dump(scene, scene.now)
        self._known = {id(scene.before): (scene.before, before), id(scene.now): (scene.now, now)}
        self.rows = differences(before, now, _edges)

    def _dump(self, scene: Scene, tree: Tree) -> list[DumpLine]:
        known = self._known.get(id(tree))
        if known is not None and known[0] is tree:
            return known[1]
        release, name = scene.snapshot.facts.release, scene.pgdir.symbol if scene.is_identity else ""
        return scene.arch.dump(tree.geometry, tree.runs, tree.tables, scene.layout, release, name)

    def count(self) -> int:
        """Lines of the file, and those that are gone."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """A line of the file, character by character."""
        mark, row = self.rows[index]
        if row.start == row.end:
            return [*gutter(mark), (row.text, MARK_STYLES[mark] or "accent")]
        is_hole = len(row.text.split()) == 3
        return [*gutter(mark), (row.text, MARK_STYLES[mark] or ("dim" if is_hole else ""))]

    def range_at(self, index: int) -> Range | None:
        """What a line is about; nothing for a title."""
        _, row = self.rows[index]
        return (row.start, row.end) if row.start < row.end else None

    def find(self, address: int) -> int:
        """The line that an address is in."""
        return next((at for at, (_, row) in enumerate(self.rows) if row.start <= address < row.end), 0)

    def changed(self) -> tuple[int, int] | None:
        """The lines that are marked; of mappings rather than of holes."""
        marked = [at for at, (mark, _) in enumerate(self.rows) if mark != " "]
        mapped = [at for at in marked if len(self.rows[at][1].text.split()) > 3]
        return first_and_last(mapped or marked)


def _edges(row: DumpLine) -> Range:
    return row.start, row.end

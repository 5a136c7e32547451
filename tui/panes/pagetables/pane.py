"""Page tables: one tree at a time, by areas, as the kernel dumps it, or entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from ....model.base.units import hex_address, readable_size
from ....model.language.words import tr, translatable
from ...draw.lines import MARK_STYLES, Line, StyleName, length, note, spread
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place

if TYPE_CHECKING:
    from ....model.memory.pagetable.format import EntryFormat, Pgdir
    from ....model.memory.pagetable.tables import TableRun
    from ....model.memory.picture import Picture, Tree
    from .view import PageTableForm, Range

NOTHING = translatable("Nothing is mapped yet: {} maps the kernel image before anything else.")


class PageTablesPane(Pane):
    """The trees and the forms; which of each is shown.  A tree that a move changes comes forward."""

    ID = "pagetables"
    PLACE = Place("mappings", 10)
    NAME = translatable("page tables")
    SHORT = translatable("tables")
    ABOUT = translatable(
        "What is mapped where: ⟨pagetables.form⟩ shows it by areas, as the kernel's dump, or as a tree of "
        "entries that Enter opens; of a mapping it tells what each word means. ⟨pagetables.tree⟩ shows "
        "another tree."
    )
    COMES_FORWARD = True
    NEEDS = ("page_tables",)
    HAS_CURSOR = True
    LEGEND: ClassVar[tuple[tuple[str, str, StyleName], ...]] = (
        ("▸ ▾", translatable("closed, open"), "dim"),
        ("┌2/16", translatable("the entry's place in a set of contiguous ones, from ┌ to └"), "accent"),
    )
    KEYS: ClassVar[tuple[KeyBinding, ...]] = (
        KeyBinding("pagetables.form", "r", "r", "form", "By areas, as the kernel dumps them, entry by entry"),
        KeyBinding(
            "pagetables.tree", "O", "O", "tree", "The next of the trees: the kernel's, the first, idmap"
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.forms: tuple[PageTableForm, ...] = ()
        self.form = 0
        self.tree_name = ""
        self.is_chosen = False
        """Whether somebody asked for that tree: it stays as long as every move changes it."""

    # ---- what is shown ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """One tree in one form."""
        from .view import Scene  # the forms: not for the first screen

        if not self.forms:
            self.forms = _all_forms()
        there = self._trees()
        self.header = []
        if not there:
            self.header = note(tr(NOTHING).format(snapshot.facts.arch.maps_image), width)
            return
        pgdir, before, now = self._shown(there)
        self.tree_name = pgdir.symbol
        self.forms[self.form].compose(Scene.of(snapshot, pgdir, before, now, width))
        self._make_header()

    def _trees(self) -> list[tuple[Pgdir, Tree, Tree]]:
        """The trees that map something, as they were and are."""
        if self.snapshot is None:
            return []
        return [each for each in self.snapshot.trees() if not (each[1].is_empty and each[2].is_empty)]

    def _shown(self, there: list[tuple[Pgdir, Tree, Tree]]) -> tuple[Pgdir, Tree, Tree]:
        """The tree that is shown, as it was and is: of those that are there, the one that was asked for."""
        return next((each for each in there if each[0].symbol == self.tree_name), there[0])

    def _make_header(self) -> None:
        """The trees, the table pages of the one that is shown, and what the form tells of the cursor."""
        there = self._trees()
        if not there:
            return
        assert self.snapshot is not None
        shown, before, now = self._shown(there)
        entries = self.snapshot.facts.arch.entries
        text = _tables_text(now.tables, entries, now.geometry.start_level, 1 << now.geometry.page_shift)
        tables: Line = [(text, "dim" if before.tables == now.tables else MARK_STYLES["~"])]
        others: Line = []
        for pgdir, old, new in there:
            mark = "~" if new != old else ""
            others += [(f"{pgdir.symbol}{mark} ", "strong" if new is now else "changed" if mark else "dim")]
        if length(others) + length(tables) > self.text_width:
            more = [old != new for _, old, new in there if new is not now]
            mark = "~" if any(more) else ""
            others = [(f"{shown.symbol}{'~' if before != now else ''} ", "strong")]
            others += [(f"T:+{len(more)}{mark} ", "changed" if mark else "dim")] if more else []
        fits = length(others) + length(tables) < self.text_width
        self.header = [spread(others, tables, self.text_width)] if fits else [others, tables]
        told = self.forms[self.form].about(self.cursor)
        if told is not None:
            self.header.append(told)

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        return tuple(part for each in snapshot.trees() for part in each[1:])

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether any of the trees changed; the first that did comes forward."""
        pairs = snapshot.trees()
        changed = [pgdir.symbol for pgdir, before, now in pairs if now is not before and now != before]
        if changed and not (self.is_chosen and self.tree_name in changed):
            self.tree_name, self.is_chosen = changed[0], False
        return bool(changed)

    def measure_of(self, picture: Picture) -> int:
        """The table pages of all trees."""
        return sum(run.count for tree in picture.trees.values() for run in tree.tables)

    def summary(self) -> Line:
        """How much is mapped, and the form."""
        there = [now for pgdir, _, now in self._trees() if pgdir.symbol == self.tree_name]
        if not there or not self.forms:
            return []
        runs = there[0].runs
        mapped = sum(run.va_end - run.va_start for run in runs)
        text = tr("{mapped} mapped in {count} runs", mapped=readable_size(mapped), count=len(runs))
        return [(f"{text} · {tr(self.forms[self.form].NAME)}", "dim")]

    def count(self) -> int:
        """Lines of the form."""
        return self.forms[self.form].count() if self._is_something else 0

    def line(self, index: int) -> Line:
        """A line of the form."""
        return self.forms[self.form].line(index)

    def follow(self) -> tuple[int, int] | None:
        """What changed."""
        return self.forms[self.form].changed() if self._is_something else None

    @property
    def _is_something(self) -> bool:
        return bool(self.forms and self._trees())

    def move_cursor(self, index: int) -> None:
        """The header tells of the line with the cursor."""
        self.cursor = max(0, min(index, self.count() - 1))
        self._make_header()
        super().move_cursor(index)

    # ---- the line under the cursor ----

    def _range(self) -> Range | None:
        """The addresses that the cursor's line is about."""
        if not self.is_cursor_in_sight:
            return None
        return self.forms[self.form].range_at(self.cursor)

    def subject(self) -> str | None:
        """The first of these addresses."""
        found = self._range()
        return hex_address(found[0]) if found else None

    def origin(self) -> int | None:
        """The event that last wrote some of this mapping."""
        from ....model.analysis.pagetable_changes import last_write

        found, snapshot = self._range(), self.snapshot
        if found is None or snapshot is None:
            return None
        shifts = snapshot.answers.names.shifts
        target = self._shown(self._trees())[0].target
        return last_write(snapshot.trace, target, *found, snapshot.position, shifts)

    def break_spec(self) -> str | None:
        """Stop when these addresses are mapped; of an identity map, when anything is."""
        found = self._range()
        if found is None:
            return None
        pgdir, *_ = self._shown(self._trees())
        if pgdir.kind == "identity":
            return f"watch:{pgdir.target}.runs"
        return f"watch:{hex_address(found[0])}-{hex_address(found[1] - 1)}"

    # ---- keys ----

    def opens(self, index: int) -> bool:
        """Open or close a row."""
        if not self.forms[self.form].toggle(index):
            return False
        self.keep_in_bounds()
        self.move_cursor(self.cursor)
        return True

    def action_form(self) -> None:
        """Show the next form, with the cursor on the same addresses."""
        found = self._range()
        self.form = (self.form + 1) % max(len(self.forms), 1)
        self.compose_again()
        if found is not None:
            self.move_cursor(self.forms[self.form].reveal(found[0]))
        if self.forms:
            self.post_message(self.Said(tr("page tables: {name}", name=tr(self.forms[self.form].NAME))))

    def action_tree(self) -> None:
        """Show the next tree."""
        names = [pgdir.symbol for pgdir, *_ in self._trees()]
        if len(names) < 2:
            self.post_message(self.Said(tr("There is no other tree with anything in it."), "stop"))
            return
        self.tree_name = names[(names.index(self.tree_name) + 1) % len(names)]
        self.is_chosen = True
        self.cursor = self.top = 0
        self.compose_again()


def _all_forms() -> tuple[PageTableForm, ...]:
    from .areas import AreasForm
    from .dump import DumpForm
    from .tree import TreeForm

    return AreasForm(), DumpForm(), TreeForm()


def _tables_text(tables: Sequence[TableRun], entries: EntryFormat, start_level: int, page_size: int) -> str:
    from ....model.memory.pagetable.entries import level_name

    counted: Counter[int] = Counter()
    for table in tables:
        counted[table.level] += table.count
    total = sum(counted.values())
    each = " ".join(
        f"{level_name(entries, level, start_level)} {counted[level]}" for level in sorted(counted)
    )
    pages = tr("table page") if total == 1 else tr("table pages")
    return f"{total} {pages}, {readable_size(total * page_size)}: {each}"

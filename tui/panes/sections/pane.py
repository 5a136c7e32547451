"""Sparse memory: a grid of sections by address, all about the one under the cursor, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events

from ....model.base.units import readable_size
from ....model.language.words import tr, translatable, trn
from ....model.source.provenance import is_from_log
from ...draw.lines import MARK_STYLES, Line, Mark, length, note
from ...draw.widths import ljust, wrapped
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place
from .table import SectionRow, section_line, section_rows

if TYPE_CHECKING:
    from ....model.analysis.sections import Fact
    from ....model.memory.memory_model_cost import Cost
    from ....model.memory.picture import Picture
    from .grid import Grid

LABEL = 19
"""Columns of a label."""


class SectionsPane(Pane):
    """The grid with the text below it, or a line for every section."""

    ID = "sections"
    PLACE = Place("sections", 10)
    NAME = translatable("sections")
    SHORT = translatable("sect")
    ABOUT = translatable(
        "Sparse memory: ● has its page structs, ○ is present, · is absent, ◆ ◇ just became so; below, all "
        "about the section under the cursor. ⟨sections.form⟩ shows them as a table."
    )
    COMES_FORWARD = True
    NEEDS = ("sections",)
    HAS_CURSOR = True
    LEGEND = (
        ("●", translatable("mapped: has its page structs"), "memory"),
        ("○", translatable("present: has memory"), "partial"),
        ("·", translatable("absent"), "hole"),
        ("◆", translatable("mapped by the last move"), "added"),
        ("◇", translatable("present since the last move"), "added"),
        ("x", translatable("absent since the last move"), "removed"),
    )
    KEYS: ClassVar[tuple[KeyBinding, ...]] = (
        KeyBinding(
            "sections.form", "r", "r", "form", "As a grid with all about one section, or a line for each"
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.is_table = False
        self.grid: Grid | None = None
        self.rows: list[SectionRow] = []
        self.told: list[Line] = []
        self.number = -1
        """The section under the cursor."""
        self._costs: tuple[object, tuple[Cost, ...]] = (None, ())

    # ---- what is shown ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The totals above; the grid and the text, or the table, below."""
        from .grid import Grid

        now, before = snapshot.now.sections, snapshot.before.sections
        shift = snapshot.facts.section_size_bits
        self.rows, self.grid = [], None
        if not now and not before:
            self._compose_without(snapshot, width)
            return
        self.header = [self._totals(snapshot)]
        if self.is_table:
            self.rows = section_rows(snapshot)
            return
        self.grid = Grid(now, before, shift, width)
        changed = self.grid.changed()
        if changed:
            self.number = changed[0]
        elif self.number not in now:
            self.number = min(now or before)
        self._tell()

    def instead(self, snapshot: Snapshot) -> str:
        """How large sections are, and how many the memory there is would take: not what the kernel says."""
        facts = snapshot.facts
        if not is_from_log(snapshot.trace):
            return ""
        known = next((each for each in facts.description if each.startswith("section size")), "")
        told = " ".join(known.removeprefix("section size").split())
        size = 1 << facts.section_size_bits
        words = tr(
            "Sections are taken to have {told}.",
            told=told or tr("{size} (assumed)", size=readable_size(size)),
        )
        regions = [region for region in snapshot.now.memory if region.size]
        held = {
            number
            for region in regions
            for number in range(region.base // size, (region.base + region.size - 1) // size + 1)
        }
        return words + (
            tr(" The memory there is by now lies in {count} of them.", count=len(held)) if held else ""
        )

    def _compose_without(self, snapshot: Snapshot, width: int) -> None:
        """No sections: not yet, or the kernel has flat memory."""
        shape, facts = snapshot.facts.memory_model, snapshot.facts
        self.told = []
        if shape is not None and not shape.is_sparse:
            self.header = note(tr("Flat memory: one array of page structs, no sections."), width)
            self._tell()
            return
        size = readable_size(1 << facts.section_size_bits)
        self.header = note(
            tr("No sections yet: sparse_init marks those of {size} that have memory.", size=size), width
        )

    def _totals(self, snapshot: Snapshot) -> Line:
        now, before, facts = snapshot.now, snapshot.before, snapshot.facts
        shift = facts.section_size_bits
        mark: Mark = "~" if now.roots != before.roots else " "
        roots = trn("{count} root", "{count} roots", len(now.roots))
        held = sum(1 for section in now.sections.values() if section.has_mem_map)
        pages = held * facts.sizeof_page << (shift - facts.page_shift)
        return [
            (
                tr(
                    "{sections} of {size} MiB · ",
                    sections=trn("{count} section", "{count} sections", len(now.sections)),
                    size=1 << shift >> 20,
                ),
                "dim",
            ),
            (roots, MARK_STYLES[mark] or "dim"),
            (tr(" · mem_map {pages}", pages=readable_size(pages)), "dim"),
        ]

    def _tell(self) -> None:
        """All about the section under the cursor, and what the memory model costs."""
        from ....model.analysis.sections import cost_told, roots_told, section_told, walks_told

        self.told = []
        if self.snapshot is None or self.snapshot.facts.memory_model is None:
            return
        answers, shape = self.snapshot.answers, self.snapshot.facts.memory_model
        state, pages = answers.state, answers.page_structs()
        pfn = self.number * shape.pages_per_section
        if not shape.is_sparse:
            pfn = min((region.base for region in state.memblock.memory.regions), default=0)
            pfn >>= shape.page_shift
        else:
            self._add(section_told(state, shape, self.number))
        self._add(cost_told(shape, self._cost()))
        if shape.is_sparse:
            self._add(roots_told(state, shape))
        if pages is not None:
            self._add(walks_told(pages, pfn))

    def _add(self, told: Sequence[Fact]) -> None:
        if told and (self.told or self.grid is not None):
            self.told.append([])
        room = max(self.text_width - LABEL - 3, 12)
        for label, text in told:
            style = "accent" if not self.told or not self.told[-1] else "dim"
            for part in wrapped(text, room) or [""]:
                self.told.append([("  ", ""), (f"{ljust(label, LABEL)} ", style), (part, "")])
                label = ""

    def _cost(self) -> tuple[Cost, ...]:
        """What each memory model takes: worked out once for the same memory."""
        from ....model.memory.memory_model_cost import costs

        assert self.snapshot is not None
        memory, shape = self.snapshot.now.memory, self.snapshot.facts.memory_model
        if self._costs[0] is not memory and shape is not None:
            found = costs(shape, ((region.base, region.end) for region in memory if region.size))
            self._costs = (memory, found)
        return self._costs[1]

    def measure_of(self, picture: Picture) -> int:
        """The sections that are present."""
        return len(picture.sections)

    def summary(self) -> Line:
        """The legend of the grid."""
        from .grid import legend

        return legend() if self.grid is not None else []

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        return (
            now.sections,
            now.roots,
            now.section_fields,
            now.memory,
            before.sections,
            before.roots,
        )

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether a section or a root changed."""
        now, before = snapshot.now, snapshot.before
        return (now.sections is not before.sections and now.sections != before.sections) or (
            now.roots is not before.roots and now.roots != before.roots
        )

    def follow(self) -> tuple[int, int] | None:
        """The sections that changed."""
        if self.grid is not None:
            changed = self.grid.changed()
            return (self.grid.place(changed[0])[0], self.grid.place(changed[-1])[0]) if changed else None
        marked = [at for at, row in enumerate(self.rows) if row.mark != " "]
        return (marked[0], marked[-1]) if marked else None

    def count(self) -> int:
        """Rows of the grid and lines below it, or of the table."""
        if self.is_table and self.rows:
            return len(self.rows)
        return self._grid_rows + len(self.told)

    @property
    def _grid_rows(self) -> int:
        return len(self.grid.rows) if self.grid is not None else 0

    def line(self, index: int) -> Line:
        """A row of the grid, a line of the text, or a section of the table."""
        if self.is_table and self.rows and self.snapshot is not None:
            shift = self.snapshot.facts.section_size_bits
            return section_line(self.rows[index], shift, self.text_width)
        if self.grid is not None and index < self._grid_rows:
            return self.grid.line(index)
        return self.told[index - self._grid_rows]

    # ---- the cursor ----

    def move_cursor(self, index: int) -> None:
        """Tell about the section that the cursor is on now."""
        place = self._place()
        self.cursor = max(0, min(index, self.count() - 1))
        if self.grid is not None and self.cursor < self._grid_rows and place is not None:
            self._point(self.grid.number(self.cursor, place))
        super().move_cursor(self.cursor)

    def _place(self) -> int | None:
        return self.grid.place(self.number)[1] if self.grid is not None else None

    def _point(self, number: int) -> None:
        if number != self.number and number >= 0:
            self.number = number
            self._tell()

    def action_scroll_columns(self, columns: int) -> None:
        """To the section beside, in the grid."""
        if self.grid is None or self.cursor >= self._grid_rows:
            if self.count():
                super().action_scroll_columns(columns)
            return
        beside = self.number + (1 if columns > 0 else -1)
        row = self.grid.rows[self.cursor]
        if row.is_cut and columns > 0:
            beside = row.first + row.number
        last = self.grid.rows[-1]
        if self.grid.rows[0].first <= beside < last.first + last.number:
            self._point(beside)
            super().move_cursor(self.grid.place(beside)[0])

    def mark_pointed(self, line: Line) -> Line:
        """In the grid, only a cell has the cursor."""
        place = self._place()
        if self.grid is None or place is None or self.cursor >= self._grid_rows:
            return super().mark_pointed(line)
        if self.grid.rows[self.cursor].is_cut:
            return super().mark_pointed(line)
        column = self.grid.column(place)
        marked: Line = []
        for text, style in line:
            at = column - length(marked)
            inside = 0 <= at < len(text)
            marked += (
                [(text[:at], style), (text[at], "cursor"), (text[at + 1 :], style)]
                if inside
                else [(text, style)]
            )
        return [span for span in marked if span[0]]

    def on_click(self, event: events.Click) -> None:
        """A cell takes the cursor."""
        row = self.top + event.y - 1 - len(self.header)
        is_cell = event.y > len(self.header) and row < self._grid_rows
        if self.grid is not None and is_cell and not self.grid.rows[row].is_cut:
            column = event.x - length(self.edge)
            self._point(self.grid.number(row, self.grid.place_at(column)))
            self.cursor = row
        super().on_click(event)

    def subject(self) -> str | None:
        """The section under the cursor."""
        number = self._pointed()
        return f"section {number}" if number is not None else None

    def _pointed(self) -> int | None:
        if not self.is_cursor_in_sight:
            return None
        if self.is_table:
            return self.rows[self.cursor].number if self.cursor < len(self.rows) else None
        return self.number if self.grid is not None else None

    def origin(self) -> int | None:
        """The event that last changed that section."""
        found = self._changes()
        return found[-1] if found else None

    def cause(self) -> int | None:
        """The first one that did: some of it is memory."""
        found = self._changes()
        return found[0] if found else None

    def _changes(self) -> Sequence[int]:
        number, snapshot = self._pointed(), self.snapshot
        if number is None or snapshot is None:
            return ()
        place = snapshot.answers.place(f"section {number}")
        return snapshot.answers.history.touched.events(place, 0, snapshot.position)

    def break_spec(self) -> str | None:
        """Stop when that section changes."""
        number = self._pointed()
        return f"watch:section {number}" if number is not None else None

    def action_form(self) -> None:
        """The other form, with the cursor on the same section."""
        number = self._pointed()
        self.is_table = not self.is_table
        self.compose_again()
        if number is not None and self.is_table:
            self.move_cursor(next((at for at, row in enumerate(self.rows) if row.number == number), 0))
        elif number is not None and self.grid is not None:
            self._point(number)
            self.move_cursor(self.grid.place(number)[0])

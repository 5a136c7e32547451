"""Both boots of a what-if, or of two files, side by side, with the differences marked."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.timer import Timer

from ....model.language.words import tr, translatable
from ...draw.lines import Line, Mark, StyleName, cut, gutter, note, padded, plain
from ...draw.widths import wrapped
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place
from .differing import told
from .parting import COMMAND, parting_lines

if TYPE_CHECKING:
    from .rows import ComparedPart, ComparedRow

NOTHING = translatable(
    "One boot, nothing to compare it with. ⟨what-if⟩ asks what if: whatif add mem=600M, whatif ram 2G, "
    "whatif release 6.12 … boots again and stays here. ⟨both⟩ once more, or diff FILE, puts another log or "
    "boot beside this one."
)
SIDE_BY_SIDE = 110
"""Columns from which both boots stand beside each other."""
REST = 0.12
"""Seconds to stand still before both boots are compared: on the way nobody reads it."""
MARKS: dict[str, tuple[Mark, StyleName]] = {
    " ": (" ", ""),
    "~": ("~", "changed"),
    "<": ("-", "removed"),
    ">": ("+", "added"),
}
"""What a difference is from the old boot to the new one: the marks of a change."""


TITLE = -1
"""The row of an entry that is the title of its part."""


class ComparedEntry(Struct, frozen=True):
    """A line of the body: a row of a part, or in a narrow pane one side of it; or so many that are hidden; or
    `words` about both boots."""

    part: ComparedPart | None
    row: int
    hidden: int = 0
    side: str = ""
    words: str = ""


class ComparisonForm(Enum):
    """How much is shown."""

    DIFFERENCES = translatable("differences")
    EVERYTHING = translatable("everything")


class BothPane(Pane):
    """Titles and rows; where there is no room for two columns a changed row takes two lines."""

    ID = "both"
    PLACE = Place("boots", 10)
    NAME = translatable("both boots")
    SHORT = translatable("both")
    ABOUT = translatable(
        "The boot before a what-if and the one after it, here: regions, zones, variables, owners, log, calls."
    )
    HAS_CURSOR = True
    KEYS = (
        KeyBinding("both.form", "r", "r", "form", "Only what differs, or everything"),
        KeyBinding("both.next-part", "x", "x", "next part", "To the next part: memory, reserved, zones, …"),
        KeyBinding("both.diverge", "d", "d", "divergence", "To the first call that is not the same in both"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.form = ComparisonForm.DIFFERENCES
        self.parts: tuple[ComparedPart, ...] = ()
        self.entries: list[ComparedEntry] = []
        self.compared: tuple[object, int, int] | None = None
        self.resting: Timer | None = None

    # ---- comparing ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Compare when one has come to rest."""
        if snapshot.other is None:
            self.parts, self.entries, self.compared = (), [], None
            self.header = note(self.keys.words(tr(NOTHING)), width)
            return
        now = (snapshot.other.answers.trace, snapshot.other.answers.position, snapshot.position)
        if now == self.compared:
            self._lay_out()
        elif self.compared is None or self.compared[0] is not now[0]:
            self._compare()
        else:
            self._rest()

    def _rest(self) -> None:
        if self.resting is not None:
            self.resting.stop()
        self.resting = self.set_timer(REST, self._rested)

    def _rested(self) -> None:
        self.resting = None
        if self.is_in_sight:
            self.compose_again()

    def compose_again(self) -> None:
        """Compare now, if that was not done yet."""
        if self.snapshot is not None and self.snapshot.other is not None:
            self.measure()
            self._compare()
            self.keep_in_bounds()
            self.repaint()
        else:
            super().compose_again()

    def _compare(self) -> None:
        from .rows import parts

        assert self.snapshot is not None and self.snapshot.other is not None
        other = self.snapshot.other
        now = (other.answers.trace, other.answers.position, self.snapshot.position)
        if now != self.compared:
            self.parts = tuple(parts(other, self.snapshot.answers))
            self.compared = now
        self._lay_out()

    # ---- laying out ----

    def _lay_out(self) -> None:
        assert self.snapshot is not None and self.snapshot.other is not None
        other = self.snapshot.other
        left, right = map(plain, other.names)
        if self.is_wide:
            half = self._half()
            header: Line = [*padded(cut([(f"  {left}", "strong")], half + 2), half + 2), ("│ ", "rule")]
            self.header = [[*header, (right, "strong")]]
        else:
            self.header = [[("- ", "removed"), (f"{left}   ", ""), ("+ ", "added"), (right, "")]]
        if other.note:
            self.header += note(
                tr("The boot {left} stands elsewhere: {note}", left=left, note=other.note), self.text_width
            )
        room = max(self.text_width - 2, 20)
        words = parting_lines(other, self.keys.shown("both.diverge"), room)
        words += wrapped(plain(other.comparison.words), room)
        self.entries = [ComparedEntry(None, TITLE, words=line) for line in words]
        for part in self.parts:
            self._add_part(part)

    def _add_part(self, part: ComparedPart) -> None:
        is_all, is_wide = self.form is ComparisonForm.EVERYTHING, self.is_wide
        shown = part.shown() if not is_all else [(row, 0) for row in range(len(part))]
        if not shown:
            return
        self.entries.append(ComparedEntry(part, TITLE))
        if is_wide:
            self.entries += [ComparedEntry(part, row, hidden) for row, hidden in shown]
            return
        for row, hidden in shown:
            if hidden or part.mark(row) != "~":
                self.entries.append(ComparedEntry(part, row, hidden))
            else:
                self.entries += (ComparedEntry(part, row, side="<"), ComparedEntry(part, row, side=">"))

    @property
    def is_wide(self) -> bool:
        """Whether there is room for two columns."""
        return self.text_width >= SIDE_BY_SIDE

    def _half(self) -> int:
        return (self.text_width - 4) // 2

    def _entry_line(self, entry: ComparedEntry) -> Line:
        part = entry.part
        if part is None:
            return [(entry.words, "")]
        if entry.row == TITLE:
            count = (
                tr("{differing} of {count} differ", differing=part.differing, count=len(part))
                if part.differing
                else tr("no difference")
            )
            return [(tr(part.title), "accent"), (f"  {count}", "dim")]
        if entry.hidden:
            words = tr(
                "  … {hidden} more like those above: ⟨both.form⟩ shows everything", hidden=entry.hidden
            )
            return [(self.keys.words(words), "dim")]
        row = part.row(entry.row)
        mark, style = MARKS[row.mark]
        left, right = told(row, style)
        if self.is_wide:
            half = self._half()
            return [*gutter(mark), *padded(cut(left, half), half), ("│ ", "rule"), *right]
        if entry.side:
            return [*gutter("-"), *left] if entry.side == "<" else [*gutter("+"), *right]
        return [*gutter(mark), *(left if row.left else right)]

    def _row_at(self, index: int) -> ComparedRow | None:
        if not 0 <= index < len(self.entries):
            return None
        entry = self.entries[index]
        return None if entry.part is None or entry.row == TITLE or entry.hidden else entry.part.row(entry.row)

    def summary(self) -> Line:
        """How much differs."""
        if self.snapshot is None or self.snapshot.other is None:
            return []
        count = sum(part.differing for part in self.parts)
        return [
            (
                tr("{count} differences · {form}", count=count, form=tr(self.form.value))
                if count
                else tr("no difference here"),
                "dim",
            )
        ]

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Both boots are where they are: there is nothing to point out."""
        return False

    def fixed_top(self) -> int | None:
        """Where one has scrolled to."""
        return self.top

    # ---- the body ----

    def count(self) -> int:
        """Lines of all parts."""
        return len(self.entries)

    def line(self, index: int) -> Line:
        """One of them."""
        return self._entry_line(self.entries[index])

    def origin(self) -> int | None:
        """The event of the row under the cursor, in the boot one is in."""
        row = self._row_at(self.cursor)
        return row.right_event if row is not None else None

    def describe(self, index: int) -> str:
        """What a row says, in full."""
        row = self._row_at(index)
        if row is None:
            return ""
        if row.right_event is None and row.left_event is not None:
            return tr("Only the boot before has that: ⟨undo⟩ goes back to it.")
        if row.mark == "~":
            return tr("before: {left}; now: {right}.", left=row.left.strip(), right=row.right.strip())
        return f"{(row.right or row.left).strip()}."

    def action_form(self) -> None:
        """The other form."""
        self.form = (
            ComparisonForm.EVERYTHING
            if self.form is ComparisonForm.DIFFERENCES
            else ComparisonForm.DIFFERENCES
        )
        self.compose_again()

    def action_diverge(self) -> None:
        """To where both part."""
        self.post_message(self.Asked(COMMAND))

    def action_next_part(self) -> None:
        """The title after the cursor, or the first."""
        titles = [
            at for at, entry in enumerate(self.entries) if entry.part is not None and entry.row == TITLE
        ]
        if titles:
            self.cursor = next((at for at in titles if at > self.cursor), titles[0])
            self.scroll_body(self.cursor)

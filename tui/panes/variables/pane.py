"""The kernel's own variables, with what the last move changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct

from ....model.language.words import tr, translatable
from ...draw.lines import MARK_STYLES, Line, Mark, gutter, plain
from ...session.snapshot import Snapshot
from ..pane import Pane, Place

if TYPE_CHECKING:
    from ....model.memory.picture import Picture
    from ....model.text.variables import VariableWords

NAME_WIDTH = 28


class VariableRow(Struct, frozen=True):
    """A variable: its value, the value before the last move, and the event that gave it (None: its first)."""

    mark: Mark
    name: str
    value: Any
    old: Any
    event: int | None


class VariablesPane(Pane):
    """Name, value and, where it changed, the value before; in groups, or ordered."""

    ID = "variables"
    PLACE = Place("variables", 10)
    NAME = translatable("variables")
    SHORT = translatable("vars")
    ABOUT = translatable(
        "The kernel's variables by their C names; ~ has just changed, and what it was before. ⟨travel⟩ goes "
        "to where one got its value; those that still have their first one are dim."
    )
    COMES_FORWARD = True
    HAS_CURSOR = True
    SORTS: ClassVar[tuple[str, ...]] = (
        translatable("subject"),
        translatable("name"),
        translatable("last change"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[VariableRow | str] = []
        """Variables, and the titles of groups."""

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """In groups, by name, or what changed last first."""
        rows = _rows(snapshot)
        if self.order == 0:
            self.rows = _grouped(rows, _words(snapshot))
            return
        if self.order == 2:
            rows.sort(key=lambda row: -1 if row.event is None else row.event, reverse=True)
        self.rows = [*rows]

    def reordered(self) -> None:
        """Begin at the top: what comes first is what was asked for."""
        self.cursor = self.top = 0

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        return (now.variables, before.variables)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move set one."""
        now, before = snapshot.now.variables, snapshot.before.variables
        return now is not before and now != before

    def measure_of(self, picture: Picture) -> int:
        """The variables that are set."""
        return len(picture.variables)

    def follow(self) -> tuple[int, int] | None:
        """Those that changed."""
        marked = [at for at, row in enumerate(self.rows) if isinstance(row, VariableRow) and row.mark != " "]
        return (marked[0], marked[-1]) if marked else None

    def count(self) -> int:
        """One line a variable, and one a group."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """A variable, or the title of a group."""
        row = self.rows[index]
        if isinstance(row, str):
            return [(row, "title")]
        style = MARK_STYLES[row.mark] or ("dim" if row.event is None else "")
        was: Line = (
            [(tr("  was {text}", text=self._text(row.name, row.old)), "dim")] if row.mark == "~" else []
        )
        return [
            *gutter(row.mark),
            (f"{row.name:<{NAME_WIDTH}} ", style or "strong"),
            (self._text(row.name, row.value), style or "number"),
            *was,
        ]

    def _text(self, name: str, value: Any) -> str:
        assert self.snapshot is not None
        return plain(_words(self.snapshot).text(name, value, self.snapshot.facts.page_size))

    # ---- the line under the cursor ----

    def _pointed(self) -> VariableRow | None:
        row = self.rows[self.cursor] if self.is_cursor_in_sight else None
        return row if isinstance(row, VariableRow) else None

    def subject(self) -> str | None:
        """The memory that the variable is about."""
        row = self._pointed()
        if row is None or self.snapshot is None:
            return None
        return _words(self.snapshot).question(row.name, row.value)

    def describe(self, index: int) -> str:
        """Who gave it its value; of a variable that is about memory, all of that is told."""
        row = self._pointed()
        if row is None or self.snapshot is None or self.subject() is not None:
            return ""
        if row.event is None:
            return tr("{name} still has the value it was compiled with.", name=row.name)
        path = self.snapshot.answers.history.path(row.event)
        return tr("{name} got its value in {path}, event {event}.", name=row.name, path=path, event=row.event)

    def origin(self) -> int | None:
        """The event that gave the variable its value."""
        row = self._pointed()
        return row.event if row is not None else None

    def break_spec(self) -> str | None:
        """Stop when the variable is set."""
        row = self._pointed()
        return f"watch:{row.name}" if row is not None else None


def _rows(snapshot: Snapshot) -> list[VariableRow]:
    """Every variable, by name."""
    now, before = snapshot.now.variables, snapshot.before.variables
    occurrences, position = snapshot.answers.occurrences, snapshot.position
    return [
        VariableRow(
            " " if before.get(name) == now[name] else "~",
            name,
            now[name],
            before.get(name),
            occurrences.last_change(name, position),
        )
        for name in sorted(now)
    ]


def _words(snapshot: Snapshot) -> VariableWords:
    """What is said of the variables of this kernel."""
    from ....model.text.variables import VariableWords  # not for the first screen

    return VariableWords(snapshot.facts.arch.variables)


def _grouped(rows: list[VariableRow], words: VariableWords) -> list[VariableRow | str]:
    from ....model.text.variables import group_order

    groups: dict[str, list[VariableRow]] = {}
    for row in rows:
        groups.setdefault(words.group(row.name), []).append(row)
    grouped: list[VariableRow | str] = []
    for group in sorted(groups, key=group_order):
        grouped += [tr(group), *groups[group]]
    return grouped

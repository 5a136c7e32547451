"""The e820 map: what firmware says of physical memory, and what the kernel makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct

from ....model.base.units import hex_address, readable_size
from ....model.language.words import tr, translatable
from ....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED_KERN, E820Entry, type_name
from ....model.trace.changes import Splice
from ....model.trace.events import Kind
from ...draw.lines import MARK_STYLES, Line, Mark, StyleName, differences, gutter, note
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place

TABLES = ("e820_table", "e820_table_kexec", "e820_table_firmware")
ABOUT_TABLES = (
    translatable("the map that the kernel works with"),
    translatable("the map that the next kernel gets by kexec"),
    translatable("the map as firmware gave it"),
)
NO_MAP = translatable("No map yet: e820__memory_setup takes it from the boot loader.")
RAM = (E820_TYPE_RAM, E820_TYPE_RESERVED_KERN)


class E820Row(Struct, frozen=True):
    """An entry of the table and what the last move did to it; or (no `entry`) a hole after it, of so many
    bytes."""

    mark: Mark
    entry: E820Entry | None
    hole: int = 0


class E820Pane(Pane):
    """One of the kernel's three tables, with the holes between its entries."""

    ID = "e820"
    PLACE = Place("regions", 20)
    NAME = translatable("e820")
    ABOUT = translatable(
        "What firmware says of physical memory, and what the kernel makes of it; ⟨e820.table⟩ shows the "
        "other tables. ⟨travel⟩ goes to where an entry became what it is. PCs only."
    )
    PART = "e820"
    COMES_FORWARD = True
    HAS_CURSOR = True
    KEYS: ClassVar[tuple[KeyBinding, ...]] = (
        KeyBinding("e820.table", "r", "r", "table", "The kernel's table, kexec's, or firmware's"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.table = 0
        self.rows: list[E820Row] = []

    # ---- what is shown ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """All entries of the table."""
        now, before = self._entries(snapshot, now=True), self._entries(snapshot, now=False)
        self.rows = [*_with_holes(differences(before, now, lambda entry: (entry.addr, entry.end)))]
        self.header = note(tr(NO_MAP), width) if not self.rows else []

    def _entries(self, snapshot: Snapshot, now: bool) -> Sequence[E820Entry]:
        picture = snapshot.now if now else snapshot.before
        return picture[f"e820.{TABLES[self.table]}"]

    def summary(self) -> Line:
        """Which table, and how much of it is memory."""
        usable = sum(
            row.entry.size for row in self.rows if row.entry and _is_kept(row) and row.entry.type in RAM
        )
        if not self.rows:
            return []
        return [
            (f"{TABLES[self.table]} · ", "dim"),
            (readable_size(usable), "strong"),
            (tr(" usable"), "dim"),
        ]

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """The table, and what it was before."""
        return (self._entries(snapshot, now=True), self._entries(snapshot, now=False))

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move changed the kernel's own table."""
        name = f"e820.{TABLES[0]}"
        now, before = snapshot.now[name], snapshot.before[name]
        return now is not before and now != before

    def follow(self) -> tuple[int, int] | None:
        """The entries that changed."""
        marked = [at for at, row in enumerate(self.rows) if row.mark != " "]
        return (marked[0], marked[-1]) if marked else None

    def count(self) -> int:
        """One line an entry, and one a hole."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """An entry: its first and last byte, its size, its type in the kernel's words; or a hole."""
        row = self.rows[index]
        if row.entry is None:
            return [
                ("  ", ""),
                (
                    tr(
                        "··· {hole} that the map says nothing of",
                        hole=readable_size(row.hole),
                    ),
                    "hole",
                ),
            ]
        entry, style = row.entry, MARK_STYLES[row.mark]
        return [
            *gutter(row.mark),
            (f"{entry.addr:#018x}-{entry.end - 1:#018x}", style),
            (f" {readable_size(entry.size):>9}", style or "strong"),
            (f"  {type_name(entry.type)}", style or _type_style(entry.type)),
            (tr(" (the kernel's own)") if entry.type == E820_TYPE_RESERVED_KERN else "", "dim"),
        ]

    # ---- the line under the cursor ----

    def _pointed(self) -> E820Entry | None:
        return self.rows[self.cursor].entry if self.is_cursor_in_sight else None

    def subject(self) -> str | None:
        """The first byte of the entry under the cursor."""
        entry = self._pointed()
        return hex_address(entry.addr) if entry is not None else None

    def origin(self) -> int | None:
        """The event that put the entry under the cursor into the table."""
        entry, snapshot = self._pointed(), self.snapshot
        if entry is None or snapshot is None:
            return None
        event = snapshot.trace.last_of_kind(Kind.E820, snapshot.position)
        while event >= 0:
            for change in snapshot.trace.payload(event):
                if _puts(change, f"e820.{TABLES[self.table]}", entry):
                    return event
            event = snapshot.trace.last_of_kind(Kind.E820, event)
        return None

    def break_spec(self) -> str | None:
        """Stop when the table changes."""
        return f"watch:{TABLES[self.table]}"

    def describe(self, index: int) -> str:
        """What a hole means, or which table this is."""
        if self.rows[index].entry is None:
            return tr("Nothing there is memory or reserved: devices may be put there.")
        return ""

    def action_table(self) -> None:
        """The next of the three tables."""
        self.table = (self.table + 1) % len(TABLES)
        self.cursor = self.top = 0
        self.compose_again()
        self.post_message(self.Said(f"{TABLES[self.table]}: {tr(ABOUT_TABLES[self.table])}."))


def _is_kept(row: E820Row) -> bool:
    return row.mark != "-"


def _type_style(type: int) -> StyleName:
    return "memory" if type in RAM else "reserved"


def _puts(change: object, target: str, entry: E820Entry) -> bool:
    """Whether a change puts an entry into a table that was not there before."""
    return (
        isinstance(change, Splice)
        and change.target == target
        and entry in change.inserted
        and entry not in change.removed
    )


def _with_holes(rows: Sequence[tuple[Mark, E820Entry]]) -> list[E820Row]:
    """The entries, and between those that are there the holes below 4 GiB and above."""
    found: list[E820Row] = []
    end: int | None = None
    for mark, entry in rows:
        if mark != "-":
            if end is not None and entry.addr > end:
                found.append(E820Row(" ", None, entry.addr - end))
            end = entry.end if end is None else max(end, entry.end)
        found.append(E820Row(mark, entry))
    return found

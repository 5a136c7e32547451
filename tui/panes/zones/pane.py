"""Nodes and zones: what they span, what of it is present, what the buddy allocator manages and has free."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from ....model.base.units import hex_address
from ....model.language.words import tr, translatable
from ....model.source.provenance import is_from_log
from ...draw.lines import Line, Mark, gutter, note, plain
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place

if TYPE_CHECKING:
    from ....model.memory.picture import Picture
    from .rows import ZoneRow


class KernelLine(Struct, frozen=True):
    """A line in the kernel's words, and the event that printed it (None: it is of a file)."""

    mark: Mark
    text: str
    event: int | None = None


class ZonesPane(Pane):
    """For every node a map and its zones, each with a bar and its free lists; or the kernel's own words."""

    ID = "zones"
    PLACE = Place("zones", 10)
    NAME = translatable("zones")
    ABOUT = translatable(
        "Nodes and zones: █ managed, ▒ present, · a hole; Enter opens the free lists by order. ⟨zones.form⟩ "
        "shows what the kernel prints of them."
    )
    COMES_FORWARD = True
    NEEDS = ("zones",)
    HAS_CURSOR = True
    LEGEND = (
        ("█", translatable("managed: pages that the buddy allocator has, or will have"), "memory"),
        ("▒", translatable("present, but not managed"), "reserved"),
        ("·", translatable("a hole: spanned, but not present"), "hole"),
    )
    KEYS: ClassVar[tuple[KeyBinding, ...]] = (
        KeyBinding("zones.form", "r", "r", "form", "As bars, or as the kernel's log and its files in /proc"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.is_log = False
        self.opened: set[tuple[int, str]] = set()
        self.rows: list[ZoneRow] = []
        self.kernel_lines: list[KernelLine] = []

    # ---- what is shown ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Every node, or the kernel's lines."""
        from .rows import ZoneRows

        self.rows, self.kernel_lines, self.header = [], [], []
        if self.is_log:
            self.kernel_lines = _kernel_lines(snapshot)
        else:
            self.rows = ZoneRows(snapshot, width, self.opened).rows
        if not self.count():
            is_of_log = is_from_log(snapshot.trace)
            words = tr("no line so far tells of them") if is_of_log else tr("free_area_init sets them up")
            self.header = note(tr("No zones yet: {words}.", words=words), width)

    def summary(self) -> Line:
        """The legend."""
        if self.snapshot is None or not self.snapshot.now.nodes or self.is_log:
            return []
        return [
            ("█", "memory"),
            (tr(" managed "), "dim"),
            ("▒", "partial"),
            (tr(" present "), "dim"),
            ("·", "hole"),
            (tr(" hole"), "dim"),
        ]

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before; lines of the log are new with every position."""
        now, before = snapshot.now, snapshot.before
        position = (object(),) if self.is_log else ()
        return (now.nodes, now.free, now.memory, before.nodes, *position)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether a node or one of its zones changed."""
        now, before = snapshot.now.nodes, snapshot.before.nodes
        return now is not before and now != before

    def measure_of(self, picture: Picture) -> int:
        """The zones that have pages."""
        return sum(1 for node in picture.nodes.values() for zone in node.zones if zone.present)

    def follow(self) -> tuple[int, int] | None:
        """The lines that changed."""
        marks = [row.mark for row in self.rows] or [line.mark for line in self.kernel_lines]
        marked = [at for at, mark in enumerate(marks) if mark != " "]
        return (marked[0], marked[-1]) if marked else None

    def count(self) -> int:
        """Lines of all nodes."""
        return len(self.kernel_lines) if self.is_log else len(self.rows)

    def line(self, index: int) -> Line:
        """A node, a zone, a detail of it, or a line of the kernel's."""
        if not self.is_log:
            return self.rows[index].line
        line = self.kernel_lines[index]
        mark, text, event = line.mark, line.text, line.event
        is_title = event is None and text.startswith("/proc")
        return [*gutter(mark), (plain(text), "accent" if is_title else "added" if mark != " " else "")]

    # ---- the line under the cursor ----

    def _pointed(self) -> ZoneRow | None:
        if self.is_log or not self.is_cursor_in_sight or self.rows[self.cursor].nid < 0:
            return None
        return self.rows[self.cursor]

    def subject(self) -> str | None:
        """The start of the node or zone under the cursor."""
        row = self._pointed()
        if row is None or self.snapshot is None or row.pages[0] == row.pages[1]:
            return super().subject()
        return hex_address(row.pages[0] * self.snapshot.facts.page_size)

    def origin(self) -> int | None:
        """The event that last changed that zone or its node, or that printed the line."""
        if self.is_log and self.is_cursor_in_sight:
            return self.kernel_lines[self.cursor].event
        row, snapshot = self._pointed(), self.snapshot
        if row is None or snapshot is None:
            return None
        from ....model.analysis.zones import last_change

        return last_change(snapshot.trace, row.nid, row.zone, snapshot.position)

    def cause(self) -> int | None:
        """The event by which that zone, or any of its node, spans what it does."""
        row, snapshot = self._pointed(), self.snapshot
        if row is None or snapshot is None:
            return self.origin()
        from ....model.analysis.zones import spanned_by

        found = spanned_by(snapshot.trace, row.nid, row.zone, snapshot.position)
        return self.origin() if found is None else found

    def break_spec(self) -> str | None:
        """Stop when that zone's counters change, or any node."""
        if self.is_log and self.is_cursor_in_sight and self.kernel_lines[self.cursor].event is not None:
            return f"log:{self.kernel_lines[self.cursor].text.strip()}"
        row = self._pointed()
        if row is None:
            return None
        return f"watch:zone {row.zone} of node {row.nid}" if row.zone else "watch:zones.nodes"

    def opens(self, index: int) -> bool:
        """Show a zone's free lists order by order, or not."""
        row = self.rows[index] if index < len(self.rows) else None
        foldable = next(
            (
                each
                for each in self.rows
                if row and each.is_foldable and (each.nid, each.zone) == (row.nid, row.zone)
            ),
            None,
        )
        if foldable is None or self.snapshot is None:
            return False
        self.opened ^= {(foldable.nid, foldable.zone)}
        self.compose_lines(self.snapshot, self.text_width)
        self.move_cursor(self.cursor)
        return True

    def action_form(self) -> None:
        """The other form."""
        self.is_log = not self.is_log
        self.cursor = self.top = 0
        self.compose_again()


def _kernel_lines(snapshot: Snapshot) -> list[KernelLine]:
    """What the kernel printed about zones so far, and what its files would say now."""
    from ....model.analysis.zones import buddyinfo_lines, zone_log, zoneinfo_lines

    trace, position = snapshot.trace, snapshot.position
    lines = [
        KernelLine("+" if event >= snapshot.start else " ", trace.log_text(event), event)
        for event in zone_log(snapshot.answers.occurrences, position)
    ]
    now, before = snapshot.now.nodes, snapshot.before.nodes
    if not any(zone.free_pages for node in now.values() for zone in node.zones):
        return lines
    for name, made in (("/proc/buddyinfo", buddyinfo_lines), ("/proc/zoneinfo, sizes", zoneinfo_lines)):
        old = set(made(before.values())) if before is not now else None
        lines.append(KernelLine(" ", name))
        for text in made(now.values()):
            lines.append(KernelLine("~" if old is not None and text not in old else " ", text))
    return lines

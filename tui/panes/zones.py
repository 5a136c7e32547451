"""Nodes and zones: what they span, what of it is present, what the buddy allocator manages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.text import readable_size
from ..lines import Line, Mark, StyleName, gutter, note
from ..snapshot import Snapshot
from .pane import Pane, first_address

if TYPE_CHECKING:
    from ...model.zones import Node, Zone

BAR = 12
"""Columns of a zone's bar."""


class ZonesPane(Pane):
    """For every node its zones, each with a bar and, once it has any, its free lists."""

    NUMBER = 6
    NAME = "zones"
    ABOUT = "Nodes and zones: █ managed, ▒ present, · spanned; then the free blocks of each order."
    HAS_CURSOR = True

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.changed_lines: list[int] = []

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Zones that span nothing take one word."""
        self.lines, self.changed_lines = [], []
        now, before = snapshot.now, snapshot.before
        page_size = snapshot.facts.layout.page_size
        self.header = []
        for nid in sorted(now.nodes):
            self._add_node(now.nodes[nid], before.nodes.get(nid), page_size)
        for nid in sorted(before.nodes.keys() - now.nodes.keys()):
            self._add(("-"), [(f"node {nid}", "removed")])
        if not self.lines:
            self.header = note("No zones yet: free_area_init sets them up.", width)

    def _add(self, mark: Mark, line: Line) -> None:
        if mark != " ":
            self.changed_lines.append(len(self.lines))
        self.lines.append([*gutter(mark), *line])

    def _add_node(self, node: Node, old: Node | None, page_size: int) -> None:
        start = node.start_pfn * page_size
        end = start + node.spanned * page_size
        where = f"{start:#x}-{end - 1:#x} " if node.spanned else ""
        same = old is not None and node[:6] == old[:6]
        mark: Mark = " " if same else "~" if old else "+"
        size = readable_size(node.present * page_size)
        self._add(mark, [(f"node {node.nid} ", "strong"), (where, ""), (size, "dim")])
        known = {zone.name: zone for zone in old.zones} if old else {}
        empty: list[str] = []
        for zone in node.zones:
            if zone.spanned:
                self._add_zone(zone, known.get(zone.name), page_size)
            else:
                empty.append(zone.name)
        if empty:
            self._add(" ", [(f"  {', '.join(empty)}: empty", "dim")])

    def _add_zone(self, zone: Zone, old: Zone | None, page_size: int) -> None:
        mark: Mark = "+" if old is None or not old.spanned else "~" if zone[:6] != old[:6] else " "
        style: StyleName = "changed" if mark != " " else ""
        self._add(
            mark,
            [
                (f"{zone.name:<8}", style or "accent"),
                *_bar(zone),
                (f" {readable_size(zone.managed * page_size):>10}", style or "strong"),
                (f" of {readable_size(zone.present * page_size)}", "dim"),
                (
                    f" holes {readable_size((zone.spanned - zone.present) * page_size)}"
                    if zone.spanned > zone.present
                    else "",
                    "dim",
                ),
            ],
        )
        start, end = zone.start_pfn * page_size, (zone.start_pfn + zone.spanned) * page_size
        self._add(" ", [(f"  {start:#x}-{end - 1:#x} spanned {zone.spanned}", "dim")])
        self._add(" ", [(f"  present {zone.present} managed {zone.managed}", "dim")])
        if zone.cma_pages:
            self._add(" ", [(f"  cma {zone.cma_pages} pages", "dim")])
        if any(zone.nr_free):
            is_new = old is None or old.nr_free != zone.nr_free
            free = " ".join(str(count) for count in zone.nr_free)
            self._add(
                "~" if is_new else " ",
                [("  free ", "dim"), (free, "changed" if is_new else "number")],
            )

    def summary(self) -> Line:
        """The legend."""
        if self.snapshot is None or not self.snapshot.now.nodes:
            return []
        return [
            ("█", "memory"),
            (" managed ", "dim"),
            ("▒", "partial"),
            (" present ", "dim"),
            ("·", "hole"),
            (" hole", "dim"),
        ]

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """What is shown, and what it was before."""
        now, before = snapshot.now, snapshot.before
        return (now.nodes, before.nodes)

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether a node or one of its zones changed."""
        return snapshot.now.nodes != snapshot.before.nodes

    def follow(self) -> tuple[int, int] | None:
        """The lines that changed."""
        return (self.changed_lines[0], self.changed_lines[-1]) if self.changed_lines else None

    def subject(self) -> str | None:
        """The start of the node or zone under the cursor; a zone's stands on the line below its name."""
        found = super().subject()
        if found or not self.is_cursor_in_sight:
            return found
        return first_address([span for line in self.lines[self.cursor + 1 :][:1] for span in line])

    def count(self) -> int:
        """Lines of all nodes."""
        return len(self.lines)

    def line(self, index: int) -> Line:
        """A node, a zone or a detail of it."""
        return self.lines[index]


def _bar(zone: Zone) -> Line:
    managed = round(BAR * zone.managed / zone.spanned)
    present = round(BAR * zone.present / zone.spanned)
    managed = min(max(managed, 1 if zone.managed else 0), BAR)
    present = max(min(present, BAR), managed)
    return [
        ("█" * managed, "memory"),
        ("▒" * (present - managed), "partial"),
        ("·" * (BAR - present), "hole"),
    ]

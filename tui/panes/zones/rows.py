"""The lines that tell of nodes and zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ....model.analysis.zones import LETTERS, NodeScale, fallback_words, memory_of, node_map, orders, scale_of
from ....model.base.units import readable_size
from ....model.language.words import tr
from ...draw.lines import Line, Mark, StyleName, gutter, length
from ...draw.widths import cells

if TYPE_CHECKING:
    from ....model.memory.picture import Picture
    from ....model.memory.zones import Node, Zone
    from ...session.snapshot import Snapshot

BAR, LONG_BAR, ROOM = 12, 32, 90
"""Columns of a zone's bar, where there is room and where there is not; columns from which there is."""
MAP_STYLES: dict[str, StyleName] = {"▒": "partial", "·": "hole", " ": "", "M": "accent"}
NEVER = (1 << 64) - 1


class ZoneRow(Struct, frozen=True):
    """A line about a node, or about its zone `zone`; `pages` are the pfns that it is about, `is_foldable`
    tells that Enter shows or hides what follows."""

    line: Line
    nid: int
    zone: str = ""
    pages: tuple[int, int] = (0, 0)
    mark: Mark = " "
    is_foldable: bool = False


class ZoneRows:
    """Makes the lines of all nodes, `width` columns wide.  The free lists of the zones in `opened`, (node,
    name), are shown order by order."""

    def __init__(self, snapshot: Snapshot, width: int, opened: set[tuple[int, str]]) -> None:
        self.now: Picture = snapshot.now
        self.before: Picture = snapshot.before
        self.page_size = snapshot.facts.page_size
        self.tells_managed = snapshot.facts.can.exact_state
        self.width = width
        self.opened = opened
        self.rows: list[ZoneRow] = []
        nodes, old = self.now.nodes, self.before.nodes
        scale = scale_of(nodes.values(), self.page_size, max(width - 7, 8))
        for nid in sorted(nodes):
            self._add_node(nodes[nid], old.get(nid), scale, nodes)
        for nid in sorted(old.keys() - nodes.keys()):
            self._add(ZoneRow([(tr("node {nid}", nid=nid), "removed")], nid, mark="-"))
        if scale is not None:
            self._add_legend(scale)

    def _add(self, row: ZoneRow) -> None:
        self.rows.append(structs.replace(row, line=[*gutter(row.mark), *row.line]))

    def _add_legend(self, scale: NodeScale) -> None:
        names = dict.fromkeys(
            zone.name for node in self.now.nodes.values() for zone in node.zones if zone.present
        )
        words = "  ".join(f"{LETTERS.get(name, '?')} {name}" for name in names)
        more = tr("  ▒ nothing free") if self.now.free else ""
        each = tr(
            "  · no memory  a column is {size}",
            size=readable_size(scale.bytes_per_column),
        )
        self._add(ZoneRow([(f"{words}{more}{each}", "dim")], -1))

    def _add_node(
        self, node: Node, old: Node | None, scale: NodeScale | None, nodes: Mapping[int, Node]
    ) -> None:
        pages = node.start_pfn, node.end_pfn
        where = f"{pages[0] * self.page_size:#x}-{pages[1] * self.page_size - 1:#x} " if node.spanned else ""
        same = old is not None and node[:6] == old[:6] and node.zonelist == old.zonelist
        mark: Mark = " " if same else "~" if old else "+"
        size = readable_size(node.present * self.page_size)
        line: Line = [(tr("node {nid} ", nid=node.nid), "strong"), (where, ""), (size, "dim")]
        holes = node.spanned - node.present
        if holes:
            line.append((tr(" + {holes} holes", holes=readable_size(holes * self.page_size)), "dim"))
        pgdat = tr("  pg_data_t at {pgdat_pa:#x}", pgdat_pa=node.pgdat_pa)
        if node.pgdat_pa and length(line) + len(pgdat) < self.width - 2:
            line.append((pgdat, "dim"))
        self._add(ZoneRow(line, node.nid, pages=pages, mark=mark))
        if scale is not None and node.spanned:
            self._add_map(node, scale, nodes)
        known = {zone.name: zone for zone in old.zones} if old else {}
        for zone in node.zones:
            if zone.spanned:
                self._add_zone(node, zone, known.get(zone.name))
        empty = [zone.name for zone in node.zones if not zone.spanned]
        if empty:
            self._add(ZoneRow([(tr("  {empty}: empty", empty=", ".join(empty)), "dim")], node.nid))
        if node.zonelist:
            words = fallback_words(node, nodes)
            self._add(ZoneRow([(tr("  tries "), "dim"), (words, "comment")], node.nid, pages=pages))
        if node.first_deferred_pfn != NEVER:
            words = tr(
                "  page structs from pfn {pfn:#x} on wait for later",
                pfn=node.first_deferred_pfn,
            )
            self._add(ZoneRow([(words, "comment")], node.nid, pages=pages))

    def _add_map(self, node: Node, scale: NodeScale, nodes: Mapping[int, Node]) -> None:
        memory, pages = memory_of(node, self.now.memory, nodes), (node.start_pfn, node.end_pfn)
        cells = node_map(node, memory, self.now.free, scale, self.page_size)
        self._add(ZoneRow([("  ", ""), *_coloured(cells)], node.nid, pages=pages))
        if len(memory) > 1:
            ranges = [f"{region.base:#x}-{region.end - 1:#x}" for region in memory]
            for text in _filled(["memory", *ranges], self.width - 4):
                self._add(ZoneRow([(f"  {text}", "dim")], node.nid, pages=pages))

    def _add_zone(self, node: Node, zone: Zone, old: Zone | None) -> None:
        mark: Mark = "+" if old is None or not old.spanned else "~" if zone[:6] != old[:6] else " "
        style: StyleName = "changed" if mark != " " else ""
        size, pages = self.page_size, (zone.start_pfn, zone.end_pfn)
        bar = LONG_BAR if self.width >= ROOM else BAR
        amount = zone.managed if self.tells_managed else zone.present
        line: Line = [
            (f"{zone.name:<8}", style or "accent"),
            *zone_bar(zone, bar),
            (f" {readable_size(amount * size):>10}", style or "strong"),
            (
                tr(" of {present}", present=readable_size(zone.present * size))
                if self.tells_managed
                else tr(" present"),
                "dim",
            ),
        ]
        if zone.spanned > zone.present:
            line.append(
                (tr(" holes {size}", size=readable_size((zone.spanned - zone.present) * size)), "dim")
            )
        self._add(ZoneRow(line, node.nid, zone.name, pages, mark))
        first, end = pages
        about = [
            tr(
                "{first:#x}-{end:#x} spanned {spanned}",
                first=first * size,
                end=end * size - 1,
                spanned=zone.spanned,
            ),
            tr(
                "present {present} managed {managed}",
                present=zone.present,
                managed=zone.managed if self.tells_managed else tr("not told"),
            ),
            tr("pfn {first:#x}-{end:#x}", first=first, end=end - 1),
            *([tr("cma {pages} pages", pages=zone.cma_pages)] if zone.cma_pages else []),
        ]
        for text in _filled(about, self.width - 4):
            self._add(ZoneRow([(f"  {text}", "dim")], node.nid, zone.name, pages))
        if any(zone.nr_free):
            self._add_free(node, zone, old)

    def _add_free(self, node: Node, zone: Zone, old: Zone | None) -> None:
        is_new = old is None or old.nr_free != zone.nr_free
        style: StyleName = "changed" if is_new else ""
        key, pages = (node.nid, zone.name), (zone.start_pfn, zone.end_pfn)
        handle = "▾" if key in self.opened else "▸"
        counts = " ".join(str(count) for count in zone.nr_free)
        line: Line = [(tr("{handle} free ", handle=handle), "dim"), (counts, style or "number")]
        total = f" = {readable_size(zone.free_pages * self.page_size)}"
        if length(line) + len(total) <= self.width - 2:
            line.append((total, style or "strong"))
        self._add(ZoneRow(line, node.nid, zone.name, pages, "~" if is_new else " ", True))
        if key in self.opened:
            self._add_orders(node, zone, old, pages)

    def _add_orders(self, node: Node, zone: Zone, old: Zone | None, pages: tuple[int, int]) -> None:
        before = dict(enumerate(old.nr_free)) if old else {}
        for row in orders(zone, self.page_size):
            mark: Mark = " " if before.get(row.order) == row.blocks else "~"
            each = readable_size(self.page_size << row.order).replace(".0 ", " ")
            share = round(BAR * row.size / max(zone.free_pages * self.page_size, 1))
            line: Line = [
                (tr("    order {order:>2}  {each:>8} ", order=row.order, each=each), "dim"),
                (tr("{blocks:>7} blocks", blocks=row.blocks), "changed" if mark != " " else "number"),
                (f" {readable_size(row.size):>10} ", "strong" if row.blocks else "dim"),
                ("█" * max(share, 1 if row.blocks else 0), "memory"),
            ]
            self._add(ZoneRow(line, node.nid, zone.name, pages, mark))
        rest = zone.managed - zone.free_pages
        words = tr("    {free_pages} pages free, all of migratetype Movable", free_pages=zone.free_pages)
        if rest:
            words += tr("; {rest} managed pages are not free", rest=rest)
        self._add(ZoneRow([(words, "dim")], node.nid, zone.name, pages))


def zone_bar(zone: Zone, columns: int) -> Line:
    """What a zone spans: managed, present, a hole."""
    managed = round(columns * zone.managed / zone.spanned)
    present = round(columns * zone.present / zone.spanned)
    managed = min(max(managed, 1 if zone.managed else 0), columns)
    present = max(min(present, columns), managed)
    return [
        ("█" * managed, "memory"),
        ("▒" * (present - managed), "partial"),
        ("·" * (columns - present), "hole"),
    ]


def _coloured(cells: str) -> Line:
    """Spans of equal characters."""
    line: Line = []
    for cell in cells:
        style = MAP_STYLES.get(cell, "memory")
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + cell, style)
        else:
            line.append((cell, style))
    return line


def _filled(parts: Sequence[str], width: int) -> list[str]:
    """Parts joined into as few lines as they fit into."""
    lines: list[str] = []
    for part in parts:
        if lines and cells(lines[-1]) + 2 + cells(part) <= width:
            lines[-1] += f"  {part}"
        else:
            lines.append(part)
    return lines

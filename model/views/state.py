"""The state of memory at one position of a boot, which stays what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, cast

from ..analysis.accounting import Ledger
from ..analysis.owner_rules import Owner
from ..base.intervals import IntervalMap
from ..base.units import readable_size
from ..debugger.debugger import Debugger
from ..debugger.position_names import END, START
from ..language.words import tr
from ..memory.e820 import E820Entry
from ..memory.memblock.regions import RegionsSnapshot, TypeName
from ..memory.picture import Picture
from ..pictures.map_svg import Direction, map_svg
from ..pictures.pieces import MapColumn, column
from ..source.facts import Facts
from ..text.state_json import report
from ..text.states_json import state_json
from ..text.variables import VariableWords
from .e820 import E820View
from .ledger import ledger_table
from .memblock import MemblockView, OwnerShare, RegionsView, RegionView
from .page_tables import PageTablesView
from .sections import SectionsView
from .variables import VariablesView
from .zones import NodesView, NodeView, ZonesView, node_views


class StateView:
    """What memory was like at `position`: nothing here changes any more, and any number of positions can be
    looked at side by side.  `name` is a name of the position, which other boots of the kind have too;
    `moment` is what whoever asked for it called it.
    """

    def __init__(self, debugger: Debugger, position: int, moment: str = "") -> None:
        self._debugger = debugger
        debugger.goto(position)
        self.position = debugger.position
        self.name = _whole_name(debugger.position_name())
        self.moment = moment or self.name
        self._picture = Picture.of(debugger.state)
        memblock = debugger.state.memblock
        self._bottom_up, self._current_limit = memblock.bottom_up, memblock.current_limit
        self._max_numnodes = debugger.facts.max_numnodes

    @property
    def facts(self) -> Facts:
        """What is known of the kernel and its machine."""
        return self._debugger.facts

    def _here(self) -> Debugger:
        """The debugger, standing here: for what has not been asked yet."""
        if self._debugger.position != self.position:
            self._debugger.goto(self.position)
        return self._debugger

    # ---- memblock ----

    @cached_property
    def memblock(self) -> MemblockView:
        """``struct memblock``, and whose its regions are."""
        owners = self._debugger.owners
        return MemblockView(
            self._array("memory", owners.memory(self.position)),
            self._array("reserved", owners.reserved(self.position)),
            self._bottom_up,
            self._current_limit,
        )

    def _array(self, name: TypeName, owners: IntervalMap[Owner]) -> RegionsView:
        kept = cast("RegionsSnapshot", self._picture[f"memblock.{name}"])
        regions = [
            RegionView(
                *(region.base, region.size, region.flags),
                nid=region.nid if 0 <= region.nid < self._max_numnodes else None,
                owners=tuple(_shares(owners, region.base, region.end)),
            )
            for region in kept.regions
            if region.size
        ]
        return RegionsView(name, regions, len(kept.regions), kept.max, kept.total_size)

    # ---- the rest of the state ----

    @cached_property
    def nodes(self) -> NodesView:
        """The nodes; none before they are set up, or where the boot's source does not tell them."""
        return NodesView(list(node_views(self._picture.nodes, self.facts.page_size)))

    @property
    def zones(self) -> ZonesView:
        """The zones of all nodes."""
        nodes: list[NodeView] = list(self.nodes)
        return ZonesView([zone for node in nodes for zone in node.zones])

    @cached_property
    def sections(self) -> SectionsView:
        """The sections that are present."""
        bits = self.facts.section_size_bits
        return SectionsView(self._picture.sections, self._picture.roots, bits)

    @cached_property
    def trees(self) -> Mapping[str, PageTablesView]:
        """The trees of page tables that this kernel has, by the symbols of their roots, its own first."""
        arch, trees = self._debugger.arch, self._picture.trees
        return {
            each.symbol: PageTablesView(trees[each.target], arch.entries, each.symbol)
            for each in arch.pgdirs
            if each.target in trees
        }

    @property
    def page_tables(self) -> PageTablesView:
        """The kernel's own tree of page tables."""
        kernel = self._debugger.arch.pgdirs[0] if self._debugger.arch.pgdirs else None
        if kernel is not None and kernel.symbol in self.trees:
            return self.trees[kernel.symbol]
        tree = next(iter(self._picture.trees.values()))
        return PageTablesView(tree, self._debugger.arch.entries, tr("page tables"))

    @cached_property
    def variables(self) -> VariablesView:
        """The kernel's variables that matter to its memory, by their C names."""
        words = VariableWords(self.facts.arch.variables)
        return VariablesView(self._picture.variables, words, self.facts.page_size)

    @property
    def e820(self) -> E820View:
        """The e820 map that the kernel works with; empty where there is none."""
        return self._e820("e820_table")

    @property
    def e820_kexec(self) -> E820View:
        """The one for a kernel that is started by this one."""
        return self._e820("e820_table_kexec")

    @property
    def e820_firmware(self) -> E820View:
        """The one that stays as firmware gave it."""
        return self._e820("e820_table_firmware")

    def _e820(self, name: str) -> E820View:
        entries = cast("tuple[E820Entry, ...]", self._picture[f"e820.{name}"])
        return E820View(name, entries)

    # ---- answers ----

    def ledger(self) -> Ledger:
        """Who has how much of all RAM, in bytes."""
        return self._here().ledger()

    def json(self) -> dict[str, Any]:
        """The whole state as plain data, as ``bootstep state --format json`` prints it."""
        return report(self._here().state, self.facts)

    def document(self) -> dict[str, Any]:
        """The same with whose state it is and when, as one of the states of ``bootstep export --format
        json``."""
        return state_json(
            self.facts,
            self.json(),
            moment=self.moment,
            name=self.name,
            position=self.position,
            events=len(self._debugger.trace),
        )

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, as ``print`` of the debugger has it.  Raises `ExpressionError`."""
        return self._here().evaluate(expression)

    def map_column(self) -> MapColumn:
        """Every piece of memory and whose it is: a column of a map."""
        return column(self._here(), self.moment)

    def svg(self, *beside: StateView, direction: Direction = "up") -> str:
        """The map of memory as an SVG document: addresses grow upwards or downwards.  States that are to
        stand `beside` this one have the same addresses at the same height."""
        columns = [self.map_column(), *(each.map_column() for each in beside)]
        return map_svg(columns, tr("Physical memory of {name}", name=self.facts.name), direction)

    def __repr__(self) -> str:
        memblock = self.memblock
        return (
            f"<{self.facts.name} at {self.name} (position {self.position}): memory "
            f"{len(memblock.memory)} regions, {readable_size(memblock.memory.total_size)}; reserved "
            f"{len(memblock.reserved)} regions, {readable_size(memblock.reserved.total_size)}>"
        )

    def _repr_html_(self) -> str:
        tables = self.memblock._repr_html_() + ledger_table(self.ledger())
        summary = tr("memblock, and where the RAM went")
        return f"{self.svg()}<details><summary>{summary}</summary>{tables}</details>"


def _whole_name(name: str) -> str:
    """A position's name, by which it is found wherever one asks: a function alone is taken for its return."""
    return f"{name}:entry" if re.fullmatch(r"[A-Za-z_]\w*", name) and name not in (START, END) else name


def _shares(owners: IntervalMap[Owner], start: int, end: int) -> Iterator[OwnerShare]:
    """Who has how much of a region, the largest share first."""
    sizes: dict[Owner, int] = {}
    for piece in owners.within(start, end):
        sizes[piece.value] = sizes.get(piece.value, 0) + piece.end - piece.start
    for owner in sorted(sizes, key=lambda owner: -sizes[owner]):
        yield OwnerShare(owner.name, owner.cause, sizes[owner])

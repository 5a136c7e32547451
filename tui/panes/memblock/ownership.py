"""Who has which memory, as a pane needs it at one moment after the other: asked for no more than once."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_not
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ....model.analysis.owner_classes import OwnerClass, owner_class
from ....model.analysis.owner_rules import Owner
from ....model.base.intervals import Interval
from ....model.memory.memblock.regions import MEMBLOCK_NOMAP

if TYPE_CHECKING:
    from ....model.analysis.ownership import CmaArea, Owners
    from ....model.memory.memblock import Region
    from ....model.memory.memblock.regions import TypeName
    from ...session.snapshot import Snapshot
    from .stretches import Range


class Holders(Struct):
    """Who has what, at one position.  `parts` of a region are asked for when it is drawn, and kept."""

    owners: Owners
    position: int
    areas: Sequence[CmaArea]
    _parts: dict[tuple[TypeName, Region], list[Interval[Owner]]] = field(
        default_factory=dict["tuple[TypeName, Region]", "list[Interval[Owner]]"]
    )

    def parts(self, table: TypeName, region: Region) -> list[Interval[Owner]]:
        """The owners of a region, in order of addresses."""
        found = self._parts.get((table, region))
        if found is None:
            found = self._parts[table, region] = self._ask(table, region)
        return found

    def _ask(self, table: TypeName, region: Region) -> list[Interval[Owner]]:
        owners, start, end = self.owners, region.base, region.base + region.size
        if table == "reserved":
            return owners.reserved(self.position).within(start, end)
        found = owners.nomap(self.position).within(start, end) if region.flags & MEMBLOCK_NOMAP else []
        return found or owners.memory(self.position).within(start, end)

    def owner_class(self, part: Interval[Owner]) -> OwnerClass:
        """The class of what is reserved; what CMA will lend out is CMA's, whoever asked for it."""
        if any(area.start < part.end and part.start < area.end for area in self.areas):
            return OwnerClass.CMA
        return owner_class(part.value)


class Holdings:
    """What is reserved by whom, from moment to moment: the same objects while nothing has changed."""

    def __init__(self) -> None:
        self._areas: tuple[CmaArea, ...] = ()
        self._asked: tuple[object, ...] = ()
        self._taken: dict[OwnerClass, list[Range]] = {}

    def areas(self, snapshot: Snapshot) -> tuple[CmaArea, ...]:
        """The areas of CMA."""
        found = tuple(snapshot.answers.owners.cma_areas(snapshot.position))
        if found != self._areas:
            self._areas = found
        return self._areas

    def holders(self, snapshot: Snapshot) -> Holders:
        """Who has what, region by region."""
        return Holders(snapshot.answers.owners, snapshot.position, self.areas(snapshot))

    def taken(self, snapshot: Snapshot) -> dict[OwnerClass, list[Range]]:
        """Everything that is reserved, by classes of owners."""
        owners = snapshot.answers.owners
        asked = (snapshot.now.reserved, self.areas(snapshot), owners)
        if not self._asked or any(map(is_not, asked, self._asked)):
            holders = self.holders(snapshot)
            self._asked, self._taken = asked, {}
            for part in owners.reserved(snapshot.position):
                self._taken.setdefault(holders.owner_class(part), []).append((part.start, part.end))
        return self._taken

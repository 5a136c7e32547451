"""What a log tells of page tables, the kernel's image and its addresses: nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...build.address_map import AddressMap, Placement
from ...build.release import Release
from ...memory.macros import Macro
from ...memory.pagetable.areas import Area
from ...memory.pagetable.tables import Geometry, Run, TableRun
from ...memory.pagetable.walk import DumpLine
from ..spec import Arch, Lookup, OwnerRules, Symbols


class NoEntries:
    """An `EntryFormat` of which nothing is known."""

    level_names = ("PGD", "P4D", "PUD", "PMD", "PTE")
    block = "block"

    def level_number(self, level: int) -> int:
        """As here."""
        return level

    def level_words(self, level: int, start_level: int | None = None) -> str:
        """Its number."""
        return f"level {level}"

    def is_contiguous(self, attrs: int) -> bool:
        """Not known to be."""
        return False

    def contiguous_entries(self, level: int, constants: Mapping[str, int]) -> int:
        """One, an entry by itself."""
        return 1

    def words(self, attrs: int, level: int) -> tuple[str, ...]:
        """None."""
        return ()

    def table_words(self, attrs: int) -> tuple[str, ...]:
        """None."""
        return ()

    def imposed_words(self, attrs: int) -> tuple[str, ...]:
        """All of them."""
        return self.table_words(attrs)

    def software_words(self, attrs: int) -> tuple[str, ...]:
        """None."""
        return ()

    def meaning(self, word: str) -> str:
        """Not known."""
        return ""


def told_arch(name: str, directory: str, owners: OwnerRules) -> Arch:
    """An architecture with the rules of its owners, and nothing of page tables."""
    return Arch(
        name=name,
        directory=directory,
        finds_memory="",
        maps_image="",
        pgdirs=(),
        entries=NoEntries(),
        dump=_no_dump,
        placement=_not_placed,
        image_offset=_no_offset,
        macros=_no_macros,
        areas=_no_areas,
        segments=(),
        fixmap_slots=_no_slots,
        slots=(),
        image_parts=(),
        owner_rules=owners,
    )


def _no_dump(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    layout: AddressMap,
    release: Release,
    identity: str,
) -> list[DumpLine]:
    return []


def _not_placed(layout: AddressMap, lookup: Lookup) -> Placement:
    return Placement(layout, None)


def _no_offset(lookup: Lookup) -> int | None:
    return None


def _no_macros(layout: AddressMap, lookup: Lookup) -> Mapping[str, Macro]:
    return {}


def _no_areas(layout: AddressMap, symbols: Symbols) -> list[Area]:
    return []


def _no_slots(layout: AddressMap, start: int, end: int) -> tuple[str, ...]:
    return ()

"""What a mapping costs and looks like: table pages, the size of its entries, their level and attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple, cast

from ....base.units import hex_address, readable_size
from ....language.words import tr, translatable
from ....memory.pagetable.runs import written
from ....memory.pagetable.tables import PAGE_LEVEL, RUNS, TABLES, Geometry, PageTables, Run, TableRun
from ....text.events import named_arguments, range_of
from ....trace.changes import Splice
from ....trace.events import Kind as Event
from ..choosing import around, choices_of
from ..kind import Kind, Places, grouped
from ..material import Material
from ..question import AMOUNT, EASY, HARD, MIDDLING, Cursor, Question, Value

MAPPERS = (
    *("__create_pgd_mapping", "map_kernel_segment", "map_segment", "create_init_idmap", "vmemmap_populate"),
    *("init_memory_mapping", "kernel_physical_mapping_init", "__map_memblock", "set_pte_vaddr"),
)
"""Functions that map a range of memory, of every architecture."""
NEEDS = ("calls", "arguments", "page_tables")
"""What a source tells that has mappings."""
MOST_EVENTS = 200_000
"""Events of the longest call that is asked about."""


class Mapping(NamedTuple):
    """What a call mapped: the `runs` that it wrote, of the tree `target`; and how many table pages it added
    at each level, of all trees."""

    target: str
    runs: tuple[Run, ...]
    tables: Counter[int]

    @property
    def largest(self) -> Run:
        """The run with the largest entries, the first of these."""
        return max(self.runs, key=lambda run: run.page_size)


def places(material: Material) -> Places:
    """The calls that map something."""
    trace = material.trace
    found = [
        event
        for event in sorted(material.calls(*MAPPERS))
        if trace.partner(event) - event < MOST_EVENTS
        and material.has(Event.PAGE_TABLE, event, trace.partner(event))
    ]
    return grouped(material, found, lambda event: f"{material.name(event)} {material.asker(event)}")


def mapping_of(material: Material, event: int) -> Mapping | None:
    """What a call mapped; None if that is nothing, or in more than one tree."""
    runs: dict[str, list[Run]] = {}
    tables: Counter[int] = Counter()
    for change in material.changes(event, material.trace.partner(event)):
        if not isinstance(change, Splice):
            continue
        target, dot, part = change.target.rpartition(".")
        if dot + part == RUNS:
            removed, inserted = (cast("tuple[Run, ...]", each) for each in (change.removed, change.inserted))
            runs.setdefault(target, []).extend(written(removed, inserted))
        elif dot + part == TABLES:
            for sign, some in ((1, change.inserted), (-1, change.removed)):
                for table in cast("tuple[TableRun, ...]", some):
                    tables[table.level] += sign * table.count
    if len(runs) != 1 or not next(iter(runs.values())):
        return None
    target, found = next(iter(runs.items()))
    return Mapping(target, tuple(found), +tables)


def _tree(material: Material, mapping: Mapping) -> PageTables:
    """The tree, where the material stands."""
    return material.debugger.state.trees[mapping.target]


def is_there_already(material: Material, event: int, run: Run, is_same: Callable[[Run, Run], bool]) -> bool:
    """Whether the first address of a run that a call writes is mapped before in the same way."""
    trees = material.at(event).trees.values()
    leaves = (tree.leaf(run.va_start) for tree in trees)
    return any(leaf is not None and is_same(leaf, run) for leaf in leaves)


def is_as_large(one: Run, other: Run) -> bool:
    """Whether two runs have entries of the same size."""
    return one.page_size == other.page_size


def call_words(material: Material, event: int, mapping: Mapping) -> str:
    """The call, with the virtual address that it maps to."""
    arguments = named_arguments(material.trace, event)
    virtual = arguments.get("virt")
    if range_of(arguments) is None and len(mapping.runs) > 0:
        virtual = min(run.va_start for run in mapping.runs)
    at = tr(" at virtual address {address}", address=hex_address(virtual)) if isinstance(virtual, int) else ""
    return material.call_words(event) + at


def _sizes(mapping: Mapping) -> str:
    """How many entries of which size: ``511 x 2.0 MiB, 64 x 4.0 KiB``."""
    counted: Counter[int] = Counter()
    for run in mapping.runs:
        counted[run.page_size] += (run.va_end - run.va_start) // run.page_size
    return ", ".join(f"{counted[size]} x {readable_size(size)}" for size in sorted(counted, reverse=True))


# ---- table pages ----


def make_tables(material: Material, event: int, chance: Random) -> Question | None:
    """The question how many page-table pages a mapping takes."""
    mapping = mapping_of(material, event)
    if mapping is None:
        return None
    material.at(event)
    answer = sum(mapping.tables.values())
    size = sum(run.va_end - run.va_start for run in mapping.runs)
    geometry = _tree(material, mapping).geometry
    table = geometry.size(PAGE_LEVEL - 1)
    wrong = [-(-size // table), -(-size // table) + 1, answer + 1, answer - 1, geometry.levels - 1]
    return Question(
        kind=TABLE_PAGES.name,
        difficulty=HARD if answer > 3 else MIDDLING,
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{call} is called, with pages of {page}. How many page-table pages that are not there yet will"
            " this mapping take?",
            call=call_words(material, event, mapping),
            page=readable_size(geometry.size(PAGE_LEVEL)),
        ),
        form=AMOUNT,
        answer=answer,
        shown=str(answer),
        choices=choices_of(chance, answer, [*wrong, *around(answer, 2, 3)], str),
        explanation=_why_tables(material, mapping, geometry),
        place=material.place(event),
    )


def _why_tables(material: Material, mapping: Mapping, geometry: Geometry) -> str:
    mapped = tr("It maps {sizes}.", sizes=_sizes(mapping))
    if not mapping.tables:
        return mapped + " " + tr("All tables on the way to these entries are there already.")
    entries = material.arch.entries
    words = ", ".join(
        f"{count} x {entries.level_words(level, geometry.start_level)}"
        for level, count in sorted(mapping.tables.items())
    )
    reach = readable_size(geometry.size(PAGE_LEVEL - 1))
    return f"{mapped} " + tr(
        "New tables: {tables}. A table of the last level reaches over {reach}, and what was there is used"
        " again.",
        tables=words,
        reach=reach,
    )


# ---- the size of entries ----


def make_size(material: Material, event: int, chance: Random) -> Question | None:
    """The question how large the largest entries of a mapping are."""
    mapping = mapping_of(material, event)
    if mapping is None or is_there_already(material, event, mapping.largest, is_as_large):
        return None
    material.at(event)
    geometry, largest = _tree(material, mapping).geometry, mapping.largest
    sizes = [geometry.size(level) for level in range(PAGE_LEVEL, max(geometry.start_level, 0) - 1, -1)][:3]
    room = _room(mapping, geometry)
    wrong = [room, *(size for size in sizes if size != room), *_granules(geometry)]
    return Question(
        kind=ENTRY_SIZE.name,
        difficulty=HARD if room > largest.page_size else EASY if len(mapping.runs) == 1 else MIDDLING,
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{call} is called. How much memory will the largest of the entries map that it writes?",
            call=call_words(material, event, mapping),
        ),
        form=AMOUNT,
        unit=1,
        answer=largest.page_size,
        shown=readable_size(largest.page_size),
        choices=choices_of(chance, largest.page_size, wrong, _size_text),
        explanation=_why_size(material, event, mapping, geometry, room),
        place=material.place(event),
        cursor=Cursor("pagetables", largest.va_start, largest.va_end),
    )


def _size_text(value: Value) -> str:
    return readable_size(value) if isinstance(value, int) else value


def _granules(geometry: Geometry) -> Iterator[int]:
    """What the entries of other page sizes map."""
    for shift in (12, 16, 14):
        if shift != geometry.page_shift:
            yield 1 << shift
            yield 1 << (2 * shift - 3)


def _room(mapping: Mapping, geometry: Geometry) -> int:
    """The largest entry that there would be room for, by size and alignment alone."""
    for level in range(geometry.start_level + 1, PAGE_LEVEL):
        size = geometry.size(level)
        for run in mapping.runs:
            start = -(-run.va_start // size) * size
            if start + size <= run.va_end and (run.pa_start + start - run.va_start) % size == 0:
                return size
    return geometry.size(PAGE_LEVEL)


def _why_size(material: Material, event: int, mapping: Mapping, geometry: Geometry, room: int) -> str:
    mapped = tr("It maps {sizes}.", sizes=_sizes(mapping))
    largest = mapping.largest.page_size
    if room > largest:
        given = named_arguments(material.trace, event)
        told = next((f"{name}={given[name]:#x}" for name in ("flags", "page_size_mask") if name in given), "")
        why = tr(
            "By size and alignment {room} would do, but its caller does not allow larger entries here",
            room=readable_size(room),
        )
        return f"{mapped} {why} ({told})." if told else f"{mapped} {why}."
    larger = geometry.size(mapping.largest.level - 1) if mapping.largest.level > geometry.start_level else 0
    if not larger:
        return mapped
    return f"{mapped} " + tr(
        "An entry of {larger} would need virtual and physical addresses that are multiples of it, and as much"
        " memory.",
        larger=readable_size(larger),
    )


TABLE_PAGES = Kind(
    "table-pages", translatable("how many page-table pages a mapping takes"), NEEDS, places, make_tables
)
ENTRY_SIZE = Kind(
    "entry-size", translatable("how much memory an entry of a mapping maps"), NEEDS, places, make_size
)

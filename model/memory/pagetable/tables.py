"""Page tables, held as runs: a terabyte mapped page by page costs what its runs cost.

A tree has leaf entries (pages and blocks) and table pages.  Neighbouring leaf entries that continue each
other are one `Run`, neighbouring tables with equal steps one `TableRun`.  Levels count as the hardware does:
3 holds pages, the root is at `Geometry.start_level`.  Mirrors what the architecture's
mm/mmu.c or mm/init_64.c and mm/sparse-vmemmap.c write.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...trace.changes import DictTarget, ListTarget, Splice
from ...trace.events import Kind
from ...trace.recorder import BootTrace

ALL = 1 << 64
"""Bytes of all addresses."""
PAGE_LEVEL = 3
ENTRY_SIZE = 8
"""Bytes of a descriptor."""
RUNS = ".runs"
"""What the name of a tree's leaf runs ends with."""
TABLES = ".tables"
"""What that of its table pages ends with."""


class Run(NamedTuple):
    """Neighbouring leaf entries of equal level, size and attributes whose outputs follow each other.

    Addresses are bytes, `va_end` is the first byte after; `attrs` is the descriptor with its output address
    cleared; `level` 3 is a page; `cont` tells whether the entries are of contiguous sets.
    """

    va_start: int
    va_end: int
    pa_start: int
    level: int
    page_size: int
    cont: bool
    attrs: int


class TableRun(NamedTuple):
    """Table pages of one level that follow each other in a walk by virtual address, with equal steps.

    `va_first` is the first address that the first of them translates; `attrs` the bits of the descriptors
    that point at them (0 for the root), the output address cleared.
    """

    va_first: int
    level: int
    pa_first: int
    pa_step: int
    count: int  # pyright: ignore[reportIncompatibleMethodOverride]
    va_step: int
    attrs: int


class Geometry(NamedTuple):
    """The shape of a translation: bits of a page, of a virtual address, and the number of levels.

    `both_halves` tells whether the root translates the lower and the upper half of all addresses, with
    nothing between them: the bits above `va_bits` are then copies of the highest one, so the upper half of
    the root's entries is for the highest addresses.  A root without that translates one part of them.
    """

    page_shift: int
    va_bits: int
    levels: int
    both_halves: bool = False

    @property
    def start_level(self) -> int:
        """The root's level."""
        return PAGE_LEVEL + 1 - self.levels

    def shift(self, level: int) -> int:
        """Bits of address that one entry at `level` translates."""
        return self.page_shift + (PAGE_LEVEL - level) * (self.page_shift - 3)

    def size(self, level: int) -> int:
        """Bytes that one entry at `level` translates."""
        return 1 << self.shift(level)

    @property
    def halves(self) -> tuple[tuple[int, int], ...]:
        """The addresses from the root's first one on that it translates, as offsets from that: [start, end)
        of one part, or of both halves."""
        if not self.both_halves:
            return ((0, 1 << self.va_bits),)
        half = 1 << self.va_bits - 1
        return (0, half), (ALL - half, ALL)

    def table_size(self, level: int) -> int:
        """Bytes that a whole table at `level` translates, with the hole between two halves."""
        if level > self.start_level:
            return 1 << self.shift(level - 1)
        return ALL if self.both_halves else 1 << self.va_bits

    def entries(self, level: int) -> int:
        """Entries of a whole table at `level`."""
        above = self.shift(level - 1) if level > self.start_level else self.va_bits
        return 1 << above - self.shift(level)

    def entry(self, level: int, address: int) -> int:
        """The index of the entry that translates a virtual address in its table at `level`."""
        return (address >> self.shift(level)) % self.entries(level)

    def offset(self, level: int, address: int) -> int:
        """Bytes from the start of the table at `level` to the entry that translates a virtual address."""
        return self.entry(level, address) * ENTRY_SIZE


DEFAULT_GEOMETRY = Geometry(12, 48, 4)
"""Of a tree that has no root yet."""


def never_contiguous(attrs: int) -> bool:
    """Whether an entry is one of a contiguous set, on a CPU that knows no such sets."""
    return False


class PageTables:
    """One tree of page tables under a pgd.

    `fields` holds ``root_pa``, ``start_level``, ``root_va`` (the first address that the tree translates) and
    its ``geometry``; `runs` the leaf runs by address; `tables` the table pages in the order of a walk by
    address (a table before those below it).  `target` is the name under which the trace knows this
    tree; `is_contiguous` tells by an entry's bits whether it is one of a contiguous set.
    """

    def __init__(self, target: str, is_contiguous: Callable[[int], bool] = never_contiguous) -> None:
        self.target = target
        self.is_contiguous = is_contiguous
        self.fields = DictTarget()
        self.runs = ListTarget()
        self.tables = ListTarget()
        self.trace = BootTrace()

    @property
    def geometry(self) -> Geometry:
        """The shape of this tree."""
        return self.fields.get("geometry", DEFAULT_GEOMETRY)

    # ---- looking ----

    def leaf(self, address: int) -> Run | None:
        """The run that maps a virtual address."""
        at = bisect_right(self.runs, (address, _ABOVE)) - 1
        if at >= 0:
            run: Run = self.runs[at]
            if address < run.va_end:
                return run
        return None

    def leaves(self, start: int, end: int) -> Iterator[Run]:
        """The runs that map any of [start, end)."""
        at = self._first_run(start)
        while at < len(self.runs) and self.runs[at].va_start < end:
            yield self.runs[at]
            at += 1

    def table(self, level: int, address: int) -> int | None:
        """The physical address of the table at `level` that translates a virtual address."""
        base = address & -self.geometry.table_size(level)
        at = bisect_right(self.tables, (base, level, _ABOVE)) - 1
        if at < 0:
            return None
        run: TableRun = self.tables[at]
        if run.level != level:
            return None
        number = (base - run.va_first) // run.va_step if run.va_step else 0
        if number < run.count and run.va_first + number * run.va_step == base:
            return run.pa_first + number * run.pa_step
        return None

    def old_attributes(self, start: int, end: int) -> list[int]:
        """The descriptors, without output addresses, that are live somewhere in [start, end)."""
        return [run.attrs for run in self.leaves(start, end)]

    # ---- writing ----

    def set_root(self, pa: int, va_first: int, geometry: Geometry) -> None:
        """The pgd itself, the one table that no descriptor points at; `va_first` is the first address it
        translates.  Not recorded: the pgds are part of the image."""
        self.fields.update(root_pa=pa, start_level=geometry.start_level, root_va=va_first, geometry=geometry)
        self.tables.insert(0, TableRun(va_first, geometry.start_level, pa, 0, 1, 0, 0))

    def set_leaves(self, start: int, end: int, pa: int, level: int, attrs: int) -> None:
        """Write the leaf entries at `level` that map [start, end) to `pa` onwards, over whatever was there.
        Recorded as one page-table write."""
        new = Run(start, end, pa, level, self.geometry.size(level), self.is_contiguous(attrs), attrs)
        self._replace_runs(start, end, [new])

    def clear_leaves(self, start: int, end: int) -> None:
        """Clear the leaf entries of [start, end).  Recorded."""
        self._replace_runs(start, end, [])

    def add_table(self, level: int, address: int, pa: int, attrs: int) -> None:
        """Point the entry for `address` in its table at `level` - 1 to the table at `pa`, whatever it pointed
        to; `attrs` are the descriptor's other bits.  Recorded."""
        geometry = self.geometry
        base = address & -geometry.table_size(level)
        new = TableRun(base, level, pa, 0, 1, 0, attrs)
        at = bisect_right(self.tables, (base, level, _ABOVE))
        before: TableRun | None = self.tables[at - 1] if at else None
        if before is not None:
            joined = continued(before, new, geometry)
            if joined is not None:
                return self._splice(self.tables, "tables", at - 1, (before,), (joined,))
            parts = _around(before, new)
            if parts is not None:
                head, tail = parts
                return self._splice(self.tables, "tables", at - 1, (before,), (*head, new, *tail))
        return self._splice(self.tables, "tables", at, (), (new,))

    def clear(self) -> None:
        """Clear the root table: nothing is mapped, no table is left below it.  Recorded."""
        self._splice(self.runs, "runs", 0, tuple(self.runs), ())
        self._splice(self.tables, "tables", 1, tuple(self.tables[1:]), ())

    def clear_below(self, address: int) -> None:
        """Clear the root's entries for all addresses before `address`, which is the first one of an entry:
        nothing is mapped there, no table is left.  Recorded."""
        self.clear_leaves(0, address)
        end = bisect_left(self.tables, (address,))
        last: TableRun = self.tables[end - 1]
        before = -((last.va_first - address) // last.va_step) if last.va_step else last.count
        kept = _part(last, before, last.count) if end > 1 else ()
        self._splice(self.tables, "tables", 1, tuple(self.tables[1:end]), kept)

    def share(self, other: PageTables, start: int, end: int) -> None:
        """Copy what `other` has in [start, end): the tables below a root entry that both trees then point
        to."""
        for table in other.tables:
            if table.level > self.geometry.start_level and start <= table.va_first < end:
                for number in range(table.count):
                    address = table.va_first + number * table.va_step
                    self.add_table(table.level, address, table.pa_first + number * table.pa_step, table.attrs)
        for run in list(other.leaves(start, end)):
            self._replace_runs(run.va_start, run.va_end, [run])

    def _first_run(self, start: int) -> int:
        at = bisect_left(self.runs, (start,))
        if at and self.runs[at - 1].va_end > start:
            at -= 1
        return at

    def _replace_runs(self, start: int, end: int, new: list[Run]) -> None:
        runs = self.runs
        first = self._first_run(start)
        last = first
        while last < len(runs) and runs[last].va_start < end:
            last += 1
        pieces = list(new)
        if first < last:
            if runs[first].va_start < start:
                pieces.insert(0, runs[first]._replace(va_end=start))
            if runs[last - 1].va_end > end:
                pieces.append(_cut_below(runs[last - 1], end))
        if first and pieces and joins(runs[first - 1], pieces[0]):
            first -= 1
            before: Run = runs[first]
            pieces[0] = Run(before.va_start, pieces[0].va_end, before.pa_start, *pieces[0][3:])
        if last < len(runs) and pieces and joins(pieces[-1], runs[last]):
            pieces[-1] = pieces[-1]._replace(va_end=runs[last].va_end)
            last += 1
        merged = _merge(pieces)
        self._splice(runs, "runs", first, tuple(runs[first:last]), tuple(merged))

    def _splice(
        self, items: ListTarget, name: str, at: int, removed: tuple[object, ...], inserted: tuple[object, ...]
    ) -> None:
        if removed == inserted:
            return
        items[at : at + len(removed)] = inserted
        self.trace.change(Kind.PAGE_TABLE, (Splice(f"{self.target}.{name}", at, removed, inserted),), depth=3)


_ABOVE = 1 << 70


def _cut_below(run: Run, start: int) -> Run:
    return run._replace(va_start=start, pa_start=run.pa_start + start - run.va_start)


def joins(left: Run, right: Run) -> bool:
    """Whether two runs are one: `right` begins where `left` ends, in both address spaces, and is alike."""
    return (
        left.va_end == right.va_start
        and left[3:] == right[3:]
        and left.pa_start + left.va_end - left.va_start == right.pa_start
    )


def _merge(pieces: list[Run]) -> list[Run]:
    merged: list[Run] = []
    for piece in pieces:
        if merged and joins(merged[-1], piece):
            merged[-1] = merged[-1]._replace(va_end=piece.va_end)
        else:
            merged.append(piece)
    return merged


def continued(run: TableRun, new: TableRun, geometry: Geometry) -> TableRun | None:
    """`run` with the table `new` at its end, if it follows in both address spaces: pages that were allocated
    one after the other lie side by side."""
    if run.level != new.level or run.attrs != new.attrs:
        return None
    size = geometry.table_size(run.level)
    if new.va_first != run.va_first + run.count * size:
        return None
    step = new.pa_first - (run.pa_first + (run.count - 1) * run.pa_step)
    if abs(step) != 1 << geometry.page_shift or (run.count > 1 and step != run.pa_step):
        return None
    return TableRun(run.va_first, run.level, run.pa_first, step, run.count + 1, size, run.attrs)


def _around(run: TableRun, new: TableRun) -> tuple[tuple[TableRun, ...], tuple[TableRun, ...]] | None:
    """What of `run`, the last one that begins before `new`, comes before it and what behind it, if that is
    anything: `new` takes the place of a table, or lies below one that others of the run follow."""
    number = (new.va_first - run.va_first) // run.va_step if run.va_step else new.va_first != run.va_first
    if run.level == new.level:
        if number >= run.count:
            return None
        return _part(run, 0, number), _part(run, number + 1, run.count)
    if run.level > new.level or number >= run.count - 1:
        return None
    return _part(run, 0, number + 1), _part(run, number + 1, run.count)


def _part(run: TableRun, start: int, stop: int) -> tuple[TableRun, ...]:
    """The tables of a run from the `start`-th to before the `stop`-th, as a run; none if there are none."""
    if start >= stop:
        return ()
    first = run._replace(
        va_first=run.va_first + start * run.va_step,
        pa_first=run.pa_first + start * run.pa_step,
        count=stop - start,
    )
    return (first if first.count > 1 else first._replace(pa_step=0, va_step=0),)


def table_attributes(tables: Sequence[TableRun]) -> Counter[tuple[int, int]]:
    """How many table descriptors of each level carry which attributes: (the level they stand in, bits)."""
    counted: Counter[tuple[int, int]] = Counter()
    for table in tables:
        if table.attrs:
            counted[table.level - 1, table.attrs] += table.count
    return counted

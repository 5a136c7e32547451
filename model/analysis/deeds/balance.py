"""Where a boot's RAM is when the kernel prints its ``Memory:`` line, as far as its log tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from ...base.intervals import Interval, IntervalMap
from ...language.words import translatable
from ...logs.records.firmware import MapEntry
from ...logs.records.memblock import DumpedArray, MemblockCall, MemblockDump, MemblockRequest, Operation
from ...logs.records.reserved import CmaArea, CrashKernel, NodeData, OwnedRange, ReservedNode
from ...logs.records.summary import MemorySummary
from ...logs.records.zones import NodeRange
from ..accounting import gaps
from ..from_log.memory_line import MemoryLine, memory_line
from ..from_log.reserved import allocated_rows, image_rows
from ..from_log.rows import Known
from ..logged_owners import GIGANTIC
from .callers import CMA, CRASH_KERNEL, IMAGE, NODE, Callers, owner_of
from .deed import ToldBoot
from .telling import MOST_AT_ONCE, Names

UNLOGGED = translatable("what was reserved before lines told of it")
NEITHER = translatable("memory neither free nor reserved when the line was printed")
"""Its page structs are initialised later, or somebody has taken it from the page allocator."""
LEFT_OUT = translatable("RAM of the memory map that the kernel does not take")


class Claim(NamedTuple):
    """Who has a range of bytes, by which line."""

    owner: str
    line: int


class Holding(NamedTuple):
    """What an owner has, in bytes, and the line that tells most of it (0: none does).  One that
    `is_computed` follows from other numbers."""

    size: int
    line: int
    is_computed: bool = False


class Balance(Struct, frozen=True):
    """All RAM of a boot, in bytes: `available` and what the `holdings` have add up to `ram`, less what is
    `not_told`.  `universe` names what `ram` is taken from: a map of firmware, or "" for what memblock, or the
    nodes, have."""

    ram: int
    available: int
    holdings: Mapping[str, Holding]
    universe: str

    @property
    def not_told(self) -> int:
        """The bytes of RAM that are not available, and that nobody is told to have."""
        return self.ram - self.available - sum(holding.size for holding in self.holdings.values())


def firmware_maps(boot: ToldBoot) -> dict[str, None]:
    """The maps that a log has, in order, without those that the kernel or a user changed."""
    return dict.fromkeys(
        record.map
        for record in boot.records
        if isinstance(record, MapEntry) and record.usable and "user" not in record.map
    )


def balance(boot: ToldBoot, callers: Callers, universe: str, by_lines: bool = True) -> Balance | None:
    """The balance of a boot whose `universe` is one of its `firmware_maps`, or ""; None without a
    ``Memory:`` line.  memblock's own lines tell most, unless they are not to be asked (`by_lines`), to have
    what another log tells that has none."""
    summary = boot.summary
    if summary is None:
        return None
    areas = Areas(callers)
    for record in boot.records:
        if record is summary or not by_lines:
            break
        areas.follow(record)
    named = IntervalMap[Claim]()
    for start, end, claim in _named(boot):
        named.put(start, end, claim)
    memory = areas.memory if list(areas.memory) else _memory(boot)
    ram = IntervalMap[str]()
    for start, end in _usable(boot, universe) if universe else ((piece.start, piece.end) for piece in memory):
        ram.put(start, end, "RAM")
    for start, end, _ in _nodes(boot):
        ram.put(start, end, "RAM")
    holdings = Holdings()
    for piece in ram:
        areas.count(piece.start, piece.end, named, memory, holdings)
    size = sum(piece.end - piece.start for piece in ram)
    if not areas.is_told:
        _count_unplaced(boot, summary, holdings)
    return _closed(memory_line(summary), size, holdings, universe)


def _closed(line: MemoryLine, size: int, holdings: Holdings, universe: str) -> Balance:
    """With what the ``Memory:`` line itself tells."""
    number = line.summary.line.number
    if "cma-reserved" in line.summary.parts:
        holdings.settle(CMA, line.cma, number)
    other = line.other
    if (gigantic := holdings.found.get(GIGANTIC)) is not None and other >= gigantic.size:
        # They are memory again when the line is printed, and not free: the line counts them nowhere else.
        other -= gigantic.size
    if other > 0 and "rwdata" in line.summary.parts:
        holdings.add(NEITHER, other, number)
    return Balance(size or line.total - line.absent, line.available, dict(holdings.found), universe)


class Holdings:
    """What owners have, in the making."""

    def __init__(self) -> None:
        self.found: dict[str, Holding] = {}
        self._largest: dict[str, int] = {}

    def add(self, owner: str, size: int, line: int, is_computed: bool = False) -> None:
        """An owner has so many bytes more."""
        old = self.found.get(owner, Holding(0, line))
        if size > self._largest.get(owner, 0):
            self._largest[owner] = size
            old = old._replace(line=line)
        self.found[owner] = Holding(old.size + size, old.line, is_computed)

    def settle(self, owner: str, size: int, line: int) -> None:
        """An owner has so many bytes, whatever was counted."""
        old = self.found.get(owner, Holding(0, line))
        self.found[owner] = old._replace(size=size)


class Areas:
    """memblock's arrays as the lines of a log change them, with who is behind what."""

    def __init__(self, callers: Callers) -> None:
        self.names = Names(callers)
        self.memory = IntervalMap[Claim]()
        self.reserved = IntervalMap[Claim]()
        self.is_told = False
        """Whether there are any lines of what is reserved."""

    def follow(self, record: object) -> None:
        """Do what a line tells."""
        if isinstance(record, MemblockRequest):
            self.names.asked(record)
        elif isinstance(record, MemblockCall):
            self._call(record)
        elif isinstance(record, MemblockDump) and record.is_complete:
            self.memory = _as_dumped(record.memory, self.memory)
            self.reserved = _as_dumped(record.reserved, self.reserved)
            self.is_told = True

    def _call(self, call: MemblockCall) -> None:
        claim = Claim(self.names.owner(call), call.line.number)
        if not 0 < call.size < MOST_AT_ONCE:
            return
        start, end = call.base, call.base + call.size
        array = self.memory if call.operation.array == "memory" else self.reserved
        self.is_told |= call.operation is Operation.RESERVE
        if call.operation.adds:
            for at, stop in gaps(array, start, end):
                array.put(at, stop, claim)
        else:
            array.put(start, end, None)

    def count(
        self,
        start: int,
        end: int,
        named: IntervalMap[Claim],
        memory: IntervalMap[Claim],
        holdings: Holdings,
    ) -> None:
        """Count who has what of the RAM in [start, end): whoever a line names in words, or asked for it."""
        for at, stop in _pieces(start, end, named, self.reserved, memory):
            claim, holder = named.at(at), self.reserved.at(at)
            if claim is not None and (holder is not None or not self.is_told or _is_node(claim)):
                holdings.add(claim.owner, stop - at, claim.line)
            elif holder is not None:
                holdings.add(holder.owner, stop - at, holder.line)
            elif memory.at(at) is None:
                holdings.add(LEFT_OUT, stop - at, 0)


def _pieces(start: int, end: int, *maps: IntervalMap[Claim]) -> Iterator[tuple[int, int]]:
    """A range cut wherever one of the maps changes."""
    points = {start, end}
    for each in maps:
        for piece in each.within(start, end):
            points |= {piece.start, piece.end}
    ordered = sorted(points)
    yield from pairwise(ordered)


def _as_dumped(array: DumpedArray, known: IntervalMap[Claim]) -> IntervalMap[Claim]:
    """An array as a dump prints it, with what is known of who is behind it."""
    found = IntervalMap[Claim]()
    for region in array.regions:
        end = region.base + region.size
        found.put(region.base, end, Claim(UNLOGGED, region.line.number))
        for piece in known.within(region.base, end):
            found.put(piece.start, piece.end, piece.value)
    return found


# ---- what lines say in words ----


def _is_node(claim: Claim) -> bool:
    """Whether it may be kept out of memory instead of being reserved."""
    return claim.owner.startswith(NODE)


def _nodes(boot: ToldBoot) -> Iterator[Interval[Claim]]:
    """Reserved nodes: they are RAM, whether or not the kernel takes them out of it."""
    for record in boot.records:
        if isinstance(record, ReservedNode) and record.base is not None and not record.failed:
            owner = CMA if record.reusable else f"{NODE}{record.name}"
            yield Interval(record.base, record.base + record.size, Claim(owner, record.line.number))


def _named(boot: ToldBoot) -> Iterator[Interval[Claim]]:
    """Ranges whose owner is told, the most special last."""
    for record in boot.records:
        if isinstance(record, OwnedRange) and record.reserves:
            claim = Claim(owner_of(record.owner), record.line.number)
            yield Interval(record.base, record.base + record.size, claim)
        elif isinstance(record, NodeData):
            claim = Claim("node data (pg_data_t)", record.line.number)
            yield Interval(record.base, record.base + record.size, claim)
    yield from _nodes(boot)
    for record in boot.records:
        if isinstance(record, CmaArea | CrashKernel) and record.base is not None and not record.failed:
            owner = CMA if isinstance(record, CmaArea) else CRASH_KERNEL
            yield Interval(record.base, record.base + record.size, Claim(owner, record.line.number))


def _memory(boot: ToldBoot) -> IntervalMap[Claim]:
    """What is memory of the nodes."""
    found = IntervalMap[Claim]()
    for record in boot.records:
        if isinstance(record, NodeRange):
            found.put(record.start, record.end, Claim("memory", record.line.number))
    return found


def _usable(boot: ToldBoot, universe: str) -> Iterable[tuple[int, int]]:
    """The ranges of RAM of a map."""
    for record in boot.records:
        if isinstance(record, MapEntry) and record.map == universe and record.usable:
            yield record.base, record.base + record.size


def _count_unplaced(boot: ToldBoot, summary: MemorySummary, holdings: Holdings) -> None:
    """What is told without an address, where memblock's own lines are not there."""
    image = sum(row.size for row in image_rows(boot.records, summary))
    if image:
        holdings.add(IMAGE, image, summary.line.number)
    for row in allocated_rows(boot.records, boot.kernel, tuple(boot.lines)):
        line = row.line.number if row.line is not None else 0
        holdings.add(owner_of(row.name), row.size, line, row.known is not Known.TOLD)

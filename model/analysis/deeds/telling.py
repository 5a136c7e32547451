"""The deeds that the lines of a log tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from ...logs.records.firmware import MapChange, MapEntry, NodeMemory
from ...logs.records.memblock import MemblockCall, MemblockRequest, Operation
from ...logs.records.record import Record
from ...logs.records.reserved import (
    CmaArea,
    CrashKernel,
    HashTable,
    NodeData,
    OwnedRange,
    PerCpu,
    ReservedNode,
)
from ...logs.records.summary import BanksSummary, FreedMemory, MemorySummary, Panic
from ...logs.records.zones import NodePages, NodeRange, NodeSpan, ZonePages, ZoneRange
from ..logged_owners import PUT_BACK
from .callers import (
    CMA,
    CRASH_KERNEL,
    EXACT,
    INITRD,
    NOT_TOLD,
    PAGE_STRUCTS,
    VMEMMAP,
    Callers,
    caller_name,
)
from .deed import Deed, Subject

LARGEST_PAGE = 1 << 16
"""Bytes of a page table; what is asked for more by who makes the vmemmap are page structs."""
MOST_AT_ONCE = 1 << 48
"""Bytes of a range that is no RAM: architectures remove what no address reaches."""


def deeds(records: Sequence[Record], callers: Callers, page_size: int) -> Iterator[Deed]:
    """What the records of a log tell of, in their order.  What a line says in words is not told again where
    memblock reserves it."""
    names = Names(callers)
    said = {
        (record.base, record.size)
        for record in records
        if isinstance(record, ReservedNode | CmaArea | CrashKernel | NodeData | OwnedRange)
    }
    node: int | None = None
    for record in records:
        if isinstance(record, NodePages | NodeSpan):
            node = record.nid
        if isinstance(record, MemblockRequest):
            names.asked(record)
        elif isinstance(record, MemblockCall):
            found = list(_call(record, names))
            if record.operation is not Operation.RESERVE or (record.base, record.size) not in said:
                yield from found
        elif isinstance(record, ZonePages):
            yield from _zone_pages(record, node, page_size)
        elif isinstance(record, NodePages):
            what = f"node {record.nid}: pages that are there"
            yield Deed(Subject.NODES, what, record.present * page_size, None, record.line.number)
        elif (tell := TOLD.get(type(record))) is not None:
            yield from tell(record)


class Names:
    """Who a call of memblock is for: a request names who asked, and the reservation that follows it is for
    them."""

    def __init__(self, callers: Callers) -> None:
        self.callers = callers
        self._request: MemblockRequest | None = None
        self._put_back: set[tuple[int, int]] = set()

    def asked(self, request: MemblockRequest) -> None:
        """Somebody asks for memory."""
        self._request = request

    def owner(self, call: MemblockCall) -> str:
        """Who a call is for; every call is to be asked about, in order."""
        array = call.operation.array
        if caller_name(call.caller) == PUT_BACK and call.operation.adds:
            if array == "memory":
                self._put_back.add((call.base, call.size))
            elif (call.base, call.size) in self._put_back:
                return INITRD
        if call.operation.adds and array == "reserved" and (request := self._request) is not None:
            allocates = not call.caller or call.caller.startswith(("memblock_", "__memblock_"))
            if allocates and call.caller != "memblock_double_array":
                self._request = None
                return self._asker(request)
        return self.callers.owner(call.caller, array, call.function)

    def _asker(self, request: MemblockRequest) -> str:
        owner = self.callers.owner(request.caller or request.function, "reserved", request.function)
        is_map = owner == VMEMMAP and request.size > LARGEST_PAGE
        return PAGE_STRUCTS if is_map or request.function.startswith(EXACT) else owner


VERBS = {
    ("memory", True): "added from {}",
    ("memory", False): "removed by {}",
    ("reserved", True): "reserved for {}",
    ("reserved", False): "given back {}",
}


def _call(call: MemblockCall, names: Names) -> Iterator[Deed]:
    """A call that changes something; whether one of no bytes is printed depends on the release."""
    if not 0 < call.size < MOST_AT_ONCE:
        return
    array = call.operation.array
    owner = names.owner(call)
    if call.operation is Operation.FREE:
        owner = f"by {owner}" if owner.endswith("()") or owner == NOT_TOLD else f"of {owner}"
    what = VERBS[array, call.operation.adds].format(owner)
    subject = Subject.MEMORY if array == "memory" else Subject.RESERVED
    yield Deed(subject, what, call.size, call.base, call.line.number)


# ---- what firmware says ----


def _map_entry(record: MapEntry) -> Iterator[Deed]:
    what = f"{record.map}: {record.kind}"
    yield Deed(Subject.FIRMWARE, what, record.size, record.base, record.line.number)


def _map_change(record: MapChange) -> Iterator[Deed]:
    what = f"{record.map}: {record.old or 'anything'} becomes {record.new or 'a hole'}"
    yield Deed(Subject.FIRMWARE, what, record.size, record.base, record.line.number)


def _node_memory(record: NodeMemory) -> Iterator[Deed]:
    what = f"node {record.nid}: memory by {record.how}{', hotplug' if record.hotplug else ''}"
    yield Deed(Subject.NODES, what, record.size, record.base, record.line.number)


# ---- who takes memory ----


def _reserved_node(record: ReservedNode) -> Iterator[Deed]:
    note = ", ".join(("no-map",) * record.nomap + ("reusable",) * record.reusable)
    what = f"reserved memory {record.name}"
    number = record.line.number
    yield Deed(
        Subject.AREAS, what, record.size, record.base, number, record.failed or note, bool(record.failed)
    )


def _cma(record: CmaArea) -> Iterator[Deed]:
    note = record.failed or record.name
    yield Deed(Subject.AREAS, CMA, record.size, record.base, record.line.number, note, bool(record.failed))


def _crash_kernel(record: CrashKernel) -> Iterator[Deed]:
    what = f"{CRASH_KERNEL} (low part)" if record.low else CRASH_KERNEL
    number = record.line.number
    yield Deed(Subject.AREAS, what, record.size, record.base, number, record.failed, bool(record.failed))


def _node_data(record: NodeData) -> Iterator[Deed]:
    what = f"node {record.nid}: node data (pg_data_t)"
    yield Deed(Subject.NODES, what, record.size, record.base, record.line.number)


def _owned(record: OwnedRange) -> Iterator[Deed]:
    if record.reserves:
        yield Deed(Subject.AREAS, record.owner, record.size, record.base, record.line.number)


def _hash_table(record: HashTable) -> Iterator[Deed]:
    yield Deed(Subject.TABLES, f"{record.name} hash table", record.size, None, record.line.number)


def _per_cpu(record: PerCpu) -> Iterator[Deed]:
    size = record.static + record.reserved + record.dynamic
    yield Deed(Subject.TABLES, "per-CPU area of a CPU", size, None, record.line.number)


# ---- nodes and zones ----


def _zone_range(record: ZoneRange) -> Iterator[Deed]:
    size = (record.end or 0) - (record.start or 0)
    yield Deed(Subject.ZONES, f"zone {record.name}: may span", size, record.start, record.line.number)


def _node_range(record: NodeRange) -> Iterator[Deed]:
    size = record.end - record.start
    yield Deed(Subject.NODES, f"node {record.nid}: memory", size, record.start, record.line.number)


def _node_span(record: NodeSpan) -> Iterator[Deed]:
    size = record.end - record.start
    yield Deed(Subject.NODES, f"node {record.nid}: spans", size, record.start, record.line.number)


def _zone_pages(record: ZonePages, node: int | None, page_size: int) -> Iterator[Deed]:
    nid = record.nid if record.nid is not None else node
    zone = f"zone {record.name}" if nid is None else f"node {nid}, zone {record.name}"
    for words, pages in (
        ("page structs", record.memmap),
        ("reserved pages", record.reserved),
        ("pages", record.pages),
        ("page structs of holes", record.unavailable),
    ):
        if pages is not None:
            yield Deed(Subject.ZONES, f"{zone}: {words}", pages * page_size, None, record.line.number)


# ---- at the end ----


def _memory_summary(record: MemorySummary) -> Iterator[Deed]:
    number = record.line.number
    for words, size in (("available", record.available), ("total", record.total), *record.parts.items()):
        yield Deed(Subject.SUMMARY, words, size, None, number)


def _banks_summary(record: BanksSummary) -> Iterator[Deed]:
    yield Deed(Subject.SUMMARY, "all banks", record.total, None, record.line.number)


def _freed(record: FreedMemory) -> Iterator[Deed]:
    yield Deed(Subject.FREED, f"freed: {record.what}", record.size, None, record.line.number)


def _panic(record: Panic) -> Iterator[Deed]:
    yield Deed(Subject.ENDING, f"panic: {record.words}", 0, None, record.line.number)


TOLD = cast(
    "Mapping[type, Callable[[Any], Iterator[Deed]]]",
    {
        MapEntry: _map_entry,
        MapChange: _map_change,
        NodeMemory: _node_memory,
        ReservedNode: _reserved_node,
        CmaArea: _cma,
        CrashKernel: _crash_kernel,
        NodeData: _node_data,
        OwnedRange: _owned,
        HashTable: _hash_table,
        PerCpu: _per_cpu,
        ZoneRange: _zone_range,
        NodeRange: _node_range,
        NodeSpan: _node_span,
        MemorySummary: _memory_summary,
        BanksSummary: _banks_summary,
        FreedMemory: _freed,
        Panic: _panic,
    },
)
"""How the kinds of records that stand for themselves are told."""

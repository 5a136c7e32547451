"""All kinds of records together, and a whole log in them."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ..log_line import LogLine
from .firmware import MapChange, MapEntry, NodeMemory
from .memblock import ArrayDoubled, MemblockCall, MemblockDump, MemblockRequest
from .reserved import CmaArea, CrashKernel, HashTable, NodeData, OwnedRange, PerCpu, ReservedNode
from .summary import (
    BanksSummary,
    Banner,
    CommandLine,
    Fact,
    FreedMemory,
    LayoutRange,
    MachineModel,
    MemorySummary,
    Panic,
)
from .zones import MovableStart, NodePages, NodeRange, NodeSpan, Zonelists, ZonePages, ZoneRange

Record: TypeAlias = (
    MapEntry
    | MapChange
    | NodeMemory
    | MemblockCall
    | MemblockRequest
    | ArrayDoubled
    | MemblockDump
    | ReservedNode
    | CmaArea
    | CrashKernel
    | NodeData
    | OwnedRange
    | HashTable
    | PerCpu
    | ZoneRange
    | MovableStart
    | NodeRange
    | NodeSpan
    | NodePages
    | ZonePages
    | Zonelists
    | Banner
    | CommandLine
    | MachineModel
    | MemorySummary
    | BanksSummary
    | LayoutRange
    | FreedMemory
    | Panic
    | Fact
)
"""What a line says.  All have `line`, the (first) line that says it."""


class Understood(Struct, frozen=True):
    """What a log's lines say, in their order.  `strangers` are lines that look as if they were about early
    memory and are not understood."""

    records: tuple[Record, ...]
    strangers: tuple[LogLine, ...] = ()

    @property
    def tells_memory(self) -> bool:
        """Whether any line says something of memory, not only of its kernel."""
        return any(not isinstance(record, OF_KERNEL) for record in self.records)


OF_KERNEL = (Banner, CommandLine, MachineModel, Panic, Fact)
"""What lines say of a kernel and its machine, whatever memory it has."""

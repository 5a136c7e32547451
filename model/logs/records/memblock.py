"""What memblock says under ``memblock=debug``, in all the forms it ever had."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from ..log_line import LogLine


class Operation(Enum):
    """What is done to which array."""

    ADD = "memory", True
    REMOVE = "memory", False
    RESERVE = "reserved", True
    FREE = "reserved", False

    @property
    def array(self) -> str:
        """``memory`` or ``reserved``."""
        return self.value[0]

    @property
    def adds(self) -> bool:
        """Whether the range is in the array afterwards."""
        return self.value[1]


class MemblockCall(NamedTuple):
    """A range of bytes is added, removed, reserved or freed; `size` may be 0.  `function` says so, under the
    name it has in that release (``memblock_phys_free``), called by `caller`, "" if that is not told.  `nid`
    and `flags` are None where the line has none."""

    line: LogLine
    operation: Operation
    function: str
    base: int
    size: int
    caller: str = ""
    nid: int | None = None
    flags: int | None = None


class MemblockRequest(NamedTuple):
    """Memory is asked for: `size` bytes at a multiple of `align`, between two addresses (`limit` 0:
    anywhere), of a node (-1 or None: any).  What was found stands in the `MemblockCall` that follows."""

    line: LogLine
    function: str
    size: int
    align: int
    caller: str = ""
    nid: int | None = None
    minimum: int = 0
    limit: int = 0


class ArrayDoubled(NamedTuple):
    """An array has room for `capacity` regions from now on, in `size` bytes at `base`."""

    line: LogLine
    array: str
    capacity: int
    base: int
    size: int


class DumpedRegion(NamedTuple):
    """A region of a dump, `at` its index.  `nid` is None where no node is printed."""

    line: LogLine
    at: int
    base: int
    size: int
    flags: int | None = None
    nid: int | None = None


class DumpedArray(NamedTuple):
    """One array of a dump: how many regions there are as it is `told` (None if that line is missing), and
    those that are printed."""

    told: int | None
    regions: tuple[DumpedRegion, ...]

    @property
    def is_complete(self) -> bool:
        """Whether all regions are there."""
        return self.told == len(self.regions) and all(
            number == region.at for number, region in enumerate(self.regions)
        )


class MemblockDump(NamedTuple):
    """``MEMBLOCK configuration:`` and what follows it; sizes in bytes, None where the line is missing.  An
    array that holds nothing is told by some releases as one region of no bytes."""

    line: LogLine
    memory_size: int | None
    reserved_size: int | None
    memory: DumpedArray
    reserved: DumpedArray

    @property
    def is_complete(self) -> bool:
        """Whether all of it is there."""
        return self.memory.is_complete and self.reserved.is_complete

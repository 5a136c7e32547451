"""``MEMBLOCK configuration:`` and the lines below it.

Mirrors ``__memblock_dump_all`` and ``memblock_dump`` of mm/memblock.c.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..log_line import LogLine
from ..records.memblock import DumpedArray, DumpedRegion, MemblockDump
from .form import HEX, compiled

HEADER = r"MEMBLOCK configuration:.*"
SIZES = rf"memory size = {HEX}(?: reserved size = {HEX})?"
COUNT = rf"(?P<array>\w+)\.cnt\s+= {HEX}"
REGION = (
    rf"(?P<array>\w+)\[{HEX}\]\s+\[{HEX}-{HEX}[\])], {HEX} bytes"
    r"(?: on node (?P<nid>-?\d+))?(?P<tail> flags: (?P<flags>0x[0-9a-f]+|[A-Za-z_|]+))?"
)
FLAGS = {
    "none": 0,
    "hotplug": 1,
    "mirror": 2,
    "nomap": 4,
    "driver_managed": 8,
    "drv_mng": 8,
    "rsrv_noinit": 16,
    "rsv_nit": 16,
    "rsrv_kern": 32,
    "rsv_krn": 32,
    "kho_scratch": 64,
}
"""``enum memblock_flags`` by name."""
ARRAYS = ("memory", "reserved", "physmem")
STARTS = ("MEMBLOCK", *ARRAYS)


class _Array(NamedTuple):
    """One array while its lines are read."""

    told: list[int]
    regions: list[DumpedRegion]

    def done(self) -> DumpedArray:
        """As it is."""
        return DumpedArray(self.told[-1] if self.told else None, tuple(self.regions))


class OpenDump:
    """A dump while its lines are read; an excerpt may begin inside of one."""

    def __init__(self, line: LogLine) -> None:
        self.line = line
        self.sizes: tuple[int | None, int | None] = None, None
        self.arrays = {name: _Array([], []) for name in ARRAYS}

    def done(self) -> MemblockDump:
        """What was read of it."""
        memory, reserved = (self.arrays[name].done() for name in ("memory", "reserved"))
        return MemblockDump(self.line, *self.sizes, memory, reserved)

    def takes(self, line: LogLine) -> bool:
        """Whether a line is one of those below the header and has not been there yet; it is then taken."""
        text = line.text.strip()
        if found := compiled(REGION).fullmatch(text):
            regions = self._array(found["array"]).regions
            region = _region(line, found)
            if any(region.at <= other.at for other in regions):
                return False
            regions.append(region)
        elif found := compiled(COUNT).fullmatch(text):
            array = self._array(found["array"])
            if array.told or array.regions:
                return False
            array.told.append(int(found[2], 16))
        elif found := compiled(SIZES).fullmatch(text):
            if self.sizes != (None, None):
                return False
            self.sizes = int(found[1], 16), None if found[2] is None else int(found[2], 16)
        else:
            return False
        return True

    def _array(self, name: str) -> _Array:
        return self.arrays[name]


def is_header(text: str) -> bool:
    """Whether a line begins a dump."""
    return compiled(HEADER).fullmatch(text) is not None


def is_row(text: str) -> bool:
    """Whether a line stands below a header."""
    found = compiled(REGION).fullmatch(text) or compiled(COUNT).fullmatch(text)
    return found["array"] in ARRAYS if found else compiled(SIZES).fullmatch(text) is not None


def is_whole(text: str) -> bool:
    """Whether nothing can follow a line of a dump."""
    if found := compiled(REGION).fullmatch(text):
        return found["tail"] is not None
    if found := compiled(SIZES).fullmatch(text):
        return found[2] is not None
    return is_header(text) or compiled(COUNT).fullmatch(text) is not None


def _region(line: LogLine, match: re.Match[str]) -> DumpedRegion:
    nid = match["nid"]
    return DumpedRegion(
        line,
        int(match[2], 16),
        int(match[3], 16),
        int(match[5], 16),
        _flags(match["flags"]),
        None if nid is None else int(nid),
    )


def _flags(text: str | None) -> int | None:
    if text is None:
        return None
    if text.startswith("0x"):
        return int(text, 16)
    return sum(FLAGS.get(word.lower().removeprefix("memblock_"), 0) for word in text.split("|"))

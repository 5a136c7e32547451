"""memblock's messages under ``memblock=debug``: ranges that are added, removed, reserved and freed, requests,
and arrays that grow.

Mirrors the calls of ``memblock_dbg`` in mm/memblock.c.  ``flags 0x0`` stood before the caller from 3.14 to
4.10; newer functions are given a node and flags, and print both.
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.memblock import ArrayDoubled, MemblockCall, MemblockRequest, Operation
from ..records.record import Record
from ..records.reserved import OwnedRange
from ..records.summary import Fact
from .form import CALLER, HEX, RAW_CALLER, Form, Said, inclusive, number
from .setting import Setting

DIGITS = 8
"""So many print addresses of 32 bits."""
OPERATIONS = (
    ("reserve", Operation.RESERVE),
    ("free", Operation.FREE),
    ("remove", Operation.REMOVE),
    ("add", Operation.ADD),
)
"""What a function does, by a word in its name."""
BOUND_LATE = "late"
"""Functions with this in their names hand pages to the buddy allocator, and leave the arrays as they are."""

RANGE = (
    rf"(?P<function>\w*memblock_\w+): \[{HEX}-{HEX}\]"
    r"(?: nid=(?P<nid>-?\d+))?(?: flags[ =](?P<flags>(?:0x)?[0-9a-f]+))?"
    rf"(?:\s+(?:(?P<by>{CALLER}|{RAW_CALLER})|(?P<bare>[A-Za-z_][\w.$]*)))?"
)
REQUEST = (
    r"(?P<function>\w*memblock_\w*alloc\w*): (?P<size>\d+) bytes align=(?P<align>0x[0-9a-f]+)"
    r"(?: nid=(?P<nid>-?\d+))?(?: from=(?P<from>0x[0-9a-f]+))? max_addr=(?P<limit>0x[0-9a-f]+)"
    rf"(?:\s+(?:(?P<by>{CALLER}|{RAW_CALLER})|(?P<bare>[A-Za-z_][\w.$]*)))?"
)
DOUBLED = rf"memblock: (?P<array>\w+) (?:array )?is doubled to (?P<capacity>\d+) at \[{HEX}-{HEX}\]"
OLD_NAMED = rf"(?P<function>memblock_\w+_(?P<what>reserve|free)_range): \[{HEX}-{HEX}\]\s*(?P<owner>.*)"
"""Ranges with their owners, of x86 before 3.2."""


def function_name(symbol: str) -> str:
    """The function as it stands in the source: compilers make several of one, ``.constprop.0``."""
    return symbol.partition(".")[0]


def call(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range and what is done to it."""
    function = match["function"]
    base, end = number(match[2]), number(match[3])
    size = end - base + setting.ends_are_inclusive
    if size < 0:
        size = _around(size, 32 if len(match[3]) <= DIGITS else 64)
    if BOUND_LATE in function:
        return Fact(line, function, (base, size))
    operation = next((operation for word, operation in OPERATIONS if word in function), None)
    if operation is None or "physmem" in function:
        return Fact(line, function, (base, size))
    nid, flags = match["nid"], match["flags"]
    return MemblockCall(
        line,
        operation,
        function,
        base,
        size,
        function_name(match["caller"] or match["bare"] or ""),
        None if nid is None else int(nid),
        None if flags is None else int(flags, 16),
    )


def _around(size: int, bits: int) -> int:
    """The size of a range that goes around the end of the address space: it was to be all that is above.
    Raises ValueError if it would be less than nearly all of it."""
    if -size > 1 << bits // 4:
        raise ValueError("a range that ends before it begins")
    return size + (1 << bits)


def request(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A request for memory."""
    nid = match["nid"]
    return MemblockRequest(
        line,
        match["function"],
        int(match["size"]),
        int(match["align"], 16),
        function_name(match["caller"] or match["bare"] or ""),
        None if nid is None else int(nid),
        int(match["from"] or "0", 16),
        int(match["limit"], 16),
    )


def doubled(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """An array that is larger from now on."""
    base, size = inclusive(match[3], match[4])
    return ArrayDoubled(line, match["array"], int(match["capacity"]), base, size)


def old_named(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range of x86 before 3.2, which always printed last bytes."""
    base, size = inclusive(match[3], match[4])
    reserves = match["what"] == "reserve"
    operation = Operation.RESERVE if reserves else Operation.FREE
    records: list[Record] = [MemblockCall(line, operation, match["function"], base, size)]
    if reserves and match["owner"]:
        records.append(OwnedRange(line, match["owner"], base, size))
    return records


def told(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A message of memblock in words."""
    return Fact(line, "memblock", tuple(map(int, re.findall(r"(?<![\w.])\d+\b", match[0]))))


FORMS = (
    Form((), OLD_NAMED, old_named, holds="_range: ["),
    Form((), RANGE, call, holds="memblock_", tail="by"),
    Form((), REQUEST, request, holds="memblock_", tail="by"),
    Form(("memblock",), DOUBLED, doubled),
    Form(("memblock",), r"memblock: \S.*", told, tail="none"),
    Form(("memblock_cap_memory_range",), r"memblock_cap_memory_range: No memory registered yet", told),
)

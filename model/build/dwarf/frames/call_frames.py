"""``.debug_frame``: how to find a caller's registers, by the address where its callee stands.

A kernel has some hundred thousand entries.  All are only counted through; the one that is asked for is
given to pyelftools, by itself.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from io import BytesIO
from typing import Any, NamedTuple

from .records import CallFrame, Expression, Operation, Rule

LENGTH = struct.Struct("<II")
"""The length of an entry, and what it is: a common one, or which common one it goes with."""
FUNCTION = struct.Struct("<IIQQ")
"""That, and the first address of the code and how many bytes it has."""
COMMON = 0xFFFFFFFF
LONG = 0xFFFFFFF0
"""Lengths from here on mean 64-bit DWARF, which no kernel is."""
MOST_BYTES = 64 << 20


class _Entry(NamedTuple):
    """Of the section: the code that an entry is about, and where the entry is."""

    start: int
    end: int
    offset: int


class CallFrames:
    """The entries of a section with the bytes `data`; `structs` are pyelftools' for the file, `parse` makes
    operations of an expression."""

    def __init__(self, data: bytes, structs: Any, parse: Any) -> None:
        self._data = data[:MOST_BYTES]
        self._structs = structs
        self._parse = parse
        self._entries = sorted(_entries(self._data))
        self._starts = [entry.start for entry in self._entries]

    def at(self, address: int) -> CallFrame | None:
        """How to get to the caller from code at a linked address; None if nobody tells.  Raises what
        pyelftools does where the section is damaged."""
        at = bisect_right(self._starts, address) - 1
        if at < 0 or address >= self._entries[at].end:
            return None
        entry = self._decoded(self._entries[at].offset)
        rows: list[Any] = entry.get_decoded().table
        row = next((row for row in reversed(rows) if row["pc"] <= address), None)
        if row is None:
            return None
        saved = {
            register: Rule(rule.type, self._operations(rule.arg) if "EXPR" in rule.type else rule.arg)
            for register, rule in row.items()
            if isinstance(register, int)
        }
        return CallFrame(self._cfa(row["cfa"]), saved, entry.cie["return_address_register"])

    def _cfa(self, rule: Any) -> Expression:
        if rule.expr is not None:
            return self._operations(rule.expr)
        return (Operation("DW_OP_bregx", (rule.reg, rule.offset)),)

    def _operations(self, expression: Any) -> Expression:
        return tuple(Operation(each.op_name, tuple(each.args)) for each in self._parse(expression))

    def _decoded(self, offset: int) -> Any:
        """One entry with the common one that it goes with, as pyelftools reads them from a section that has
        nothing else."""
        from elftools.dwarf.callframe import FDE, CallFrameInfo

        _, common_at, *_ = FUNCTION.unpack_from(self._data, offset)
        common, own = self._bytes(common_at), bytearray(self._bytes(offset))
        own[4:8] = bytes(4)
        stream = BytesIO(common + own)
        info = CallFrameInfo(stream, len(common) + len(own), 0, self._structs)
        return next(entry for entry in info.get_entries() if isinstance(entry, FDE))

    def _bytes(self, offset: int) -> bytes:
        length, _ = LENGTH.unpack_from(self._data, offset)
        return self._data[offset : offset + 4 + length]


def _entries(data: bytes) -> list[_Entry]:
    """What the section has of functions, as far as it can be read."""
    found: list[_Entry] = []
    at = 0
    while at + FUNCTION.size <= len(data):
        length, kind, start, size = FUNCTION.unpack_from(data, at)
        if length >= LONG:
            break
        if length and kind != COMMON and size:
            found.append(_Entry(start, start + size, at))
        at += 4 + length
    return found

"""The structures of SMBIOS, one after the other, as the kernel goes through them.

Mirrors ``dmi_decode_table`` and ``dmi_string_nosave`` of drivers/firmware/dmi_scan.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

HEADER_SIZE = 4
END_OF_TABLE = 127


class Structure(NamedTuple):
    """One ``struct dmi_header`` with all that belongs to it: its offset in the table, its type, its formatted
    area (with the header), and the bytes of the strings behind that."""

    offset: int
    type: int
    formatted: bytes
    strings: bytes

    @property
    def length(self) -> int:
        """Of the formatted area."""
        return len(self.formatted)

    def string(self, number: int) -> bytes:
        """A string by its number from 1 on; empty for 0, where there is none, and where it has blanks only
        (``dmi_string_nosave``)."""
        if number == 0:
            return b""
        rest = self.strings
        for _ in range(number - 1):
            if not rest or rest[0] == 0:
                break
            rest = rest[rest.find(b"\0") + 1 :] if b"\0" in rest else b""
        found = rest.partition(b"\0")[0]
        return found if found.strip(b" ") else b""


class Walk(NamedTuple):
    """The structures of a table, the bytes that they take, and what the kernel complains of, if it does: the
    offset of a structure that is too short."""

    structures: tuple[Structure, ...]
    length: int
    corrupted_at: int | None


def walk(table: bytes, count: int) -> Walk:
    """Go through a table of `count` structures (0: up to the one that ends it).  One that runs over the end
    of the table is passed over (``dmi_decode_table``)."""
    found: list[Structure] = []
    at = number = 0
    corrupted_at = None
    while (not count or number < count) and at + HEADER_SIZE <= len(table):
        type, length = table[at], table[at + 1]
        if length < HEADER_SIZE:
            corrupted_at = at
            break
        start, at = at, at + length
        while at < len(table) - 1 and table[at : at + 2] != b"\0\0":
            at += 1
        if at < len(table) - 1:
            strings = table[start + length : at + 1]
            found.append(Structure(start, type, table[start : start + length], strings))
        at += 2
        number += 1
        if not count and type == END_OF_TABLE:
            break
    return Walk(tuple(found), min(at, len(table)), corrupted_at)


def number_at(formatted: bytes, at: int, size: int) -> int:
    """A little-endian number of a formatted area."""
    return int.from_bytes(formatted[at : at + size], "little")


def devices(structure: Structure) -> Iterator[tuple[int, bytes]]:
    """Type and name of the enabled devices of an "Onboard Devices" structure."""
    pairs = structure.formatted[HEADER_SIZE:]
    for at in range(0, len(pairs) - 1, 2):
        if pairs[at] & 0x80:
            yield pairs[at] & 0x7F, structure.string(pairs[at + 1])

"""Changing a flattened device tree where it lies.  Mirrors scripts/dtc/libfdt/fdt_wip.c
(``fdt_setprop_inplace``, ``fdt_nop_property``)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from msgspec import Struct

FDT_BEGIN_NODE, FDT_END_NODE, FDT_PROP, FDT_NOP, FDT_END = 1, 2, 3, 4, 9
PROPERTY_HEADER = 12
_WORD = struct.Struct(">I")
_PROPERTY = struct.Struct(">III")


class PatchSite(Struct, frozen=True):
    """Where a property is: its node's path, its name, the offset of its token, the length of its value."""

    path: str
    name: str
    at: int
    length: int


def property_places(raw: bytes) -> Iterator[PatchSite]:
    """Every property of a blob that was read without errors."""
    at, strings_at = struct.unpack_from(">II", raw, 8)
    names: list[str] = []
    while True:
        (token,) = _WORD.unpack_from(raw, at)
        if token == FDT_BEGIN_NODE:
            stop = raw.index(0, at + 4)
            names.append(raw[at + 4 : stop].decode("ascii"))
            at = (stop + 4) & ~3
        elif token == FDT_PROP:
            _, length, name_at = _PROPERTY.unpack_from(raw, at)
            start = strings_at + name_at
            name = raw[start : raw.index(0, start)].decode("ascii")
            yield PatchSite("/" + "/".join(names[1:]), name, at, length)
            at += PROPERTY_HEADER + ((length + 3) & ~3)
        elif token == FDT_END:
            return
        else:
            if token == FDT_END_NODE:
                names.pop()
            at += 4


def count_nops(raw: bytes) -> int:
    """How many words of the structure say nothing: what was removed where it lay."""
    (at,) = _WORD.unpack_from(raw, 8)
    count = 0
    while True:
        (token,) = _WORD.unpack_from(raw, at)
        at += 4
        if token == FDT_BEGIN_NODE:
            at = (raw.index(0, at) + 4) & ~3
        elif token == FDT_PROP:
            (length,) = _WORD.unpack_from(raw, at)
            at += (8 + length + 3) & ~3
        elif token == FDT_END:
            return count
        else:
            count += token == FDT_NOP


def patched(raw: bytes, path: str, changes: Mapping[str, bytes | None]) -> bytes | None:
    """The blob with properties of the node at `path` overwritten by values of the same length, or by
    FDT_NOP where the new value is None.  None if that is not possible."""
    result = bytearray(raw)
    left = dict(changes)
    for place in property_places(raw):
        if place.path != path or place.name not in left:
            continue
        value = left.pop(place.name)
        if value is None:
            words = (PROPERTY_HEADER + place.length + 3) // 4
            result[place.at : place.at + 4 * words] = _WORD.pack(FDT_NOP) * words
        elif len(value) == place.length:
            start = place.at + PROPERTY_HEADER
            result[start : start + place.length] = value
        else:
            return None
    return bytes(result) if all(value is None for value in left.values()) else None

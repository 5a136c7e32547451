"""Sizes of structures out of BTF, the compact type information of ``.BTF`` and /sys/kernel/btf/vmlinux.

Mirrors include/uapi/linux/btf.h.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..base.errors import InputError
from ..language.words import tr
from .btf_types import BtfTypes
from .required_types import ENUMERATIONS, MEMBERS, OF_SOME, SHOWN, STRUCTURES

BTF_MAGIC = 0xEB9F
HEADER = struct.Struct("<HBBIIIII")
"""``struct btf_header``: magic, version, flags, hdr_len, type_off, type_len, str_off, str_len."""
TYPE = struct.Struct("<III")
"""``struct btf_type``: name_off, info, size or type."""
MEMBER = struct.Struct("<III")
ENUMERATOR = struct.Struct("<Ii")
KIND_STRUCT, KIND_ENUM = 4, 6
FOLLOWED_BY = {
    1: (4, 0),  # INT
    3: (12, 0),  # ARRAY
    4: (0, 12),  # STRUCT
    5: (0, 12),  # UNION
    6: (0, 8),  # ENUM
    13: (0, 8),  # FUNC_PROTO
    14: (4, 0),  # VAR
    15: (0, 12),  # DATASEC
    17: (4, 0),  # DECL_TAG
    19: (0, 12),  # ENUM64
}
"""By kind: how many bytes follow a type, and how many more for each of its members."""
KINDS = 19
LONGEST_NAME = 1024
"""Bytes of the longest name; the kernel's verifier allows 512."""


class BtfType(NamedTuple):
    """One type: its kind, name, size in bytes (or the type it refers to), and what follows it."""

    kind: int
    name_at: int
    size: int
    members: int
    kind_flag: bool
    at: int


class BtfParts(NamedTuple):
    """Where the types of some BTF begin and end, and its strings."""

    start: int
    end: int
    strings: bytes


@contextmanager
def btf_parts(data: bytes, filename: str) -> Generator[BtfParts]:
    """Reading BTF of unknown origin.  Raises `InputError` if it is none, or whatever goes wrong in it."""
    try:
        magic, _, _, header_size, types_at, types_size, strings_at, strings_size = HEADER.unpack_from(data)
        if magic != BTF_MAGIC:
            raise InputError(
                tr("{filename}: this is no BTF, it does not begin with its magic number", filename=filename)
            )
        strings = data[header_size + strings_at : header_size + strings_at + strings_size]
        start = header_size + types_at
        yield BtfParts(start, start + types_size, strings)
    except (struct.error, LookupError, ValueError, MemoryError):
        raise InputError(tr("{filename}: this BTF is damaged or cut off", filename=filename)) from None


def read_btf(data: bytes, filename: str) -> dict[str, Any]:
    """The sizes of the structures that the model wants, shaped as sizes.json.  Raises `InputError` if this is
    no BTF."""
    with btf_parts(data, filename) as parts:
        return _facts(data, parts.strings, parts.start, parts.end)


def types_between(data: bytes, at: int, end: int) -> Iterator[BtfType]:
    """The types that lie between two places, in the order of their numbers.  Raises ValueError or
    `struct.error` if they are damaged."""
    while at < end:
        name_at, info, size = TYPE.unpack_from(data, at)
        kind, members = info >> 24 & 31, info & 0xFFFF
        if not 0 < kind <= KINDS:
            raise ValueError(kind)
        fixed, each = FOLLOWED_BY.get(kind, (0, 0))
        yield BtfType(kind, name_at, size, members, bool(info >> 31), at + TYPE.size)
        at += TYPE.size + fixed + each * members


def _facts(data: bytes, strings: bytes, at: int, end: int) -> dict[str, Any]:
    wanted = STRUCTURES | OF_SOME | SHOWN
    structures = {_name_at(strings, name): name for name in wanted}
    sizes: dict[str, int] = {}
    layouts: dict[str, BtfType] = {}
    enumerations: dict[str, Any] = {}
    places = array("Q")
    for found in types_between(data, at, end):
        places.append(found.at - TYPE.size)
        if found.kind == KIND_STRUCT and found.name_at:
            name = structures.get(found.name_at) or name_in(strings, found.name_at)
            if name in wanted:
                sizes.setdefault(f"struct {name}", found.size)
                if name in MEMBERS:
                    layouts.setdefault(name, found)
        elif found.kind == KIND_ENUM and name_in(strings, found.name_at) in ENUMERATIONS:
            name = name_in(strings, found.name_at)
            enumerations.setdefault(name, dict(_enumerators(data, strings, found)))
    types = BtfTypes(data, places, lambda name_at: name_in(strings, name_at))
    members = {name: list(_members(data, strings, found, types)) for name, found in layouts.items()}
    return {"sizeof": sizes, "fields_[name,offset,size]": members, "enums": enumerations}


def _name_at(strings: bytes, name: str) -> int:
    return strings.find(b"\0" + name.encode() + b"\0") + 1


def name_in(strings: bytes, at: int) -> str:
    """A name by its place among the strings.  Raises ValueError if it does not end."""
    return strings[at : strings.index(0, at, at + LONGEST_NAME)].decode("ascii", "replace")


def _members(data: bytes, strings: bytes, structure: BtfType, types: BtfTypes) -> Iterator[list[Any]]:
    """Name (None if it has none), offset, size and type of each member but bit fields."""
    for number in range(structure.members):
        name_at, kind, offset = MEMBER.unpack_from(data, structure.at + number * MEMBER.size)
        bits = offset & 0xFFFFFF if structure.kind_flag else offset
        if not (structure.kind_flag and offset >> 24):
            yield [name_in(strings, name_at) or None, bits // 8, types.size(kind), types.name(kind)]


def _enumerators(data: bytes, strings: bytes, enumeration: BtfType) -> Iterator[tuple[str, int]]:
    for number in range(enumeration.members):
        name_at, value = ENUMERATOR.unpack_from(data, enumeration.at + number * ENUMERATOR.size)
        yield name_in(strings, name_at), value

"""Functions out of BTF: the names and types of their parameters, and of what they return.

Mirrors BTF_KIND_FUNC and BTF_KIND_FUNC_PROTO of include/uapi/linux/btf.h.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Collection
from typing import Any

from .btf import TYPE, btf_parts, name_in, types_between
from .btf_types import BtfTypes

KIND_FUNC = 12
PARAMETER = struct.Struct("<II")
"""``struct btf_param``: name_off, type."""
MOST_PARAMETERS = 32
LARGEST_NUMBER = 8
"""Bytes of a value that is in one register."""


def read_btf_functions(data: bytes, names: Collection[str], filename: str) -> dict[str, Any]:
    """Those of the functions with these names that BTF has, by name: the `result` and the `parameters`, each
    its name, its type as C spells it, its size in bytes, whether it may be below 0, and whether one register
    is enough for it.  Raises `InputError` if this is no BTF, or damaged."""
    with btf_parts(data, filename) as parts:
        wanted = {_place(parts.strings, name): name for name in names} if parts.strings else {}
        places, found = array("Q"), dict[str, int]()
        for each in types_between(data, parts.start, parts.end):
            places.append(each.at - TYPE.size)
            if each.kind == KIND_FUNC and each.name_at:
                name = wanted.get(each.name_at) or name_in(parts.strings, each.name_at)
                if name in names:
                    found.setdefault(name, each.size)
        types = BtfTypes(data, places, lambda at: name_in(parts.strings, at))
        return {
            name: _function(data, parts.strings, places[number - 1], types)
            for name, number in found.items()
            if number
        }


def _place(strings: bytes, name: str) -> int:
    return strings.find(b"\0" + name.encode() + b"\0") + 1


def _function(data: bytes, strings: bytes, at: int, types: BtfTypes) -> dict[str, Any]:
    _, info, result = TYPE.unpack_from(data, at)
    count = info & 0xFFFF
    if count > MOST_PARAMETERS:
        raise ValueError(count)
    parameters = [PARAMETER.unpack_from(data, at + TYPE.size + n * PARAMETER.size) for n in range(count)]
    return {
        "result": _value("", result, types),
        # What takes any more at its end has one without a type there.
        "parameters": [_value(name_in(strings, name), kind, types) for name, kind in parameters if kind],
    }


def _value(name: str, number: int, types: BtfTypes) -> list[Any]:
    size = types.size(number)
    is_number = size <= LARGEST_NUMBER and (size > 0 or number == 0)
    return [name, types.name(number), size, types.is_signed(number), is_number]

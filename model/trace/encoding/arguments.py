"""Values of any kind, as arguments, results and messages have them, in MessagePack.

Data stay as they are.  What is none, or has a class of its own, is written as what it reads like: a record as
`Record`, a mapping as its pairs, anything else as a `Thing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, cast

import msgpack  # pyright: ignore  it has no type stubs

from ..described import Record, Thing, object_words
from .container import TraceFileError
from .shapes import pack, unpack

RECORD, THING, PAIRS, LONG = 1, 2, 3, 4
"""The types that MessagePack itself has not; LONG is a number of more than 64 bits, signed, the lowest byte
first."""
MOST_BYTES_OF_LONG = 64
DEEPEST = 16
"""Records in records, that many times."""

_msgpack: Any = msgpack


def written(value: Any) -> Any:
    """A value as MessagePack takes it."""
    if value is None or type(value) in (bool, str, bytes, float):
        return value
    if isinstance(value, Enum | Thing):
        return _msgpack.ExtType(THING, pack(object_words(value)))
    if isinstance(value, int):
        return _number(int(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if hasattr(value, "_fields"):
        return _record(value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value).items()
        return _msgpack.ExtType(PAIRS, pack([[written(key), written(each)] for key, each in pairs]))
    if isinstance(value, list | tuple | set | frozenset):
        return [written(each) for each in cast("list[Any]", value)]
    return _msgpack.ExtType(THING, pack(object_words(value)))


def _number(value: int) -> Any:
    if -(1 << 63) <= value < 1 << 64:
        return value
    size = value.bit_length() // 8 + 1
    return _msgpack.ExtType(LONG, value.to_bytes(size, "little", signed=True))


def _record(value: Any) -> Any:
    name = value.type_name if isinstance(value, Record) else type(value).__name__
    fields: tuple[str, ...] = value._fields
    values = [written(getattr(value, field)) for field in fields]
    return _msgpack.ExtType(RECORD, pack([name, fields, values]))


def unpack_values(data: bytes) -> Any:
    """Some MessagePack, with values of the types above in it.  Raises `TraceFileError`."""
    return unpack(data, _extension)


def _extension(code: int, data: bytes) -> Any:
    if code == LONG and len(data) <= MOST_BYTES_OF_LONG:
        return int.from_bytes(data, "little", signed=True)
    inner = unpack_values(data)
    if code == THING and type(inner) is str:
        return Thing(inner)
    if code == PAIRS:
        return _mapping(inner)
    if code == RECORD:
        return _read_record(inner)
    raise TraceFileError(f"is damaged: it has data of an unknown type {code}")


def is_shallow(value: Any, most: int = DEEPEST) -> bool:
    """Whether what is in a value lies at most so deep: whoever puts it into words goes down by recursion."""
    inside: Any
    if type(value) is tuple:
        inside = cast("tuple[Any, ...]", value)
    elif type(value) is dict:
        inside = [*value, *value.values()]  # pyright: ignore[reportUnknownVariableType]
    elif type(value) is Record:
        inside = value.parts()[2]
    else:
        return True
    return most > 0 and all(is_shallow(each, most - 1) for each in inside)


def _mapping(inner: Any) -> dict[Any, Any]:
    try:
        return dict(inner)
    except (TypeError, ValueError):
        raise TraceFileError("is damaged: expected pairs") from None


def _read_record(inner: Any) -> Record:
    if type(inner) is tuple and len(cast("tuple[Any, ...]", inner)) == 3:
        name, fields, values = cast("tuple[Any, Any, Any]", inner)
        if type(name) is str and type(fields) is type(values) is tuple and len(fields) == len(values):
            names = cast("tuple[Any, ...]", fields)
            if all(type(field) is str and field.isidentifier() and field[0] != "_" for field in names):
                return Record(name, names, values)
    raise TraceFileError("is damaged: expected a record")

"""Records as plain data, and back: what a record may hold is what its type hints say.

Plain data is what MessagePack has: None, bool, int (64 bits), float, str, bytes and tuples.  A named tuple or
a frozen record becomes the tuple of its fields, a mapping the tuple of its pairs.  On the way back a hint
decides what is made, and anything else than it allows is refused; so no name in a file ever chooses a class.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgpack  # pyright: ignore  it has no type stubs
from msgspec import Struct

from .container import TraceFileError

_msgpack: Any = msgpack
Build = Callable[[Any], Any]
LONGEST_LIST = 12_500_000
"""Items of a list: the most that a trace has events, and some."""
SCALARS: tuple[type, ...] = (int, bool, str, bytes, float, type(None))


def pack(value: Any) -> bytes:
    """Plain data as MessagePack."""
    return _msgpack.packb(value, unicode_errors="backslashreplace")


def _no_extension(code: int, _: bytes) -> Any:
    raise TraceFileError(f"is damaged: it has data of an unknown type {code}")


def unpack(data: bytes, extension: Callable[[int, bytes], Any] = _no_extension) -> Any:
    """The plain data of some MessagePack, which may have no mappings; `extension` reads what is of no type
    that MessagePack has itself.  Raises `TraceFileError`."""
    try:
        # Every length in the data is bounded by that of the data, and no list is longer than a trace.
        return _msgpack.unpackb(
            data,
            use_list=False,
            max_array_len=min(LONGEST_LIST, len(data)),
            object_pairs_hook=_no_mapping,
            ext_hook=extension,
            timestamp=1,
        )
    except (ValueError, _msgpack.UnpackException, RecursionError):
        raise TraceFileError("is damaged: some of it is no data") from None


def _no_mapping(_: Any) -> Any:
    raise TraceFileError("is damaged: it has a mapping where there is none")


def plain(value: Any) -> Any:
    """A record, or anything made of records, as plain data.  Raises TypeError for what is neither."""
    if value is None or type(value) in SCALARS:
        return value
    if isinstance(value, tuple | list):
        return tuple(plain(each) for each in cast("Sequence[Any]", value))
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value).items()
        return tuple((plain(key), plain(each)) for key, each in pairs)
    if isinstance(value, Struct):
        return tuple(plain(getattr(value, name)) for name in value.__struct_fields__)
    raise TypeError(f"{type(value).__name__} is no record")


class Shapes:
    """Builds values by type hints.  `sound` says of some records what their numbers must be like, beyond
    their types."""

    def __init__(self, sound: Mapping[type, Callable[[Any], bool]] | None = None) -> None:
        self.sound = sound or {}
        self._builders: dict[Any, Build] = {}

    def build(self, raw: Any, hint: Any) -> Any:
        """The value of a type that some plain data stand for.  Raises `TraceFileError`."""
        return self.builder(hint)(raw)

    def builder(self, hint: Any) -> Build:
        """What makes values of a type: int, bool, str, bytes, float, None, a named tuple, a frozen record,
        and of these unions (of which only one may be no scalar), tuple[X, ...], tuple[X, Y], dict[X, Y] and
        Mapping[X, Y]; Annotated[int, range(…)] bounds a number, Any is whatever there is."""
        found = self._builders.get(hint)
        if found is None:
            found = self._builders[hint] = self._make(hint)
        return found

    def _make(self, hint: Any) -> Build:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if hint is Any:
            return lambda raw: raw
        if hint is None or hint in SCALARS:
            return _scalar((type(None) if hint is None else hint,))
        if origin is typing.Literal:
            return _one_of(arguments)
        if origin is typing.Annotated:
            return _within(self.builder(arguments[0]), arguments[1])
        if origin in (typing.Union, types.UnionType):
            return self._union(arguments)
        if origin is tuple and arguments[1:] == (...,):
            return self._items(arguments[0])
        if origin is tuple:
            return self._row(tuple, arguments, tuple)
        if origin in (dict, Mapping):
            return self._mapping(*arguments)
        if isinstance(hint, type):
            return self._record(hint)
        raise TypeError(f"values of {hint} cannot be built")

    def _record(self, record: Any) -> Build:
        """What makes a named tuple, or a record."""
        make: Build
        if hasattr(record, "_fields"):
            fields, make = record._fields, record._make
        elif issubclass(record, Struct):
            fields, make = record.__struct_fields__, _made(record)
        else:
            raise TypeError(f"{record.__name__} is no record")
        hints = typing.get_type_hints(record)
        row = self._row(record, tuple(hints[field] for field in fields), make)
        is_sound = self.sound.get(record)
        if is_sound is None:
            return row

        def build(raw: Any) -> Any:
            value = row(raw)
            if not is_sound(value):
                raise TraceFileError(f"is damaged: its {value!r} cannot be")
            return value

        return build

    def _row(self, record: type, hints: tuple[Any, ...], make: Build) -> Build:
        builders = [self.builder(hint) for hint in hints]
        kinds = hints if all(hint in SCALARS for hint in hints) else None

        def build(raw: Any) -> Any:
            values = _list(raw)
            if kinds is not None and tuple(map(type, values)) == kinds:
                return make(values)
            if len(values) == len(builders):
                return make([each(value) for each, value in zip(builders, values, strict=True)])
            raise TraceFileError(f"is damaged: expected a {record.__name__}")

        return build

    def _items(self, hint: Any) -> Build:
        builder = self.builder(hint)

        def build(raw: Any) -> Any:
            return tuple(map(builder, _list(raw)))

        return build

    def _mapping(self, key_hint: Any, value_hint: Any) -> Build:
        pairs = self._items(tuple[key_hint, value_hint])
        return lambda raw: dict(pairs(raw))

    def _union(self, hints: tuple[Any, ...]) -> Build:
        scalars = tuple(hint for hint in hints if hint in SCALARS)
        others = [self.builder(hint) for hint in hints if hint not in SCALARS]
        if not others:
            return _scalar(scalars)
        if len(others) > 1:
            raise TypeError(f"{hints} cannot be told apart")
        other = others[0]
        return lambda raw: raw if type(raw) in scalars else other(raw)


def _list(raw: Any) -> tuple[Any, ...]:
    if type(raw) is not tuple:
        raise TraceFileError("is damaged: expected a list")
    return cast("tuple[Any, ...]", raw)


def _made(record: Callable[..., Any]) -> Build:
    """What makes a record of the values of its fields; it may look at them itself."""

    def make(values: Sequence[Any]) -> Any:
        try:
            return record(*values)
        except (TypeError, ValueError) as error:
            raise TraceFileError(f"is damaged: {error}") from None

    return make


def _scalar(kinds: tuple[type, ...]) -> Build:
    def build(raw: Any) -> Any:
        if type(raw) not in kinds:
            names = " or ".join("nothing" if kind is type(None) else kind.__name__ for kind in kinds)
            raise TraceFileError(f"is damaged: expected {names}")
        return raw

    return build


def _within(builder: Build, numbers: range) -> Build:
    def build(raw: Any) -> Any:
        if builder(raw) not in numbers:
            raise TraceFileError(f"is damaged: {raw} is not among {numbers.start} … {numbers.stop - 1}")
        return raw

    return build


def _one_of(values: tuple[Any, ...]) -> Build:
    def build(raw: Any) -> Any:
        if not any(raw == value and type(raw) is type(value) for value in values):
            raise TraceFileError(f"is damaged: expected one of {', '.join(map(str, values))}")
        return raw

    return build

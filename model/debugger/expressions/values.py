"""What expressions give beside plain numbers and strings: structures, arrays and pointers of the kernel, and
numbers that know their C type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

MASK = (1 << 64) - 1


class Untold(Exception):
    """A part of the kernel's state that the source of a trace tells nothing of, in a sentence."""


class Void:
    """The value of a convenience variable that nobody has set."""

    def __bool__(self) -> bool:
        return False


VOID = Void()


class Typed(int):
    """A number of a C type."""

    kind: str

    def __new__(cls, value: int, kind: str) -> Typed:
        made = super().__new__(cls, value)
        made.kind = kind
        return made


class Structure(Mapping[str, Any]):
    """A structure: its type (``struct zone``), its members in their order, the address where it lies if that
    is known.  `more` is seen by those who ask, and not printed; `items` are what an index gives."""

    def __init__(
        self,
        kind: str,
        members: Mapping[str, Any],
        at: int | None = None,
        more: Mapping[str, Any] | None = None,
        items: Sequence[Any] = (),
    ) -> None:
        self.kind, self.members, self.at = kind, members, at
        self.more = more or {}
        self.items_inside = items

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int):
            return self.items_inside[key]
        return self.members[key] if key in self.members else self.more[key]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.members, *self.more))

    def __len__(self) -> int:
        return len(self.members) + len(self.more)

    def __contains__(self, key: object) -> bool:
        return key in self.members or key in self.more


class Array(Sequence[Any]):
    """An array: the type of an element, the elements, the address of the first if that is known; `length` is
    that of the type, which may be more than the elements there are."""

    def __init__(
        self, kind: str, elements: Sequence[Any], at: int | None = None, length: int | None = None
    ) -> None:
        self.kind, self.elements, self.at = kind, elements, at
        self.length = len(elements) if length is None else length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int) and index < 0:
            raise IndexError(index)
        return self.elements[index]

    def __len__(self) -> int:
        return len(self.elements)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(cast("Sequence[Any]", other))

    __hash__ = None  # pyright: ignore[reportAssignmentType]


class Pointer(Struct, frozen=True):
    """A pointer: the type of what it points to, the address (None: not known), and what lies there as far as
    that is known, an element after the other; `symbol` names the place."""

    kind: str
    address: int | None
    pointed: Sequence[Any] | None = None
    symbol: str = ""

    def moved(self, count: int, size: int | None) -> Pointer:
        """`count` elements of `size` bytes further."""
        address = None if self.address is None or size is None else (self.address + count * size) & MASK
        known = self.pointed is not None and 0 <= count <= len(self.pointed)
        return Pointer(
            self.kind, address, self.pointed[count:] if known and self.pointed is not None else None
        )


class Lazy(Sequence[Any]):
    """A sequence whose items are made when they are asked for."""

    def __init__(self, raw: Sequence[Any], make: Callable[[int, Any], Any], first: int = 0) -> None:
        self._raw, self._make, self._first = raw, make, first

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            start, _, _ = index.indices(len(self._raw))
            return Lazy(self._raw[index], self._make, self._first + start)
        if index < 0:
            raise IndexError(index)
        return self._make(self._first + index, self._raw[index])

    def __len__(self) -> int:
        return len(self._raw)


def number_of(value: Any) -> int | None:
    """The number that a value is, or the address of a pointer; None for anything else."""
    if isinstance(value, int):
        return value
    return value.address if isinstance(value, Pointer) else None


def address_of(value: Any) -> Any:
    """What a command about an address takes a value for: structures and arrays lie somewhere."""
    if isinstance(value, Structure | Array) and value.at is not None:
        return value.at
    number = number_of(value)
    return value if number is None else int(number)


def kind_of_value(value: Any) -> str:
    """The C type of a value; "" for what C has no type for."""
    if isinstance(value, Typed | Structure):
        return value.kind
    if isinstance(value, Array):
        base, bracket, rest = value.kind.partition("[")
        return f"{base}[{value.length}]{bracket}{rest}"
    if isinstance(value, Pointer):
        return f"{value.kind}*" if value.kind.endswith("*") else f"{value.kind} *"
    if value is VOID:
        return "void"
    if isinstance(value, bool):
        return "int"
    if isinstance(value, int):
        if -(1 << 31) <= value < 1 << 31:
            return "int"
        return "long" if -(1 << 63) <= value < 1 << 63 else "unsigned long"
    return f"char [{len(value) + 1}]" if isinstance(value, str) else ""


def comparable(value: Any) -> Any:
    """What tells a value from others of its kind."""
    if isinstance(value, Structure):
        return {name: comparable(each) for name, each in value.members.items()}
    if isinstance(value, Array):
        return [comparable(each) for each in value]
    if isinstance(value, Pointer):
        return value.address
    return kept(value)


MOST_KEPT = 10_000
"""Elements of an array that a kept value keeps."""


def kept(value: Any) -> Any:
    """A value that stays as it is now, whatever the boot does then."""
    if isinstance(value, Structure):
        members = {name: kept(each) for name, each in value.members.items()}
        more = {name: kept(each) for name, each in value.more.items()}
        return Structure(value.kind, members, value.at, more)
    if isinstance(value, Array):
        return Array(value.kind, [kept(each) for each in value[:MOST_KEPT]], value.at, value.length)
    if isinstance(value, Mapping):
        return dict(cast("Mapping[Any, Any]", value))
    if isinstance(value, list):
        return tuple(cast("list[Any]", value)[:MOST_KEPT])
    return value

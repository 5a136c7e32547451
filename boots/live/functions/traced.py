"""`TracedFunction`: a function of a kernel that is stopped at, and what a CPU's registers say of a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from ..calling import CallingConvention
from .prototypes import VOID, WORD, Value, texts_of


class Place(NamedTuple):
    """Where an argument is when a function is entered: in a `register` (gdb's name for it), or nowhere, since
    the compiler knows that it is always the same number (`register` is "" then)."""

    register: str
    constant: int = 0


class TracedFunction(Struct, frozen=True):
    """A function that is stopped at.

    `name` is what C calls it, `symbol` what the compiler does (``.constprop.0`` behind it); it is entered at
    any of the linked addresses `entries`.  Each of its `parameters` has a place in `places`, None if nobody
    tells where it is; the result is in the register `result_at`, "" if there is none or it is not told.
    `prototype` says who tells the parameters: "DWARF", "BTF", "list", or "" if nobody does.

    One that is `inlined` has no code of its own: it begins at `entries` in the code of others, of which
    `code`, in pieces (start, end), is its own.
    """

    name: str
    symbol: str
    file: str
    entries: tuple[int, ...]
    parameters: tuple[Value, ...] = ()
    places: tuple[Place | None, ...] = ()
    result: Value = VOID
    result_at: str = ""
    prototype: str = ""
    code: tuple[tuple[int, int], ...] = ()
    inlined: bool = False

    @property
    def address(self) -> int:
        """Where it is linked; of an inlined one, the first place."""
        return self.entries[0]

    @property
    def is_untold(self) -> bool:
        """Whether the compiler has changed it so that nothing is told of its arguments."""
        changed = self.symbol not in ("", self.name)
        return changed and bool(self.parameters) and not any(self.places)

    @property
    def texts(self) -> tuple[int, ...]:
        """Which of its arguments are addresses of C strings that can be read when it is entered."""
        return tuple(index for index in texts_of(self.parameters) if self.places[index] is not None)


def places_of(parameters: Sequence[Value], calls: CallingConvention) -> tuple[Place | None, ...]:
    """Where the arguments of a function are that is called as C declares it: one register for each, as long
    as there are registers; what comes after a structure by value is not told."""
    found: list[Place | None] = []
    left = list(calls.arguments)
    for parameter in parameters:
        if not parameter.is_number:
            left = []
        found.append(Place(left.pop(0)) if left else None)
    return tuple(found)


def arguments(function: TracedFunction, registers: Mapping[str, int]) -> tuple[Any, ...]:
    """The arguments of a call, by the registers at its first instruction: None for what is not told; without
    those at the end that are not."""
    values = [
        None if place is None else _value(parameter, registers.get(place.register, 0), place)
        for parameter, place in zip(function.parameters, function.places, strict=True)
    ]
    while values and values[-1] is None:
        values.pop()
    return tuple(values)


def result(function: TracedFunction, registers: Mapping[str, int]) -> Any:
    """What a call returned, by the registers after it; None if it returns nothing, or that is not told."""
    if not function.result_at:
        return None
    return number(function.result, registers.get(function.result_at, 0))


def _value(parameter: Value, held: int, place: Place) -> int | bool:
    return number(parameter, held if place.register else place.constant)


def number(value: Value, held: int) -> int | bool:
    """A value that a register holds: as many bits as its type has, below 0 if the type can be; bool as it
    is."""
    return number_of(held, value.size, value.is_signed, value.is_boolean)


def number_of(held: int, size: int, is_signed: bool, is_boolean: bool) -> int | bool:
    """The same, of `size` bytes (0: a word)."""
    bits = 8 * (size or WORD)
    found = held & (1 << bits) - 1
    if is_boolean:
        return bool(found)
    return found - (1 << bits) if is_signed and found >> bits - 1 else found

"""Functions of an expression that take values as they are, structures and arrays too:
``size(memblock.reserved)``, ``count(nodes)``, ``last(memblock.memory)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ...language.words import tr
from .types import enumerator
from .values import Array, Lazy, Pointer, Structure, Typed, Untold, kind_of_value, number_of

BYTES = "size_t"
"""The type of a result that counts bytes, which people read as a size."""
COUNT = "unsigned long"


class WholeValues:
    """A function that takes values as they are; the others get numbers.  It raises `Untold`, in words that
    follow its name, for what it has no answer to."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *values: Any) -> Any:
        return self._call(*values)


def elements(value: Any) -> Sequence[Any]:
    """What lies inside a value: the regions of a memblock_type, the entries of a table, the elements of an
    array, the values of a mapping.  memblock's one empty region, by which it marks an empty array, is none.
    Raises `Untold`: nothing lies inside."""
    if isinstance(value, Pointer) and value.pointed:
        is_whole = len(value.pointed) == 1 and _inside(value.pointed[0]) is not None
        value = value.pointed[0] if is_whole else list(value.pointed)
    if isinstance(value, Structure) and (inside := _inside(value)) is not None:
        return inside
    if isinstance(value, Mapping):
        return list(cast("Mapping[Any, Any]", value).values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [each for each in cast("Sequence[Any]", value) if not _is_dummy(each)]
    raise Untold(
        tr("it takes something with parts, such as memblock.reserved, not {value}", value=_words(value))
    )


def _inside(value: Any) -> Sequence[Any] | None:
    """What a structure is a list of; None: it is none."""
    if not isinstance(value, Structure):
        return None
    found = value.items_inside or next((each for each in value.members.values() if _is_array(each)), None)
    return [each for each in found if not _is_dummy(each)] if found is not None else None


def _is_array(value: Any) -> bool:
    return isinstance(value, Array | Lazy)


def _is_dummy(region: Any) -> bool:
    is_region = isinstance(region, Structure) and region.kind == "struct memblock_region"
    return is_region and region.members["size"] == 0


def _words(value: Any) -> str:
    number = number_of(value)
    return tr("a number") if number is not None else kind_of_value(value) or type(value).__name__


def size(value: Any) -> Typed:
    """The bytes of a region, an entry, a run of page table entries, or of all inside a whole array."""
    own = _own_size(value)
    if own is not None:
        return Typed(own, BYTES)
    total = 0
    for each in elements(value):
        part = _own_size(each)
        if part is None:
            raise Untold(tr("it takes regions of memory, not {value}", value=_words(each)))
        total += part
    return Typed(total, BYTES)


def _own_size(value: Any) -> int | None:
    """The bytes of one region of whatever kind; None: it is none."""
    for low, high in (("start", "end"), ("va_start", "va_end")):
        start, end = _member(value, low), _member(value, high)
        if isinstance(start, int) and isinstance(end, int):
            return end - start
    total = _member(value, "total_size")
    found = total if total is not None else _member(value, "size")
    return int(found) if isinstance(found, int) else None


def _member(value: Any, name: str) -> Any:
    if isinstance(value, Structure):
        return value.get(name)
    if isinstance(value, Mapping):
        return cast("Mapping[Any, Any]", value).get(name)
    return getattr(value, name, None) if name in getattr(value, "_fields", ()) else None


def count(value: Any) -> Typed:
    """How many parts something has."""
    return Typed(len(elements(value)), COUNT)


def last(value: Any) -> Any:
    """The last part of something.  Raises `Untold`: it has none."""
    found = elements(value)
    if not found:
        raise Untold(tr("there is nothing in it yet"))
    return found[len(found) - 1]


def extent(value: Any) -> tuple[int, int] | None:
    """The first byte of a region and the byte behind its last one, for whatever has a base and a size; None
    for anything else."""
    length = _own_size(value)
    for name in ("base", "addr", "start", "va_start"):
        base = _member(value, name)
        if isinstance(base, int) and length is not None:
            return int(base), int(base) + length
    return None


def where(value: Any, name: Any, wanted: Any) -> Array:
    """The parts whose member of a name has a value; constants of an enumeration may be named."""
    found = elements(value)
    kept = [each for each in found if _is_wanted(_member(each, name), wanted)]
    if found and all(_member(each, name) is None for each in found):
        raise Untold(tr("there is no field {name!r} in {value}", name=name, value=_words(found[0])))
    return Array(kind_of_value(found[0]) if found else "", kept)


def _is_wanted(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and isinstance(value, Typed):
        return enumerator(value.kind, value) == wanted
    return value is not None and value == wanted


def _either(holds: Any, one: Any, other: Any) -> Any:
    return one if holds else other


FUNCTIONS: Mapping[str, WholeValues] = {
    "size": WholeValues(size),
    "count": WholeValues(count),
    "last": WholeValues(last),
    "where": WholeValues(where),
    "either": WholeValues(_either),
}
"""By the names that expressions have for them."""

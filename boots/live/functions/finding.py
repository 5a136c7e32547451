"""Which functions of the list a kernel has, where they are, and how their arguments are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..calling import CallingConvention
from .matching import by_function, is_clone, is_code, is_freed, watched_symbols
from .prototypes import Prototype
from .table import Listed
from .traced import TracedFunction, places_of


class Told(NamedTuple):
    """What a kernel tells of its own functions: the `prototypes` as C declares them, and who tells them (BTF,
    DWARF); `clones` are the functions at the entries of clones, by symbol, and `inlined` those without code
    of their own, by name, each at every place where it is, both out of DWARF."""

    prototypes: Mapping[str, Prototype] = {}
    source: str = ""
    clones: Mapping[str, TracedFunction] = {}
    inlined: Mapping[str, Sequence[TracedFunction]] = {}


class TracedFunctions(NamedTuple):
    """The functions to stop at, in order, and the names of those that the kernel has not."""

    functions: tuple[TracedFunction, ...]
    missing: tuple[str, ...]


def traced_functions(
    names: Iterable[str],
    list_: Mapping[str, Listed],
    symbols: Mapping[str, int],
    calls: CallingConvention,
    told: Told | None = None,
) -> TracedFunctions:
    """The functions with these names of a kernel with these `symbols` (linked addresses by name); `list_` has
    what is known of its release's by name."""
    told = told or Told()
    found: list[TracedFunction] = []
    missing: list[str] = []
    wanted = dict.fromkeys(names)
    at_symbols = by_function(symbols, wanted)
    for name in wanted:
        listed = list_.get(name)
        here = list(_at_symbols(name, at_symbols.get(name, ()), symbols, listed, calls, told))
        found += here or told.inlined.get(name, ())
        if not here and not told.inlined.get(name):
            missing.append(name)
    return TracedFunctions(tuple(found), tuple(missing))


def _at_symbols(
    name: str,
    found: Sequence[str],
    symbols: Mapping[str, int],
    listed: Listed | None,
    calls: CallingConvention,
    told: Told,
) -> Iterator[TracedFunction]:
    """The function, and clones of it."""
    for symbol in watched_symbols(list(found)):
        address = symbols[symbol]
        elsewhere = listed is not None and listed.is_init and not is_freed(address, symbols)
        if elsewhere or not is_code(address, symbols):
            continue
        prototype, source = _prototype(name, listed, told)
        file = listed.file if listed is not None else ""
        if symbol in told.clones:
            yield told.clones[symbol]
        elif prototype is None:
            yield TracedFunction(name, symbol, file, (address,))
        else:
            yield _of_prototype(prototype, source, symbol, file, address, calls)


def _prototype(name: str, listed: Listed | None, told: Told) -> tuple[Prototype | None, str]:
    if name in told.prototypes:
        return told.prototypes[name], told.source
    return (listed.prototype, "list") if listed is not None else (None, "")


def _of_prototype(
    prototype: Prototype, source: str, symbol: str, file: str, address: int, calls: CallingConvention
) -> TracedFunction:
    parameters, clone = prototype.parameters, is_clone(symbol)
    has_result = not clone and prototype.result.size > 0 and prototype.result.is_number
    return TracedFunction(
        prototype.name,
        symbol,
        file,
        (address,),
        parameters,
        (None,) * len(parameters) if clone else places_of(parameters, calls),
        prototype.result,
        calls.result if has_result else "",
        source,
    )

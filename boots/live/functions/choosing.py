"""The functions that a recording of one kernel watches: those of the list, or those that somebody names."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from ....model.base.errors import InputError
from ....model.language.words import tr
from ....model.trace.events import Trace
from ..entry import U64
from ..finding import Found
from ..options import LiveOptions
from ..recorder.watch import Watched
from .finding import Told, TracedFunctions, traced_functions
from .matching import by_function
from .table import Listed, listed, of_release
from .traced import TracedFunction, arguments, result

MOST_NAMES = 8
"""So many names are said of those that are missing."""
ALIKE = 3


class Chosen(NamedTuple):
    """The functions to watch, with how many of the list were meant, and sentences about those that cannot
    be."""

    functions: tuple[Watched, ...]
    known: int
    missing: tuple[str, ...]


def watched_functions(found: Found, options: LiveOptions, trace: Trace) -> Chosen:
    """The functions that the kernel has, each with its number in the trace.  Raises `InputError` if somebody
    names one that it has not."""
    kernel = found.kernel
    list_ = of_release(listed(found.arch.functions), kernel.release)
    names = options.functions.chosen(list_)
    traced = traced_functions(names, list_, kernel.symbols, found.arch.registers, Told())
    _refuse_unknown(traced, options, kernel.symbols)
    _check_until(traced, options.until)
    functions = tuple(_watched(each, found.moved, trace) for each in traced.functions)
    return Chosen(functions, len(names), tuple(_sentences(traced, list_)))


def _watched(function: TracedFunction, moved: int, trace: Trace) -> Watched:
    parameters = tuple(parameter.name for parameter in function.parameters)
    number = trace.functions.add(function.name, function.file, parameters).number

    def given(registers: Mapping[str, int]) -> tuple[Any, ...]:
        return arguments(function, registers)

    def returned(registers: Mapping[str, int]) -> Any:
        return result(function, registers)

    entries, ends = (
        tuple(address + moved & U64 for address in addresses)
        for addresses in (function.entries, function.ends)
    )
    return Watched(number, function.name, function.file, entries, given, returned, function.texts, ends)


def _refuse_unknown(traced: TracedFunctions, options: LiveOptions, symbols: Mapping[str, int]) -> None:
    """Raises `InputError` if somebody names a function that the kernel has not."""
    meant = {*options.functions.only, *options.functions.more}
    unknown = next((name for name in traced.missing if name in meant), None)
    if unknown is None:
        return
    similar = get_close_matches(unknown, by_function(symbols), ALIKE)
    hint = tr("; did you mean {names}?", names=", ".join(similar)) if similar else ""
    raise InputError(tr("--functions: this kernel has no function {name}{hint}", name=unknown, hint=hint))


def _check_until(traced: TracedFunctions, until: str) -> None:
    """Raises `InputError` if the function that ends the recording is not watched."""
    if all(function.name != until for function in traced.functions):
        raise InputError(
            tr("--until {until}: this is none of the functions that are watched in this kernel", until=until)
        )


def _sentences(traced: TracedFunctions, list_: Mapping[str, Listed]) -> list[str]:
    """What is to be said of functions that cannot be watched, or of which not all is told."""
    found: list[str] = []
    if traced.missing:
        shown = ", ".join(traced.missing[:MOST_NAMES])
        more = len(traced.missing) - MOST_NAMES
        rest = tr(" and {count} more", count=more) if more > 0 else ""
        found.append(
            tr("not watched, since this kernel has no code of its own for them: {names}", names=shown + rest)
        )
    untold = [
        each.symbol
        for each in traced.functions
        if each.parameters and all(place is None for place in each.places)
    ]
    if untold:
        found.append(
            tr(
                "arguments are not told of functions that the compiler changed: {names}",
                names=", ".join(untold[:MOST_NAMES]),
            )
        )
    return found

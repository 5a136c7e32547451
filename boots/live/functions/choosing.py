"""The functions that a recording of one kernel watches, as its trace has them and its registers tell them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from ....model.language.words import tr
from ....model.trace.events import Trace
from ..entry import U64
from ..finding import Found
from ..options import LiveOptions
from ..recorder.watch import Watched
from .finding import traced_functions
from .table import Listed, listed, of_release
from .traced import TracedFunction, arguments, result


class Chosen(NamedTuple):
    """The functions that are watched, how many were meant to be, and a sentence for each thing that is
    missing."""

    functions: tuple[Watched, ...]
    known: int
    missing: tuple[str, ...]


def watched_functions(found: Found, options: LiveOptions, trace: Trace) -> Chosen:
    """The functions of a kernel that was found, numbered in its `trace`.  Raises `InputError` if one that
    somebody names is not there."""
    arch, kernel = found.arch, found.kernel
    usual = of_release(listed(arch.functions), kernel.release)
    names = options.functions.chosen(usual)
    traced = traced_functions(names, usual, kernel.symbols, arch.registers)
    numbers: dict[str, int] = {}
    watched = tuple(_watched(each, found.moved, trace, numbers) for each in traced.functions)
    return Chosen(watched, len(names), _missing(traced.missing, usual))


def _missing(names: tuple[str, ...], usual: Mapping[str, Listed]) -> tuple[str, ...]:
    if not names:
        return ()
    return (tr("not watched, since this kernel has them not or inlined: {names}", names=", ".join(names)),)


def _watched(function: TracedFunction, moved: int, trace: Trace, numbers: dict[str, int]) -> Watched:
    """One function, with its number in the trace: clones of a function have the same."""
    number = numbers.get(function.name)
    if number is None:
        parameters = tuple(parameter.name for parameter in function.parameters)
        number = trace.functions.add(function.name, function.file, parameters).number
        numbers[function.name] = number
    return Watched(
        number,
        function.name,
        function.file,
        tuple((address + moved) & U64 for address in function.entries),
        partial(arguments, function),
        partial(result, function),
        function.texts,
        tuple((address + moved) & U64 for address in function.ends),
    )

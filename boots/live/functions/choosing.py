"""The functions that a recording of one kernel watches, as its trace has them and its registers tell them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from ....model.language.words import tr
from ....model.trace.events import Trace
from ..entry import U64
from ..finding import Found
from ..options import LiveOptions
from ..recorder.watch import Watched
from .finding import traced_functions
from .table import listed, of_release
from .told import read_told
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
    known = of_release(listed(arch.functions), kernel.release)
    names = options.functions.chosen(each.name for each in known.values() if each.is_usual)
    files = {name: known[name].file if name in known else "" for name in names}
    told = read_told(Path(kernel.files["vmlinux"]), files, kernel.symbols, arch.registers)
    traced = traced_functions(names, known, kernel.symbols, arch.registers, told)
    numbers: dict[str, int] = {}
    watched = tuple(_watched(each, found.moved, trace, numbers) for each in traced.functions)
    return Chosen(watched, len(names), _missing(traced.missing))


def _missing(names: tuple[str, ...]) -> tuple[str, ...]:
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

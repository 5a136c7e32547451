"""The functions that a recording of one kernel watches: those of the list, or those that somebody names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from ....model.base.errors import InputError
from ....model.build.kernel_source.line_map import known_lines
from ....model.build.release import Release
from ....model.language.words import tr
from ....model.trace.events import Trace
from ..calling import CallingConvention
from ..entry import U64
from ..finding import Found
from ..options import LiveOptions
from ..options import Watched as Asked
from ..recorder.watch import Watched
from .finding import Told, TracedFunctions, traced_functions
from .matching import by_function
from .table import Listed, listed, of_release
from .told import read_told
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
    usual = [each.name for each in list_.values() if each.is_usual]
    asked = options.functions
    names = asked._replace(more=(*asked.more, *options.page_tables.functions)).chosen(usual)
    _refuse_unwatched(options.functions, usual)
    files = {name: _file(name, list_, kernel.release) for name in names}
    told, untold = _told(options, files, kernel.symbols, found.arch.calls)
    traced = traced_functions(names, list_, kernel.symbols, found.arch.calls, told)
    _refuse_unknown(traced, options, kernel.symbols)
    _check_until(traced, options.until)
    numbers = _numbers(traced.functions, trace)
    functions = tuple(
        _watched(each, found.moved, numbers[each.name])._replace(
            is_once=each.name in list_ and list_[each.name].is_once and not each.code,
            is_walked=options.page_tables.at(each.name),
        )
        for each in traced.functions
    )
    return Chosen(functions, len(names), (*untold, *_sentences(traced)))


def _file(name: str, list_: Mapping[str, Listed], release: Release) -> str:
    """The kernel's file that defines a function, "" if that is not known, or several do."""
    if name in list_:
        return list_[name].file
    lines = known_lines(release.series)
    files = list(lines.files_with(name)) if lines is not None else []
    return files[0] if len(files) == 1 else ""


def _told(
    options: LiveOptions, files: Mapping[str, str], symbols: Mapping[str, int], calls: CallingConvention
) -> tuple[Told, tuple[str, ...]]:
    """What the kernel's own file tells of its functions, and what is wrong with that file: the list is taken
    then, as of a kernel of which there is a System.map alone."""
    if not options.kernel:
        return Told(), ()
    try:
        return read_told(Path(options.kernel), files, symbols, calls), ()
    except InputError as error:
        return Told(), (str(error),)


def _numbers(functions: Sequence[TracedFunction], trace: Trace) -> dict[str, int]:
    """The numbers in the trace, by name: at all places where it is a function has the same.  One that is
    inlined anywhere has no frame of its own there."""
    inlined = {each.name for each in functions if each.inlined}
    numbers: dict[str, int] = {}
    for each in functions:
        if each.name not in numbers:
            parameters = tuple(parameter.name for parameter in each.parameters)
            hides = int(each.name in inlined)
            added = trace.functions.add(each.name, each.file, parameters, hides=hides)
            numbers[each.name] = added.number
    return numbers


def _watched(function: TracedFunction, moved: int, number: int) -> Watched:
    """A function, with its number in the trace."""

    def given(registers: Mapping[str, int]) -> tuple[Any, ...]:
        return arguments(function, registers)

    def returned(registers: Mapping[str, int]) -> Any:
        return result(function, registers)

    entries = tuple(address + moved & U64 for address in function.entries)
    code = tuple(range(start + moved & U64, end + moved & U64) for start, end in function.code)
    return Watched(number, function.name, function.file, entries, given, returned, function.texts, code)


def _refuse_unwatched(asked: Asked, usual: Sequence[str]) -> None:
    """Raises `InputError` if somebody takes a function away that would not be watched anyway."""
    watched = asked._replace(without=()).chosen(usual)
    unknown = next((name for name in asked.without if name not in watched), None)
    if unknown is not None:
        hint = _alike(unknown, watched)
        raise InputError(
            tr("--functions: {name} is taken away, but it is not watched{hint}", name=unknown, hint=hint)
        )


def _alike(name: str, known: Iterable[str]) -> str:
    similar = get_close_matches(name, known, ALIKE)
    return tr("; did you mean {names}?", names=", ".join(similar)) if similar else ""


def _refuse_unknown(traced: TracedFunctions, options: LiveOptions, symbols: Mapping[str, int]) -> None:
    """Raises `InputError` if somebody names a function that the kernel has not."""
    meant = {*options.functions.only, *options.functions.more, *options.page_tables.functions}
    unknown = next((name for name in traced.missing if name in meant), None)
    if unknown is None:
        return
    hint = _alike(unknown, by_function(symbols))
    option = "--page-tables" if unknown in options.page_tables.functions else "--functions"
    raise InputError(
        tr("{option}: this kernel has no function {name}{hint}", option=option, name=unknown, hint=hint)
    )


def _check_until(traced: TracedFunctions, until: str) -> None:
    """Raises `InputError` if the function that ends the recording is not watched."""
    if all(function.name != until for function in traced.functions):
        raise InputError(
            tr("--until {until}: this is none of the functions that are watched in this kernel", until=until)
        )


def _sentences(traced: TracedFunctions) -> Iterator[str]:
    """What is to be said of functions that cannot be watched, or of which not all is told."""
    if traced.missing:
        yield tr(
            "not watched, since this kernel has no code of its own for them: {names}",
            names=_some(traced.missing),
        )
    inlined = dict.fromkeys(each.name for each in traced.functions if each.inlined)
    if inlined:
        yield tr(
            "inlined, so watched about where they begin and end, without a result: {names}",
            names=_some(tuple(inlined)),
        )
    unknown = tuple(each.name for each in traced.functions if not each.prototype)
    if unknown:
        yield tr("watched without arguments, since nothing tells them: {names}", names=_some(unknown))
    changed = tuple(each.symbol for each in traced.functions if each.is_untold)
    if changed:
        yield tr(
            "arguments are not told of functions that the compiler changed: {names}", names=_some(changed)
        )


def _some(names: Sequence[str]) -> str:
    """The first of some names, and how many there are more."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (tr(" and {count} more", count=more) if more > 0 else "")

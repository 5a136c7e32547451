"""Places that a breakpoint cannot be at, however a boot goes: what is wrong with a name, and what was meant
perhaps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ...index.calls import close_matches
from ...index.selectors import ANY_NODE, SECTION, ZONE, MemoryRange, PlaceError
from ...language.words import tr
from ...trace.events import Function, Kind
from ..expressions.scope import Names
from .watches import place_named

FILE = r"[\w./-]+\.(?:c|S|h|py)"
"""How a source file is named."""
ZONES = ("DMA", "DMA32", "Normal", "HighMem", "Movable", "Device")
"""``enum zone_type`` of include/linux/mmzone.h."""
MOST = 6
"""Names of a list that are told."""


def functions_of_file(file: str, names: Names) -> tuple[Function, ...]:
    """The traced functions of a kernel file, or of ours, that is named so or ends so."""
    end = f"/{file}"
    return tuple(
        function
        for function in names.trace.functions
        if f"/{function.kernel_file}".endswith(end) or f"/{function.filename}".endswith(end)
    )


def no_function(name: str, names: Names) -> str:
    """Why no function is called so, in a sentence that says what would match."""
    if name.isdecimal():
        return tr(
            "{name} is no place: no line of a file has a breakpoint of its own, only functions "
            "have; event:{name} is the event of that number",
            name=name,
        )
    if name.startswith("*"):
        return _no_address(name, names)
    if any(character in name for character in "*?["):
        return tr("no function matches {name}; info functions lists them", name=name)
    if name in names.variables() or name in names.trace.targets or _is_memory(name, names):
        return tr("{name} is no function; watch {name} stops when that changes", name=name)
    offer = close_matches(name, [function.name for function in names.occurrences.called()])
    offer = offer or close_matches(name, [function.name for function in names.trace.functions])
    if name in names.symbols:
        return tr(
            "{name} is in this kernel, but not among the functions that are modelled here{offer}",
            name=name,
            offer=offer,
        )
    return tr(
        "no function is called {name!r}{offer}",
        name=name,
        offer=offer or tr("; info functions lists those there are"),
    )


def _is_memory(words: str, names: Names) -> bool:
    """Whether a part of memory is meant: an address, ``section 8``, ``zone DMA``."""
    if words.isidentifier():
        return False
    try:
        return not no_memory(place_named(names, words), names)
    except PlaceError:
        return False


def no_line(file: str, rest: str, names: Names) -> str:
    """Why a line of a file, or a function that it does not have, has no breakpoint."""
    functions = functions_of_file(file, names)
    if not functions:
        files = {function.kernel_file.rpartition("/")[2] for function in names.trace.functions}
        return tr(
            "nothing is modelled of a file {file}{offer}",
            file=file,
            offer=close_matches(file.rpartition("/")[2], sorted(files)),
        )
    named = list(dict.fromkeys(function.name for function in functions))
    told = ", ".join(named[:MOST]) + (
        tr(" and {count} more", count=len(named) - MOST) if len(named) > MOST else ""
    )
    if rest.isdecimal() and file.endswith(".py"):
        return tr(
            "nothing is recorded at line {rest} of {file}, nor between it and the next of: {told}",
            rest=rest,
            file=file,
            told=told,
        )
    if rest.isdecimal():
        return tr(
            "{file}:{rest} is a line, and only functions have breakpoints; of {file}: {told}",
            file=file,
            rest=rest,
            told=told,
        )
    return tr(
        "{file} has no function {rest!r}{offer}",
        file=file,
        rest=rest,
        offer=close_matches(rest, named) or tr("; it has {told}", told=told),
    )


def _no_address(spec: str, names: Names) -> str:
    """``*0x40210000``: an address of code, which nothing here executes."""
    text = spec.removeprefix("*").strip()
    try:
        address = int(text, 0)
    except ValueError:
        return tr(
            "{spec} is no place: code has no addresses to stop at here; break takes a function", spec=spec
        )
    found = _function_of(address, names)
    offer = tr("there lies {found}: break {found}", found=found) if found else tr("break takes a function")
    return tr(
        "{spec} is no place: code has no addresses to stop at here, {offer}; watch {text} stops "
        "when that memory changes",
        spec=spec,
        offer=offer,
        text=text,
    )


def _function_of(address: int, names: Names) -> str:
    """The traced function whose symbol lies at or just before an address."""
    placed = sorted((value, name) for name, value in names.symbols.items() if value >= 1 << 63)
    at = bisect_right(placed, (address, "\uffff")) - 1
    name = placed[at][1] if at >= 0 and address >= 1 << 63 else ""
    return name if names.occurrences.functions_named(name) else ""


def no_memory(place: MemoryRange, names: Names) -> str:
    """Why a section or a zone is none of this boot's, as far as that is known; else nothing."""
    if place.space == ZONE and place.name not in ZONES:
        offer = close_matches(place.name, list(ZONES)) or tr("; there are {zones}", zones=", ".join(ZONES))
        return tr("no zone is called {name!r}{offer}", name=place.name, offer=offer)
    if not names.trace.finished:
        return ""
    if place.space == SECTION:
        there = sorted(set(_keys(names, Kind.SECTION, "sections.sections")))
        known = tr("those with memory are {there}", there=_runs(there)) if there else tr("it has none at all")
        return (
            ""
            if place.start in there
            else tr("this boot has no section {start}: {known}", start=place.start, known=known)
        )
    if place.space == ZONE and place.start != ANY_NODE:
        there = sorted(set(_keys(names, Kind.ZONE, "zones.nodes")))
        return (
            ""
            if place.start in there
            else tr("this boot has no node {start}: there is {there}", start=place.start, there=_runs(there))
        )
    return ""


def _keys(names: Names, kind: Kind, target: str) -> Iterator[int]:
    """The numbers of the sections, or of the nodes, that a boot changes."""
    trace = names.trace
    for event in trace.of_kind(kind):
        for change in trace.payload(event):
            if change.target == target:
                yield change.key


def _runs(numbers: list[int]) -> str:
    """As in ``8 to 15, 32``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [
        tr("{first} to {last}", first=first, last=last) if last > first else str(first)
        for first, last in runs
    ]
    return ", ".join(words[:MOST]) + (", …" if len(words) > MOST else "")

"""Places that a breakpoint cannot be at, however a boot goes: what is wrong with a name, and what was meant
perhaps."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ...index.calls import close_matches
from ...index.selectors import ANY_NODE, SECTION, ZONE, MemoryRange, PlaceError
from ...trace.events import Function, Kind
from ..expressions.scope import Names
from .watches import place_named

FILE = re.compile(r"[\w./-]+\.(?:c|S|h|py)")
"""How a source file is named."""
ZONES = ("DMA", "DMA32", "Normal", "HighMem", "Movable", "Device")
"""``enum zone_type`` of include/linux/mmzone.h."""
MOST = 6
"""Names of a list that are told."""


class BreakpointError(ValueError):
    """What is wrong with a breakpoint, in one sentence."""


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
        return (
            f"{name} is no place: no line of a file has a breakpoint of its own, only functions have; "
            f"event:{name} is the event of that number"
        )
    if name.startswith("*"):
        return _no_address(name, names)
    if any(character in name for character in "*?["):
        return f"no function matches {name}; info functions lists them"
    if name in names.variables() or name in names.trace.targets or _is_memory(name, names):
        return f"{name} is no function; watch {name} stops when that changes"
    offer = close_matches(name, [function.name for function in names.occurrences.called()])
    offer = offer or close_matches(name, [function.name for function in names.trace.functions])
    if name in names.symbols:
        return f"{name} is in this kernel, but not among the functions that are modelled here{offer}"
    return f"no function is called {name!r}{offer or '; info functions lists those there are'}"


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
        return f"nothing is modelled of a file {file}{close_matches(file.rpartition('/')[2], sorted(files))}"
    named = list(dict.fromkeys(function.name for function in functions))
    told = ", ".join(named[:MOST]) + (f" and {len(named) - MOST} more" if len(named) > MOST else "")
    if rest.isdecimal() and file.endswith(".py"):
        return f"nothing is recorded at line {rest} of {file}, nor between it and the next of: {told}"
    if rest.isdecimal():
        return f"{file}:{rest} is a line, and only functions have breakpoints; of {file}: {told}"
    return f"{file} has no function {rest!r}{close_matches(rest, named) or f'; it has {told}'}"


def _no_address(spec: str, names: Names) -> str:
    """``*0x40210000``: an address of code, which nothing here executes."""
    text = spec.removeprefix("*").strip()
    try:
        address = int(text, 0)
    except ValueError:
        return f"{spec} is no place: code has no addresses to stop at here; break takes a function"
    found = _function_of(address, names)
    offer = f"there lies {found}: break {found}" if found else "break takes a function"
    return (
        f"{spec} is no place: code has no addresses to stop at here, {offer}; "
        f"watch {text} stops when that memory changes"
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
        offer = close_matches(place.name, list(ZONES)) or f"; there are {', '.join(ZONES)}"
        return f"no zone is called {place.name!r}{offer}"
    if not names.trace.finished:
        return ""
    if place.space == SECTION:
        there = sorted(set(_keys(names, Kind.SECTION, "sections.sections")))
        known = f"those with memory are {_runs(there)}" if there else "it has none at all"
        return "" if place.start in there else f"this boot has no section {place.start}: {known}"
    if place.space == ZONE and place.start != ANY_NODE:
        there = sorted(set(_keys(names, Kind.ZONE, "zones.nodes")))
        return "" if place.start in there else f"this boot has no node {place.start}: there is {_runs(there)}"
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
    words = [f"{first} to {last}" if last > first else str(first) for first, last in runs]
    return ", ".join(words[:MOST]) + (", …" if len(words) > MOST else "")

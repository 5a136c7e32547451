"""Places in a source as gdb lets people write them: FUNCTION, N, FILE:N, FILE:FUNCTION, *ADDRESS."""

from __future__ import annotations

from ...base.units import hex_address
from ...index.calls import close_matches
from ...language.words import tr
from ...source.provenance import is_from_log
from ...trace.events import Function
from ..breakpoints.unmatched import functions_of_file, no_function
from ..debugger import Debugger
from ..inspect.symbols import symbol_at, virtual_of
from ..places import CodePlace, place_of_event, place_of_frame, place_of_function
from .command import CommandError


def here(debugger: Debugger) -> CodePlace:
    """The line of the selected frame; before the first function, that function's.  Raises `CommandError`."""
    place = place_of_frame(debugger, debugger.looking.level)
    if place is not None:
        return place
    trace = debugger.trace
    if not trace.functions or not len(trace):
        raise CommandError(tr("nothing is recorded yet"))
    if is_from_log(trace):
        return place_of_event(debugger, min(debugger.position, len(trace) - 1))
    return place_of_function(debugger, trace.function(0) if trace.kind(0) == 0 else trace.functions[0])


def find_place(debugger: Debugger, text: str) -> CodePlace:
    """The line that is meant.  Raises `CommandError`, `ExpressionError`."""
    text = text.strip()
    if not text:
        return here(debugger)
    if text.startswith("*"):
        return place_of_function(debugger, function_of_address(debugger, text[1:])[0])
    if text.isdecimal():
        return _line(here(debugger), text)
    if text[0] in "+-" and text[1:].isdecimal():
        place = here(debugger)
        return _line(place, str(max(place.line + int(text), 1)))
    file, colon, rest = text.rpartition(":")
    if not colon:
        return place_of_function(debugger, named(debugger, text))
    rest = rest.strip()
    if rest.isdecimal():
        return _line(_of_file(debugger, file), rest)
    if rest in ("entry", "return"):
        return place_of_function(debugger, named(debugger, file))
    functions = [each for each in functions_of_file(file, debugger.names) if each.name == rest]
    if not functions:
        raise CommandError(tr("nothing called {rest!r} is modelled of a file {file}", rest=rest, file=file))
    return place_of_function(debugger, functions[0])


def named(debugger: Debugger, name: str) -> Function:
    """The function of that name.  Raises `CommandError`."""
    found = debugger.occurrences.functions_named(name)
    if not found:
        raise CommandError(no_function(name, debugger.names))
    called = [function for function in found if debugger.occurrences.enters(function.number)]
    return (called or found)[0]


def function_of_address(debugger: Debugger, text: str) -> tuple[Function, int]:
    """The function in whose code an address lies (virtual, or physical of the kernel image), and how far
    into it.  Raises `CommandError`, `ExpressionError`."""
    address = debugger.evaluate(text) if text.strip() else None
    if not isinstance(address, int) or isinstance(address, bool):
        raise CommandError(tr("after * an address is expected, as in *0x40210000 or *paging_init"))
    virtual = virtual_of(debugger, address)
    found = symbol_at(debugger, virtual)
    if found is None:
        raise CommandError(
            tr(
                "*{address}: no symbol of this kernel lies there, so no code does",
                address=hex_address(address),
            )
        )
    name, offset = found
    if not debugger.occurrences.functions_named(name):
        raise CommandError(
            tr(
                "*{address} lies in {name}, which is not among the functions that are modelled here; "
                "info functions lists those",
                address=hex_address(address),
                name=name,
            )
        )
    return named(debugger, name), offset


def _of_file(debugger: Debugger, name: str) -> CodePlace:
    """The file of a function, or the file of that name."""
    if debugger.occurrences.functions_named(name):
        return place_of_function(debugger, named(debugger, name))
    functions = functions_of_file(name, debugger.names)
    if not functions:
        files = {
            each.rpartition("/")[2] for f in debugger.trace.functions for each in (f.kernel_file, f.filename)
        }
        raise CommandError(
            tr(
                "nothing is modelled of a file {file}{offer}",
                file=name,
                offer=close_matches(name, sorted(files)),
            )
        )
    if not name.endswith(".py"):
        place = place_of_function(debugger, functions[0])
        if place.whose:
            raise CommandError(
                tr(
                    "the lines of {name} are not at hand; list {function} shows our model of it",
                    name=name,
                    function=functions[0].name,
                )
            )
        return place
    return place_of_function(debugger, functions[0])


def _line(place: CodePlace, number: str) -> CodePlace:
    if len(number) > 7:
        raise CommandError(tr("no file has a line {number}…", number=number[:8]))
    return CodePlace(place.file, place.path, int(number), "", place.whose)

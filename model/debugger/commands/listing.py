"""Commands that show source: list, and what info says of lines, files and scopes."""

from __future__ import annotations

import re

from ...language.words import tr, translatable
from ..debugger import Debugger
from ..kernel_places import kernel_place, place_words
from ..looking import Listed
from ..places import MODEL, CodePlace, lines_of
from .command import Command, CommandError, CommandOutcome, function_names
from .linespecs import find_place, function_of_address, here, named

LONGEST = 400
"""Lines that are listed at most at once."""
_LATER = re.compile(r"\+(\d{1,7})")


def _list(debugger: Debugger, rest: str) -> CommandOutcome:
    place, first, last = _wanted(debugger, rest.strip())
    lines = lines_of(debugger, place)
    if not lines:
        silence = debugger.facts.silence("source")
        raise CommandError(silence or tr("the text of {file} is not at hand", file=place.file))
    first = max(first, 1)
    if first > len(lines):
        raise CommandError(
            tr(
                "line {first} is out of range: {file} has {count} lines",
                first=first,
                file=place.file,
                count=len(lines),
            )
        )
    last = min(last, len(lines), first + LONGEST - 1)
    debugger.looking.listed = Listed(place.path, first, last)
    shown = [f"{number}\t{lines[number - 1]}" for number in range(first, last + 1)]
    return CommandOutcome("\n".join([f"{_heading(debugger, place)}:", *shown]))


def _heading(debugger: Debugger, place: CodePlace) -> str:
    """The file, and which of the kernel's it models."""
    kernel_file = _kernel_file(debugger, place)
    if place.whose == MODEL and kernel_file:
        return tr("{file} (model of {kernel_file})", file=place.file, kernel_file=kernel_file)
    return place.shown_file


def _kernel_file(debugger: Debugger, place: CodePlace) -> str:
    functions = [each for each in debugger.trace.functions if each.filename == place.path]
    of_name = [each for each in functions if each.name == place.function]
    return (of_name or functions)[0].kernel_file if functions else ""


def _wanted(debugger: Debugger, rest: str) -> tuple[CodePlace, int, int]:
    """Whose lines, and from which to which.  Raises `CommandError`."""
    size, listed = debugger.looking.listsize, debugger.looking.listed
    if "," in rest:
        return _range(debugger, *rest.split(",", 1))
    place = find_place(debugger, rest if rest not in ("-", "+") else "")
    if rest in ("", "+") and listed is not None:
        return _same_file(place, listed), listed.last + 1, listed.last + size
    if rest == "-":
        if listed is None:
            return place, place.line - size // 2 - size, place.line - size // 2 - 1
        if listed.first == 1:
            raise CommandError(tr("already at the start of the file"))
        return _same_file(place, listed), listed.first - size, listed.first - 1
    if listed is not None and rest.isdecimal():
        place = _same_file(place, listed, int(rest))
    return place, max(place.line - size // 2, 1), max(place.line - size // 2, 1) + size - 1


def _range(debugger: Debugger, first: str, last: str) -> tuple[CodePlace, int, int]:
    size = debugger.looking.listsize
    if not first.strip() and not last.strip():
        raise CommandError(tr("list reads like: list 10,20 or list paging_init or list mmu.py:88"))
    start = find_place(debugger, first) if first.strip() else None
    if start is not None and (further := _LATER.fullmatch(last.strip())):
        return start, start.line, start.line + int(further[1])
    end = find_place(debugger, last) if last.strip() else None
    if start is None:
        assert end is not None
        return end, end.line - size + 1, end.line
    if end is None:
        return start, start.line, start.line + size - 1
    if end.path != start.path and not last.strip().isdecimal():
        raise CommandError(tr("{one} and {other} are two files", one=start.file, other=end.file))
    if end.line < start.line:
        raise CommandError(tr("line {end} is before line {start}", end=end.line, start=start.line))
    return start, start.line, end.line


def _same_file(place: CodePlace, listed: Listed, line: int = 0) -> CodePlace:
    """A place in the file that was listed last."""
    from ..places import shown

    if listed.path == place.path:
        return place
    return CodePlace(shown(listed.path), listed.path, line or place.line, "", place.whose)


def line_topic(debugger: Debugger, rest: str) -> str:
    """Which line the selected frame has got to, or a function begins at."""
    if not rest and not debugger.where().frames:
        return tr("no function is open")
    place = find_place(debugger, rest)
    kernel = _kernel_line(debugger, place, is_here=not rest)
    told = [kernel, place.words()] if kernel else [place.words()]
    if rest.startswith("*"):
        function, offset = function_of_address(debugger, rest[1:])
        told.append(
            tr("{rest} is {name} + {offset}", rest=rest[1:].strip(), name=function.name, offset=offset)
        )
    return "\n".join(told)


def _kernel_line(debugger: Debugger, place: CodePlace, is_here: bool) -> str:
    """The line of the kernel's source of a place in the model: where the selected frame has got to, or else
    where the function is defined; "" if nobody knows, or the place is in that source."""
    frame = debugger.selected_frame()
    if place.whose != MODEL or not place.function:
        return ""
    if is_here and frame is not None:
        return (
            tr("{place}, in {name}", place=place_words(frame.place), name=frame.function.name)
            if frame.place.file
            else ""
        )
    function = named(debugger, place.function)
    found = kernel_place(debugger.lines, function)
    extent = debugger.lines.extent(function.name, function.kernel_file)
    to = tr(" to {last}", last=extent.last) if extent is not None else ""
    return f"{place_words(found)}{to}, {function.name}" if found.file else ""


def source_topic(debugger: Debugger, rest: str) -> str:
    """The file of the selected frame."""
    place = here(debugger)
    lines = lines_of(debugger, place)
    told = [tr("current source file is {heading}", heading=_heading(debugger, place))]
    told.append(tr("it has {count} lines", count=len(lines)) if lines else tr("its text is not at hand"))
    if place.path != place.file:
        told.append(tr("located in {path}", path=place.path))
    return "\n".join(told)


def sources_topic(debugger: Debugger, rest: str) -> str:
    """The kernel's files of which functions are called in this boot."""
    files = sorted({function.kernel_file for function in debugger.occurrences.called()})
    return "\n".join(file for file in files if file and rest in file) or tr("no such file")


def scope_topic(debugger: Debugger, rest: str) -> str:
    """The arguments that a function has."""
    if not rest:
        raise CommandError(tr("the scope of which function? (info scope memblock_reserve)"))
    place = find_place(debugger, rest)
    if not place.function:
        raise CommandError(tr("info scope takes a function; info locals tells the local variables here"))
    function = named(debugger, place.function)
    if not function.parameters:
        return tr("{name} takes no arguments", name=function.name)
    return "\n".join(
        tr("{rest} is an argument of {name}", rest=name, name=function.name) for name in function.parameters
    )


COMMANDS = (
    Command(
        "list",
        ("l",),
        "list [FUNCTION|N|FILE:N|A,B|-]",
        translatable(
            "source lines around the selected frame, a function or a line; again: the ten lines that follow"
        ),
        _list,
        repeats=True,
        complete=function_names,
        again="list",
    ),
)

"""Commands that set one breakpoint or change it: break, tbreak, watch, dprintf, edit, condition, ignore."""

from __future__ import annotations

import re
from typing import Any

from ...language.words import tr, translatable
from ..breakpoints.breakpoints import Breakpoint
from ..debugger import Debugger
from .command import Command, CommandError, CommandOutcome, count, function_names
from .linespecs import function_of_address, here
from .numbers import breakpoint_number, numbers_there

_MESSAGE = re.compile(r'(.*),\s*"([^"]*)"')
_LOCATION = re.compile(r"^-(?:l|location)\s+")
_CONDITION = re.compile(r"(?:^|\s)if(?:\s+|(?=\())")


def _place(debugger: Debugger, rest: str) -> tuple[str, str | None]:
    """A place and the condition after ``if``; without a place, the function we are in."""
    found = _CONDITION.search(rest)
    place, condition = (rest[: found.start()].strip(), rest[found.end() :]) if found else (rest, None)
    if not place:
        frames = debugger.where().frames
        if not frames:
            raise CommandError(
                tr("break where? (a function, name:return, op:KIND, log:TEXT, watch:NAME, event:N)")
            )
        frame = debugger.selected_frame()
        place = (frame or frames[-1]).function.name
    return meant(debugger, place), condition


def meant(debugger: Debugger, place: str) -> str:
    """A place as breakpoints keep it: a line gets its file, an address the function that it lies in."""
    if place.startswith("*"):
        if not any(mark in place[1:] for mark in "*?["):
            return function_of_address(debugger, place[1:])[0].name
    elif place.isdecimal():
        return f"{here(debugger).file}:{place}"
    elif place[0] in "+-" and place[1:].isdecimal() and len(place) < 9:
        current = here(debugger)
        return f"{current.file}:{max(current.line + int(place), 1)}"
    return place


def told(*points: Breakpoint, ending: str = "") -> CommandOutcome:
    """Breakpoints as a command tells of them: a line for each, and perhaps an `ending`."""

    def plain() -> dict[str, Any]:
        from ..inspect.commands_json import breakpoints_json  # only where JSON is printed

        return breakpoints_json(points)

    lines = [*(point.describe() for point in points), *([ending] if ending else [])]
    return CommandOutcome("\n".join(lines), plain=plain)


def _break(debugger: Debugger, rest: str, temporary: bool = False) -> CommandOutcome:
    place, condition = _place(debugger, rest)
    return told(debugger.breakpoints.add(place, temporary=temporary, condition=condition))


def _tbreak(debugger: Debugger, rest: str) -> CommandOutcome:
    return _break(debugger, rest, temporary=True)


def _watch(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        raise CommandError(
            tr("watch what? (a kernel variable, a part of the state such as memblock.reserved, an address)")
        )
    # Where it is said that the address is what counts (-l), the address is what is watched here anyway.
    return _break(debugger, f"watch:{_LOCATION.sub('', rest)}")


def _dprintf(debugger: Debugger, rest: str) -> CommandOutcome:
    found = _MESSAGE.fullmatch(rest)
    if found is None:
        raise CommandError(tr('a log point reads like: dprintf op:reserve if size > 1M, "{size} at {base}"'))
    place, condition = _place(debugger, found[1].strip())
    return told(debugger.breakpoints.add(place, condition=condition, message=found[2]))


def _edit(debugger: Debugger, rest: str) -> CommandOutcome:
    number, _, place = rest.partition(" ")
    if not number or not place.strip():
        raise CommandError(
            tr('edit reads like: edit 2 memblock_reserve if size >= 1M (and, "{size}" to print)')
        )
    found = _MESSAGE.fullmatch(place)
    message = found[2] if found else None
    spec, condition = _place(debugger, (found[1] if found else place).strip())
    points = debugger.breakpoints
    return told(points.edit(count(number), spec, condition=condition, message=message))


def edit_line(point: Breakpoint) -> str:
    """The command that edits a breakpoint, as it would leave it unchanged."""
    condition = f" if {point.condition}" if point.condition else ""
    message = f', "{point.message.text}"' if point.message else ""
    return f"edit {point.number} {point.spec}{condition}{message}"


def _edit_lines(debugger: Debugger) -> list[str]:
    return [edit_line(point).removeprefix("edit ") for point in debugger.breakpoints.all()]


def _condition(debugger: Debugger, rest: str) -> CommandOutcome:
    number, _, condition = rest.partition(" ")
    if not number:
        raise CommandError(tr("the condition of which breakpoint?"))
    meant = breakpoint_number(debugger, number)
    debugger.breakpoints.set_condition(meant, condition)
    return told(debugger.breakpoints.get(meant))


def _ignore(debugger: Debugger, rest: str) -> CommandOutcome:
    words = rest.split()
    if len(words) != 2:
        raise CommandError(tr("ignore takes the number of a breakpoint and how many times"))
    meant = breakpoint_number(debugger, words[0])
    debugger.breakpoints.set_ignore(meant, count(words[1]))
    return told(debugger.breakpoints.get(meant))


BREAK_HELP = translatable("""stop at a place, under a condition
PLACE is one of
  NAME            a function is entered; * and ? as in file names: memblock_*; FILE:NAME: of that file
  NAME:return     it has returned
  FILE:N, N       a line of our source is about to run, as list shows it; +N and -N: from the current one
  *ADDRESS        the function whose code lies there is entered
  op:KIND         a memblock operation: add, remove, reserve, free, alloc, mark, set_node, trim or *
  log:TEXT        a kernel message
  log-level:LEVEL a message of that level or a graver one: err, warning, notice, …
  watch:NAME      what the command watch takes
  event:N         an event by its number
  nothing         the function we are in
CONDITION sees the arguments by name, function, caller (as the kernel prints it), stack, depth, event, end,
result (at :return), and the kernel's variables and macros:
  size >= 1M and caller == "alloc_large_system_hash"
  memblock.reserved.cnt > 5
  "paging_init" in stack and size > 4K
  base in [0x48000000, 0x48100000) or nid in {0, 1}
  overlaps(0x48000000, 0x48100000) and not contains(__pa(_text))""")

WATCH_HELP = translatable("""stop when a variable, a part of the state or a part of memory changes
NAME is one of
  VARIABLE                 a kernel variable: max_pfn
  TARGET                   a part of the state: memblock.reserved, page_tables.runs, a PC's e820_table
  EXPRESSION               its value: memblock.reserved.cnt, memblock.memory.regions[0].size
  ADDRESS, START-END or ADDRESS,SIZE
                           memory that anyone adds, removes, reserves, frees or maps; a virtual address that
                           is mapped
  pfn N, section N, zone NAME [of node N]""")

DPRINTF_HELP = translatable("""print a message at a place and go on
The message has expressions in braces, with a format after a colon:
  dprintf op:reserve if size > 1M, "{size} at {base:x}, asked by {caller}\"""")

COMMANDS = (
    Command(
        "break",
        ("b", "br", "bre", "brea"),
        "break [PLACE] [if CONDITION]",
        BREAK_HELP,
        _break,
        complete=function_names,
    ),
    Command(
        "tbreak",
        ("tb",),
        "tbreak [PLACE] [if CONDITION]",
        translatable("as break, but it stops once and is deleted"),
        _tbreak,
        complete=function_names,
    ),
    Command(
        "hbreak",
        (),
        "hbreak [PLACE] [if CONDITION]",
        translatable("the same as break: the recorded boot needs no hardware"),
        _break,
        complete=function_names,
    ),
    Command(
        "thbreak",
        (),
        "thbreak [PLACE] [if CONDITION]",
        translatable("the same as tbreak"),
        _tbreak,
        complete=function_names,
    ),
    Command("watch", (), "watch NAME [if CONDITION]", WATCH_HELP, _watch),
    Command("dprintf", ("logpoint",), 'dprintf PLACE [if CONDITION], "MESSAGE"', DPRINTF_HELP, _dprintf),
    Command(
        "edit",
        (),
        'edit N PLACE [if CONDITION] [, "MESSAGE"]',
        translatable("give a breakpoint another place, condition and message; Tab writes down what it has"),
        _edit,
        complete=_edit_lines,
    ),
    Command(
        "condition",
        (),
        "condition N [CONDITION]",
        translatable("give a breakpoint a condition, or none"),
        _condition,
        complete=numbers_there,
    ),
    Command(
        "ignore",
        (),
        "ignore N TIMES",
        translatable("let a breakpoint pass so many times"),
        _ignore,
        complete=numbers_there,
    ),
)

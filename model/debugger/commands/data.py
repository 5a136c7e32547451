"""Commands that look at data: print, output, bookmark, forget."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...language.words import tr, translatable
from .command import Command, CommandError, CommandOutcome
from .formatting import number_format

if TYPE_CHECKING:
    from ..debugger import Debugger

_ASSIGNMENT = re.compile(r"\$([A-Za-z_]\w*)\s*=(?!=)\s*(.*)", re.DOTALL)
MOST_SHOWN = 10
"""Values that ``show values`` shows at once, as gdb's does."""


def value_text(debugger: Debugger, source: str, value: Any, form: str) -> str:
    """The value of an expression as it is printed, in a format ("": as reads best)."""
    from ..expressions.c_text import c_text  # no first step prints

    return c_text(source, value, form, debugger.names.symbols)


def _assigned(debugger: Debugger, line: str) -> Any:
    """The value of an expression, which may be kept in a convenience variable: ``$x = 5``.  Raises
    `CommandError`, `ExpressionError`."""
    from ..expressions.values import Untold

    found = _ASSIGNMENT.fullmatch(line)
    if found is None:
        return debugger.evaluate(line)
    value = debugger.evaluate(found[2])
    try:
        debugger.names.values.set(found[1], value)
    except Untold as words:
        raise CommandError(str(words)) from None
    return value


def _print(debugger: Debugger, rest: str) -> CommandOutcome:
    form, rest = number_format(rest)
    values = debugger.names.values
    if not rest and values.last == 0:
        raise CommandError(tr("print what? (a variable, an argument, an expression with kernel macros)"))
    value = _assigned(debugger, rest or "$")
    text = value_text(debugger, rest, value, form)
    number = values.record(value)
    return CommandOutcome(f"${number} = {text}", plain=_plain(rest or "$", values.numbered(number), number))


def _output(debugger: Debugger, rest: str) -> CommandOutcome:
    form, rest = number_format(rest)
    if not rest:
        raise CommandError(tr("output what? (an expression; it is shown without a number, and is not kept)"))
    from ..expressions.values import kept

    value = _assigned(debugger, rest)
    return CommandOutcome(value_text(debugger, rest, value, form), plain=_plain(rest, kept(value), None))


def _plain(expression: str, value: Any, number: int | None) -> Callable[[], dict[str, Any]]:
    """What makes plain data of a value, with its `number` in the history."""

    def made() -> dict[str, Any]:
        from ..expressions.plain_values import expression_json  # only where JSON is printed

        return {**expression_json(expression, value), "number": number}

    return made


def set_variable(debugger: Debugger, rest: str) -> CommandOutcome:
    """``set $x = EXPRESSION``, also with gdb's word ``var``.  Raises `CommandError`, `ExpressionError`."""
    line = re.sub(r"^var(?:iable)?\s+", "", rest)
    if _ASSIGNMENT.fullmatch(line) is None:
        if line.startswith("$") and re.fullmatch(r"\$[A-Za-z_]\w*", line):
            raise CommandError(tr("set {line} to what? set {line} = EXPRESSION", line=line))
        raise CommandError(
            tr(
                "only variables of your own can be set, such as set $x = memblock.reserved.cnt: the boot is "
                "recorded; what if asks what another machine would do"
            )
        )
    _assigned(debugger, line)
    return CommandOutcome("")


def show_values(debugger: Debugger, rest: str) -> CommandOutcome:
    """The last values that were printed, or those around a number.  Raises `CommandError`."""
    values = debugger.names.values
    if rest and not rest.isdecimal():
        raise CommandError(tr('"{rest}" is not the number of a value', rest=rest))
    last = min(int(rest[:12]) + MOST_SHOWN // 2, values.last) if rest else values.last
    lines: list[str] = []
    from ..expressions.values import Untold

    for number in range(max(last - MOST_SHOWN, 0) + 1, last + 1):
        try:
            lines.append(f"${number} = {value_text(debugger, '', values.numbered(number), '')}")
        except Untold:
            continue
    return CommandOutcome("\n".join(lines) or tr("nothing was printed yet"))


def show_convenience(debugger: Debugger, rest: str) -> CommandOutcome:
    """The convenience variables, the newest first."""
    variables = debugger.names.values.variables
    lines = [f"${name} = {value_text(debugger, '', value, '')}" for name, value in [*variables.items()][::-1]]
    return CommandOutcome(
        "\n".join(lines) or tr("no convenience variable is set; set $x = EXPRESSION sets one")
    )


SHOWN = {"values": show_values, "convenience": show_convenience}
"""What ``show`` shows of data."""


# ---- bookmarks ----


def _bookmark(debugger: Debugger, rest: str) -> CommandOutcome:
    name = rest or str(len(debugger.bookmarks) + 1)
    if name.lstrip("+-").isdecimal() and rest:
        raise CommandError(
            tr("the name of a bookmark is not a number: goto could not tell it from a position")
        )
    name = rest or f"bookmark{len(debugger.bookmarks) + 1}"
    debugger.bookmarks[name] = debugger.position
    return CommandOutcome(tr("{name}: position {position}", name=name, position=debugger.position))


def forget(debugger: Debugger, rest: str) -> CommandOutcome:
    """Delete a bookmark.  Raises `CommandError`."""
    if debugger.bookmarks.pop(rest, None) is None:
        known = ", ".join(sorted(debugger.bookmarks)) or "none"
        raise CommandError(tr('there is no bookmark "{rest}"; there are: {known}', rest=rest, known=known))
    return CommandOutcome(tr("bookmark {rest} is deleted", rest=rest))


def variable_names(debugger: Debugger) -> list[str]:
    """What may be printed: the kernel's variables, and its structures."""
    from ..expressions.scope import KERNEL_NAMES

    return [*debugger.state.variables, *KERNEL_NAMES]


PRINT_HELP = translatable("""the value of an expression; /x /d /u /t /o /c /a /z as in gdb, /s a size
EXPRESSION has the current function's arguments, kernel variables, symbols and macros, and the kernel's own
structures with their members:
  memblock.reserved.cnt, memblock.memory.regions[0].base, *memblock.reserved.regions@3
  NODE_DATA(0)->node_zones[0], mem_section[0][3], a PC's e820_table->entries[2]
  sizeof(struct page), offsetof(struct page, _refcount), (u64)x, &memblock, 'c', 0x1UL
Each value has a number: $1, $2; $ is the last, $$ the one before, $x a variable that set $x = 5 has set.
More functions, of this boot up to where one stands:
  size(x), count(x), last(x)     bytes of regions; how many there are; the last: size(memblock.reserved)
  where(x, "NAME", VALUE)        its parts that have a value: where(e820_table, "type", "E820_TYPE_RAM")
  either(holds, x, y)            x if something holds, else y
  owner(ADDRESS), owned("TEXT")  who has an address; the bytes of those whose name has TEXT
  free()                         bytes of RAM that nobody has
  mapped(), mapped(2M), tables() bytes that the kernel maps, by entries of one size; pages of its tables
  entry(VIRTUAL)                 bytes of the entry that maps a virtual address, 0: none does
  tree("ROOT")                   another tree of page tables: size(tree("ROOT").runs), entry(VIRTUAL, "ROOT")
  zone("DMA"), zone("Normal", 1) a zone of node 0, or of another
  calls("FUNCTION")              how often it was called
  argument("FUNCTION", "NAME")   of its last call; result("FUNCTION") is what it returned last
  line("TEXT")                   the last line of the log that has TEXT
  since("6.6")                   whether the kernel is of that release or a later one
and the names phase, machine, release, arch, pages_of_ram (of memblock.memory).""")

COMMANDS = (
    Command(
        "print",
        ("p", "inspect"),
        "print[/FORMAT] EXPRESSION",
        PRINT_HELP,
        _print,
        complete=variable_names,
    ),
    Command(
        "output",
        (),
        "output[/FORMAT] EXPRESSION",
        translatable("the same without a number, and nothing is kept"),
        _output,
        complete=variable_names,
    ),
    Command(
        "bookmark", (), "bookmark [NAME]", translatable("give this position a name, for goto"), _bookmark
    ),
    Command(
        "forget",
        (),
        "forget NAME",
        translatable("delete a bookmark"),
        forget,
        complete=lambda debugger: list(debugger.bookmarks),
    ),
)

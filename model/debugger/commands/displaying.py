"""Commands about displays, expressions that are shown again after each move: display and undisplay; and what
enable, disable and info do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...language.words import tr, translatable
from ..expressions.lexer import ExpressionError
from .command import Command, CommandError, CommandOutcome
from .data import value_text, variable_names
from .formatting import number_format

if TYPE_CHECKING:
    from ..debugger import Debugger
    from ..displays import Display


def _displayed(debugger: Debugger) -> CommandOutcome:
    return CommandOutcome("\n".join(display_lines(debugger)), plain=lambda: displays_json(debugger))


def display_lines(debugger: Debugger) -> list[str]:
    """The displays with their values here; where there is none, what is wrong."""
    if not len(debugger.displays):
        return []

    def value(display: Display) -> str:
        try:
            return value_text(debugger, display.text, debugger.evaluate(display.text), display.form)
        except ExpressionError as error:
            return f"<{error}>"

    return list(debugger.displays.lines(value))


def _display(debugger: Debugger, rest: str) -> CommandOutcome:
    form, rest = number_format(rest)
    if not rest:
        return _displayed(debugger)
    from ..expressions.lexer import UnknownName
    from ..expressions.parser import Expression

    Expression.parse(rest)
    try:
        debugger.evaluate(rest)
    except UnknownName as error:
        functions = debugger.trace.functions
        if not any(f"'{name}'" in str(error) for each in functions for name in each.parameters):
            raise
    try:
        added = debugger.displays.add(rest, form)
    except ValueError as error:
        raise CommandError(str(error)) from None
    line = next(line for line in display_lines(debugger) if line.startswith(f"{added.number}:"))
    return CommandOutcome(line, plain=lambda: displays_json(debugger))


def undisplay(debugger: Debugger, rest: str) -> CommandOutcome:
    """Delete displays, all if none is named.  Raises `CommandError`."""
    if not rest:
        debugger.displays.remove()
        return CommandOutcome(tr("nothing is displayed any more"))
    numbers = _display_numbers(debugger, rest)
    for number in numbers:
        debugger.displays.remove(number)
    return CommandOutcome(tr("display {known} is deleted", known=", ".join(map(str, numbers))))


def enable_display(debugger: Debugger, rest: str) -> CommandOutcome:
    """Show displays again after moves, all if none is named.  Raises `CommandError`."""
    return _enabled(debugger, rest, True)


def disable_display(debugger: Debugger, rest: str) -> CommandOutcome:
    """Show displays no longer, and keep them.  Raises `CommandError`."""
    return _enabled(debugger, rest, False)


def _enabled(debugger: Debugger, rest: str, is_enabled: bool) -> CommandOutcome:
    numbers = _display_numbers(debugger, rest) or [each.number for each in debugger.displays.all()]
    if not numbers:
        raise CommandError(tr("there are no displays; display EXPRESSION adds one"))
    for number in numbers:
        debugger.displays.enable(number, is_enabled)
    told = ", ".join(map(str, numbers))
    if is_enabled:
        return CommandOutcome(tr("display {known} is enabled", known=told))
    return CommandOutcome(tr("display {known} is disabled", known=told))


def _display_numbers(debugger: Debugger, rest: str) -> list[int]:
    """The numbers of displays that there are.  Raises `CommandError`."""
    known = {each.number for each in debugger.displays.all()}
    numbers: list[int] = []
    for word in rest.replace(",", " ").split():
        first, dash, last = word.partition("-")
        if not all(part.isdecimal() and len(part) < 10 for part in ((first, last) if dash else (first,))):
            raise CommandError(tr('"{word}" is not the number of a display', word=word))
        wanted = [each for each in sorted(known) if int(first) <= each <= int(last or first)]
        if not wanted:
            raise CommandError(
                tr("there is no display {word}; info display lists those there are", word=word)
            )
        numbers += wanted
    return list(dict.fromkeys(numbers))


def info_display(debugger: Debugger, rest: str) -> str:
    """The displays, as gdb lists them."""
    lines = [
        f"{each.number}:   {'y' if each.is_enabled else 'n'}  {each.words}"
        for each in debugger.displays.all()
    ]
    head = [tr("Auto-display expressions now in effect:"), tr("Num Enb Expression")]
    return "\n".join([*head, *lines]) if lines else tr("there are no displays; display EXPRESSION adds one")


def displays_json(debugger: Debugger, rest: str = "") -> dict[str, Any]:
    """The displays as plain data, those that are enabled with their values."""
    from ..expressions.plain_values import expression_json  # only where JSON is printed

    found: list[dict[str, Any]] = []
    for each in debugger.displays.all():
        told = {"number": each.number, "expression": each.text, "enabled": each.is_enabled, "value": None}
        if each.is_enabled:
            try:
                told |= {"value": expression_json(each.text, debugger.evaluate(each.text))["value"]}
            except ExpressionError as error:
                told |= {"error": str(error)}
        found.append(told)
    return {"kind": "displays", "displays": found}


COMMANDS = (
    Command(
        "display",
        (),
        "display[/FORMAT] [EXPRESSION]",
        translatable("show an expression after each move; alone: all of them now"),
        _display,
        complete=variable_names,
    ),
    Command(
        "undisplay",
        (),
        "undisplay [N]",
        translatable("delete displays, all if none is named"),
        undisplay,
        complete=lambda debugger: [str(each.number) for each in debugger.displays.all()],
    ),
)

"""Commands that look at data: print, bookmark, forget."""

from __future__ import annotations

from ...text.formats import FORMATS, formatted
from ..debugger import Debugger
from .command import Command, CommandError, CommandOutcome


def _print(debugger: Debugger, rest: str) -> CommandOutcome:
    form = ""
    if rest.startswith("/"):
        form, _, rest = rest[1:].partition(" ")
        if form not in FORMATS:
            known = ", ".join(f"/{letter} ({name})" for letter, name in FORMATS.items())
            raise CommandError(f'there is no format "/{form}"; there are {known}')
    if not rest.strip():
        raise CommandError("print what? (a variable, an argument, an expression with kernel macros)")
    return CommandOutcome(formatted(rest, debugger.evaluate(rest), form))


def _bookmark(debugger: Debugger, rest: str) -> CommandOutcome:
    name = rest or str(len(debugger.bookmarks) + 1)
    if name.lstrip("+-").isdecimal() and rest:
        raise CommandError("the name of a bookmark is not a number: goto could not tell it from a position")
    name = rest or f"bookmark{len(debugger.bookmarks) + 1}"
    debugger.bookmarks[name] = debugger.position
    return CommandOutcome(f"{name}: position {debugger.position}")


def forget(debugger: Debugger, rest: str) -> CommandOutcome:
    """Delete a bookmark.  Raises `CommandError`."""
    if debugger.bookmarks.pop(rest, None) is None:
        known = ", ".join(sorted(debugger.bookmarks)) or "none"
        raise CommandError(f'there is no bookmark "{rest}"; there are: {known}')
    return CommandOutcome(f"bookmark {rest} is deleted")


def _variables(debugger: Debugger) -> list[str]:
    return [*debugger.state.variables]


COMMANDS = (
    Command(
        "print",
        ("p",),
        "print[/FORMAT] EXPRESSION",
        "the value of an expression; /x /d /s /t /o",
        _print,
        complete=_variables,
    ),
    Command("bookmark", (), "bookmark [NAME]", "give this position a name, for goto", _bookmark),
    Command(
        "forget",
        (),
        "forget NAME",
        "delete a bookmark",
        forget,
        complete=lambda debugger: list(debugger.bookmarks),
    ),
)

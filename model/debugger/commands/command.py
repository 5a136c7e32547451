"""What a command of the debugger's command line is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from ...language.words import tr
from ..debugger import Debugger
from ..inspect.answers import Answer


class CommandError(ValueError):
    """What is wrong with a command, in one sentence."""


class CommandOutcome(Struct, frozen=True):
    """What a command has to say, and the same as values if it is about memory.  `failed` is that of a check
    which does not hold; text that `goes_on` ends its own lines, and one that `is_whole` tells
    of every move in it."""

    text: str
    quit: bool = False
    answer: Answer | None = None
    failed: bool = False
    goes_on: bool = False
    is_whole: bool = False
    plain: Callable[[], dict[str, Any]] | None = None
    """Makes the same as plain data for JSON, of what it says that is no `answer`."""


class Command(Struct, frozen=True):
    """One command: its name, other names, how it is written, what it does in a line, and the function that
    takes the rest of the line.  An empty line does those again that repeat; `complete` offers what may
    follow."""

    name: str
    aliases: tuple[str, ...]
    usage: str
    help: str
    function: Callable[[Debugger, str], CommandOutcome]
    repeats: bool = False
    complete: Callable[[Debugger], Iterable[str]] | None = None
    again: str = ""
    """What an empty line does where that is not the same line again."""


def count(words: str, default: int = 1) -> int:
    """The count that follows a command.  Raises `CommandError`."""
    if not words:
        return default
    try:
        return int(words, 0)
    except ValueError:
        raise CommandError(tr('"{words}" is not a number', words=words)) from None


def function_names(debugger: Debugger) -> Iterable[str]:
    """The functions that this boot calls."""
    return {function.name for function in debugger.occurrences.called()}

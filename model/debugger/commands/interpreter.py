"""The command line of the debugger, as gdb has it: one table of commands, and what reads a line by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ...base.units import shortened
from ..breakpoints.locations import BreakpointError
from ..debugger import Debugger
from ..expressions.lexer import ExpressionError
from ..inspect.answers import Answer
from . import breakpoints as commands_breakpoints
from . import data as commands_data
from . import info as commands_info
from . import memory as commands_memory
from . import stepping as commands_move
from . import types as commands_types
from .command import Command, CommandError, CommandOutcome
from .info import TOPICS, Topic

LONGEST_LINE = 4000
"""Characters of the longest command."""


class Result(Struct, frozen=True):
    """What a command said, and what it did: whether it moved, asks to quit, or was wrong.  `answer` is there
    for questions about memory."""

    text: str
    moved: bool = False
    quit: bool = False
    error: bool = False
    answer: Answer | None = None


class CommandInterpreter:
    """Executes command lines on a debugger.  `history` holds every line that was given.

    `more` are commands and `topics` topics of ``info`` beside those that a debugger alone can answer.
    """

    def __init__(
        self, debugger: Debugger, more: Sequence[Command] = (), topics: Mapping[str, Topic] | None = None
    ) -> None:
        self.debugger = debugger
        self.history: list[str] = []
        self._repeat = ""
        own = (
            Command(
                "help", ("h", "?"), "help [COMMAND]", "what there is, or what one command does", self._help
            ),
            Command(
                "history",
                (),
                "history [N|PLACE]",
                "the last lines given, or all that happened to an address, a range, section N, zone NAME",
                self._show_history,
            ),
            Command(
                "quit", ("q", "exit"), "quit", "leave", lambda debugger, rest: CommandOutcome("", quit=True)
            ),
        )
        tables = (
            commands_move.COMMANDS,
            commands_breakpoints.COMMANDS,
            commands_data.COMMANDS,
            commands_types.COMMANDS,
            commands_memory.COMMANDS,
            (commands_info.info_command(dict(sorted({**TOPICS, **(topics or {})}.items()))),),
            commands_info.COMMANDS,
            more,
            own,
        )
        self.commands: tuple[Command, ...] = tuple(command for table in tables for command in table)

    def execute(self, line: str) -> Result:
        """Do what a line says.  An empty one does the last movement again."""
        line = line.strip()
        if len(line) > LONGEST_LINE:
            return Result(f"a command has at most {LONGEST_LINE} characters, not {len(line)}", error=True)
        if line:
            self.history.append(line)
        else:
            line = self._repeat
        if not line:
            return Result("")
        word, rest = split_word(line)
        start, printed = self.debugger.position, len(self.debugger.breakpoints.printed)
        try:
            command = find(self.commands, word)
            outcome = command.function(self.debugger, rest)
        except (CommandError, BreakpointError, ExpressionError) as error:
            return Result(shortened(str(error)), error=True)
        if command.repeats:
            self._repeat = line
        lines = [*self.debugger.breakpoints.printed[printed:], outcome.text]
        moved = self.debugger.position != start
        if moved:
            lines += commands_data.display_lines(self.debugger)
        return Result("\n".join(lines), moved, outcome.quit, answer=outcome.answer)

    def complete(self, line: str) -> list[str]:
        """The whole lines that `line` may be the beginning of."""
        word, rest = split_word(line)
        if not rest and not line.endswith(" "):
            return sorted(command.name for command in self.commands if command.name.startswith(word))
        try:
            command = find(self.commands, word)
        except CommandError:
            return []
        if command.complete is None:
            return []
        head = line[: len(line) - len(rest)]
        return [head + words for words in sorted(command.complete(self.debugger)) if words.startswith(rest)]

    def _help(self, debugger: Debugger, rest: str) -> CommandOutcome:
        if rest:
            command = find(self.commands, rest)
            names = f"  (also: {', '.join(command.aliases)})" if command.aliases else ""
            return CommandOutcome(f"{command.usage}{names}\n{command.help}")
        width = max(len(command.usage) for command in self.commands)
        return CommandOutcome(
            "\n".join(
                f"{command.usage:{width}}  {command.help.splitlines()[0]}"
                + (f"  ({', '.join(command.aliases)})" if command.aliases else "")
                for command in self.commands
            )
        )

    def _show_history(self, debugger: Debugger, rest: str) -> CommandOutcome:
        if rest and not (rest.isdecimal() and len(rest) <= 4):
            return commands_memory.history_of_memory(debugger, rest)
        count = int(rest) if rest else 20
        first = max(len(self.history) - count, 0)
        return CommandOutcome(
            "\n".join(f"{number:5}  {line}" for number, line in enumerate(self.history[first:], first + 1))
        )


def split_word(line: str) -> tuple[str, str]:
    """The command word of a line and what follows; ``print/x`` and ``p/x`` leave the format to what
    follows."""
    word = line.split(maxsplit=1)[0] if line.split() else ""
    slash = word.find("/")
    if slash > 0:
        word = word[:slash]
    return word, line.strip()[len(word) :].lstrip()


OF_GDB = {
    "up": "info frame N tells of a caller, and the source pane looks outward at it",
    "down": "info frame N tells of a caller, and the source pane comes back inward",
    "frame": "info frame N tells of an open function, backtrace lists them",
    "list": "the source pane shows the function you are in",
    "rbreak": "break takes patterns: break memblock_*",
    "rwatch": "reading leaves no event: watch stops at changes",
    "awatch": "reading leaves no event: watch stops at changes",
    "catch": "break log-level:warning stops at warnings, break log:TEXT at a message",
    "stepi": "event is the smallest step",
    "nexti": "event is the smallest step",
    "call": "print tells the value of an expression",
    "jump": "goto POSITION goes anywhere, and nothing is executed twice",
}
"""Commands of gdb that there are none of, and what does instead."""


def find(commands: tuple[Command, ...], word: str) -> Command:
    """The command of that name or alias, or the only one that begins like that.  Raises `CommandError`."""
    for command in commands:
        if word == command.name or word in command.aliases:
            return command
    found = [command.name for command in commands if command.name.startswith(word)]
    if word in OF_GDB:
        raise CommandError(f'"{word}" is gdb\'s; here {OF_GDB[word]}')
    if not found:
        raise CommandError(f'no command "{word}"; "help" lists them')
    if len(found) > 1:
        raise CommandError(f'ambiguous command "{word}": {", ".join(sorted(found))}')
    return next(command for command in commands if command.name == found[0])

"""The command line of the debugger, as gdb has it: one table of commands, and what reads a line by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from ...base.units import shortened
from ...language.words import tr
from ..breakpoints.errors import BreakpointError
from ..debugger import Debugger
from ..expressions.lexer import ExpressionError
from ..inspect.answers import Answer
from . import break_sets as commands_break_sets
from . import breakpoints as commands_breakpoints
from . import checkpoints as commands_checkpoints
from . import data as commands_data
from . import displaying as commands_displaying
from . import frames as commands_frames
from . import info as commands_info
from . import listing as commands_listing
from . import memory as commands_memory
from . import stepping as commands_move
from . import types as commands_types
from .command import Command, CommandError, CommandOutcome
from .info import TOPICS, Topic, topic_words
from .words import helping
from .words import settings as commands_settings
from .words.lookup import find, split_word

LONGEST_LINE = 4000
"""Characters of the longest command."""
MOST_COMPLETIONS = 200


class Result(Struct, frozen=True):
    """What a command said, and what it did: whether it moved, asks to quit, or was wrong.  `answer` is there
    for questions about memory; `plain` makes plain data of other things that it says.  `failed` is that of a
    check which does not hold; text that `goes_on` ends its own lines; more lines are expected where it is
    `open`."""

    text: str
    moved: bool = False
    quit: bool = False
    error: bool = False
    answer: Answer | None = None
    failed: bool = False
    goes_on: bool = False
    open: bool = False
    plain: Callable[[], dict[str, Any]] | None = None


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
        self.topics = dict(sorted({**TOPICS, **(topics or {})}.items()))
        own = (
            Command(
                "help",
                ("h", "?"),
                "help [COMMAND|CLASS]",
                tr(
                    "what there is, or what one command does; classes are {classes}",
                    classes=", ".join(helping.CLASSES),
                ),
                self._help,
                complete=lambda debugger: [*helping.CLASSES, *(command.name for command in self.commands)],
            ),
            Command(
                "apropos",
                (),
                "apropos WORD",
                tr("the commands and topics of info that are about a word, or a regular expression"),
                self._apropos,
            ),
            Command(
                "complete",
                (),
                "complete LINE",
                tr("the lines that this may be the beginning of"),
                lambda debugger, rest: CommandOutcome("\n".join(self.complete(rest)[:MOST_COMPLETIONS])),
            ),
            Command(
                "history",
                (),
                "history [N|PLACE]",
                tr("the last lines given, or all that happened to an address, a range, section N, zone NAME"),
                self._show_history,
            ),
            Command(
                "quit", ("q", "exit"), "quit", "leave", lambda debugger, rest: CommandOutcome("", quit=True)
            ),
        )
        self.classes: dict[str, tuple[Command, ...]] = {
            "running": commands_move.COMMANDS,
            "breakpoints": (*commands_breakpoints.COMMANDS, *commands_break_sets.COMMANDS),
            "stack": commands_frames.COMMANDS,
            "files": commands_listing.COMMANDS,
            "data": (
                *commands_data.COMMANDS,
                *commands_displaying.COMMANDS,
                *commands_types.COMMANDS,
                *commands_checkpoints.COMMANDS,
            ),
            "memory": commands_memory.COMMANDS,
            "status": (commands_info.info_command(self.topics),),
            "support": (*own, *commands_settings.COMMANDS),
            "app": tuple(more),
        }
        self.commands: tuple[Command, ...] = _all_of(self.classes)

    def put(self, name: str, commands: tuple[Command, ...]) -> None:
        """Have these commands as the class of a name, instead of those it had."""
        self.classes[name] = commands
        self.commands = _all_of(self.classes)

    def execute(self, line: str) -> Result:
        """Do what a line says.  An empty one does the last movement again."""
        line = line.strip()
        if len(line) > LONGEST_LINE:
            return Result(
                tr(
                    "a command has at most {longest_line} characters, not {count}",
                    longest_line=LONGEST_LINE,
                    count=len(line),
                ),
                error=True,
            )
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
            self._repeat = command.again or line
        moved = self.debugger.position != start
        lines = [outcome.text] if outcome.is_whole else self._told(outcome.text, printed, moved)
        return Result(
            "\n".join(lines),
            moved,
            outcome.quit,
            answer=outcome.answer,
            failed=outcome.failed,
            goes_on=outcome.goes_on,
            plain=outcome.plain,
        )

    def _told(self, text: str, printed: int, moved: bool) -> list[str]:
        """What log points have printed since there were so many, what a command says, and displays after a
        move."""
        before = self.debugger.breakpoints.printed[printed:]
        if not moved:
            return [*before, text]
        return [*before, text + self.debugger.stop_place(), *commands_displaying.display_lines(self.debugger)]

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
        return CommandOutcome(helping.help_text(self.classes, rest, topic_words(self.topics)))

    def _apropos(self, debugger: Debugger, rest: str) -> CommandOutcome:
        return helping.apropos(self.commands, rest, topic_words(self.topics))

    def _show_history(self, debugger: Debugger, rest: str) -> CommandOutcome:
        if rest and not (rest.isdecimal() and len(rest) <= 4):
            return commands_memory.history_of_memory(debugger, rest)
        count = int(rest) if rest else 20
        first = max(len(self.history) - count, 0)
        return CommandOutcome(
            "\n".join(f"{number:5}  {line}" for number, line in enumerate(self.history[first:], first + 1))
        )


def _all_of(classes: Mapping[str, tuple[Command, ...]]) -> tuple[Command, ...]:
    return tuple(command for table in classes.values() for command in table)

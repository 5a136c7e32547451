"""Runs scripts on a debugger: lines and blocks, commands that a script defines, and what stops run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from ...base.errors import InputError
from ...language.words import tr
from ..breakpoints.errors import BreakpointError
from ..commands.command import Command, CommandError, CommandOutcome
from ..commands.interpreter import CommandInterpreter, Result
from ..debugger import Debugger
from ..expressions.lexer import ExpressionError
from .blocks import Block, BlockReader, Line
from .checks import COMMANDS as CHECKS
from .printing import COMMANDS as PRINTING

Item = Line | Block
Read = Callable[[str], Iterable[Line]]
"""Gives the lines of a file by its name.  Raises `InputError`."""

COMMANDS = (*CHECKS, *PRINTING)
MOST_LINES = 200_000
"""How many lines one line may lead to, by loops, stops and commands that call each other."""
MOST_TEXT = 16 << 20
"""Characters that one line may lead to."""
DEEPEST = 50
"""How deep files and commands that scripts define may call each other."""
SILENT = "silent"
DEFINED = "user-defined"
"""The class of commands that scripts define."""
TYPED = Line("")
"""A line that has no place."""
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_ARGUMENT = re.compile(r"\$arg(c|\d{1,3})\b")


class Scripts:
    """An interpreter that also takes blocks, files (`read` opens them) and commands that are defined in them.

    A breakpoint's commands run when a line moved there; one of them that moves on ends them.
    """

    def __init__(self, interpreter: CommandInterpreter, read: Read) -> None:
        self.interpreter = interpreter
        self.debugger = interpreter.debugger
        self.reader = BlockReader()
        self._read = read
        self._bodies: dict[int, list[Item]] = {}
        self._depth = self._lines = 0
        self._at_a_stop = False
        self._done = self.debugger.last
        source = Command("source", (), "source FILE", tr("do the commands in a file"), self._source)
        interpreter.put("scripts", (source, *COMMANDS))

    def execute(self, text: str, place: str = "") -> Result:
        """Do what a line says that stands at a place ("": it was typed; then an empty one repeats), or keep
        it, if it is part of a block."""
        line = Line(text, place)
        self._lines = 0
        try:
            item = self.reader.add(line)
            if item is None or (isinstance(item, Line) and item.is_empty and (place or text.strip())):
                return Result("", open=self.reader.is_open)
            return together(self._item(item, is_typed=not place), line)
        except CommandError as error:
            return Result(str(error), error=True)
        finally:
            self._done = self.debugger.last

    def run_at_stop(self) -> Result:
        """Run the commands of the stop at which somebody has arrived by another way than a line."""
        if self.debugger.last is self._done:
            return Result("")
        self._lines = 0
        try:
            return together(self._stopped(self._of_stop()), TYPED)
        except CommandError as error:
            return Result(str(error), error=True)
        finally:
            self._done = self.debugger.last

    def finish(self) -> Result:
        """No more lines come: a block that is still open is wrong."""
        if not self.reader.is_open:
            return Result("")
        head = self.reader.head
        self.reader.give_up()
        return Result(str(head.wrong(tr("{word} has no end", word=head.word))), error=True)

    # ---- lines and blocks ----

    def _items(self, items: Iterable[Item]) -> Iterator[Result]:
        for item in items:
            if isinstance(item, Block) or not item.is_empty:
                for result in self._item(item):
                    yield result
                    if result.quit:
                        return

    def _item(self, item: Item, is_typed: bool = False) -> Iterator[Result]:
        return self._block(item) if isinstance(item, Block) else self._line(item, is_typed)

    def _line(self, line: Line, is_typed: bool) -> Iterator[Result]:
        self._count(line)
        before, history = self.debugger.last, len(self.interpreter.history)
        result = self.interpreter.execute(line.text)
        if not is_typed:
            del self.interpreter.history[history:]
        if result.error:
            raise line.wrong(result.text)
        has_moved = self.debugger.last is not before
        if not has_moved or self._at_a_stop:
            yield result
            return
        items = self._of_stop()
        yield replace(result, text="") if _is_silent(items) else result
        yield from self._stopped(items)

    def _block(self, block: Block) -> Iterator[Result]:
        run = {
            "commands": self._commands,
            "define": self._define,
            "document": self._document,
            "if": self._if,
            "while": self._while,
        }
        try:
            yield from run[block.head.word](block)
        except (BreakpointError, ExpressionError) as error:
            raise block.head.wrong(str(error)) from None

    def _if(self, block: Block) -> Iterator[Result]:
        if self._holds(block):
            yield from self._items(block.body)
        else:
            yield from self._items(block.otherwise or ())

    def _while(self, block: Block) -> Iterator[Result]:
        while self._holds(block):
            self._count(block.head)
            yield from self._items(block.body)

    def _count(self, line: Line) -> None:
        self._lines += 1
        if self._lines > MOST_LINES:
            raise line.wrong(tr("this goes on and on: {most_lines} lines are done", most_lines=MOST_LINES))

    def _holds(self, block: Block) -> bool:
        if not block.head.rest:
            raise block.head.wrong(tr("{word} takes an expression", word=block.head.word))
        return bool(self.debugger.evaluate(block.head.rest))

    # ---- what stops run ----

    def _commands(self, block: Block) -> Iterator[Result]:
        points = self.debugger.breakpoints
        words = block.head.rest.split()
        if not all(word.isdecimal() and len(word) < 10 for word in words):
            raise block.head.wrong(tr("commands takes the numbers of breakpoints"))
        numbers = [int(word) for word in words] or [point.number for point in points.all()][-1:]
        if not numbers:
            raise block.head.wrong(tr("there is no breakpoint that could have commands"))
        for number in numbers:
            points.get(number).commands = tuple(_texts(block.body))
            self._bodies[number] = list(block.body)
        yield Result("")

    def _of_stop(self) -> list[Item]:
        """What the breakpoint runs at which the last move stopped."""
        return self._bodies.get(self.debugger.last.stop.breakpoint or 0, [])

    def _stopped(self, items: list[Item]) -> Iterator[Result]:
        """Run the commands of a stop, and of the stops that they lead to."""
        self._at_a_stop = True
        try:
            while items:
                before = self.debugger.last
                yield from self._until_moved(items, before)
                if self.debugger.last is before:
                    return
                items = self._of_stop()
        finally:
            self._at_a_stop = False

    def _until_moved(self, items: Sequence[Item], before: object) -> Iterator[Result]:
        for item in items:
            if isinstance(item, Line) and (item.is_empty or item.text.strip() == SILENT):
                continue
            for result in self._item(item):
                is_silent = self.debugger.last is not before and _is_silent(self._of_stop())
                yield replace(result, text="") if is_silent else result
                if result.quit:
                    return
            if self.debugger.last is not before:
                return

    # ---- files, and commands that scripts define ----

    def _source(self, debugger: Debugger, rest: str) -> CommandOutcome:
        if not rest:
            raise CommandError(tr("source which file?"))
        try:
            lines = list(self._read(rest))
        except InputError as error:
            raise CommandError(str(error)) from None
        reader = BlockReader()
        items = [item for line in lines if (item := reader.add(line)) is not None]
        if reader.is_open:
            raise reader.head.wrong(tr("{word} has no end", word=reader.head.word))
        return self._called(items)

    def _define(self, block: Block) -> Iterator[Result]:
        name = block.head.rest
        if not _NAME.fullmatch(name):
            raise block.head.wrong(tr("a command cannot be called {name!r}", name=name))
        own = next((each for each in self.interpreter.commands if name in (each.name, *each.aliases)), None)
        if own is not None and not isinstance(own, _Defined):
            raise block.head.wrong(tr("{name} is a command already", name=name))
        others = tuple(each for each in self._defined() if each is not own)
        body = list(block.body)

        def run(debugger: Debugger, rest: str) -> CommandOutcome:
            return self._called(_with_arguments(body, rest.split()))

        help = own.help if own is not None else tr("defined by a script")
        self.interpreter.put(DEFINED, (*others, _Defined(name, (), name, help, run)))
        yield Result("")

    def _document(self, block: Block) -> Iterator[Result]:
        name = block.head.rest
        own = next((each for each in self._defined() if each.name == name), None)
        if own is None:
            raise block.head.wrong(tr("no script defines {name}", name=name or tr("what this documents")))
        told = replace(own, help="\n".join(_texts(block.body)) or own.help)
        self.interpreter.put(DEFINED, tuple(told if each is own else each for each in self._defined()))
        yield Result("")

    def _defined(self) -> tuple[Command, ...]:
        return self.interpreter.classes.get(DEFINED, ())

    def _called(self, items: Sequence[Item]) -> CommandOutcome:
        if self._depth == DEEPEST:
            raise CommandError(tr("scripts call each other {deepest} deep", deepest=DEEPEST))
        self._depth += 1
        try:
            result = together(self._items(items), TYPED)
        finally:
            self._depth -= 1
        return CommandOutcome(
            result.text,
            result.quit,
            result.answer,
            result.failed,
            result.goes_on,
            is_whole=True,
            plain=result.plain,
        )


class _Defined(Command, frozen=True):
    """A command that a script defines."""


def together(results: Iterable[Result], line: Line) -> Result:
    """Several results as one, of a line.  Raises `CommandError` if they say too much."""
    text, whole, is_inside_a_line = "", Result(""), False
    for result in results:
        if result.text or result.goes_on:
            text += "\n" if text and not is_inside_a_line and not text.endswith("\n") else ""
            text += result.text
            if len(text) > MOST_TEXT:
                raise line.wrong(tr("this says more than {most_text} characters", most_text=MOST_TEXT))
            is_inside_a_line = result.goes_on
        whole = Result(
            "",
            whole.moved or result.moved,
            result.quit,
            answer=result.answer or whole.answer,
            failed=whole.failed or result.failed,
            plain=result.plain or whole.plain,
        )
    return replace(whole, text=text, goes_on=is_inside_a_line)


def _texts(items: Iterable[Item], indent: str = "") -> Iterator[str]:
    """The lines of a block as they were written, blocks in it indented."""
    for item in items:
        if isinstance(item, Line):
            yield indent + item.text.strip()
            continue
        yield indent + item.head.text.strip()
        yield from _texts(item.body, indent + "  ")
        if item.otherwise is not None:
            yield f"{indent}else"
            yield from _texts(item.otherwise, indent + "  ")
        yield f"{indent}end"


def _is_silent(items: Sequence[Item]) -> bool:
    first = items[0] if items else None
    return isinstance(first, Line) and first.text.strip() == SILENT


def _with_arguments(items: Iterable[Item], words: Sequence[str]) -> list[Item]:
    """The body of a command, with the words that it was called with."""

    def one(found: re.Match[str]) -> str:
        if found[1] == "c":
            return str(len(words))
        number = int(found[1])
        if number >= len(words):
            raise CommandError(
                tr("{found} is missing: {count} words were given", found=found[0], count=len(words))
            )
        return words[number]

    def filled(item: Item) -> Item:
        if isinstance(item, Line):
            return replace(item, text=_ARGUMENT.sub(one, item.text))
        otherwise = None if item.otherwise is None else [filled(each) for each in item.otherwise]
        head = replace(item.head, text=_ARGUMENT.sub(one, item.head.text))
        return Block(head, [filled(each) for each in item.body], otherwise)

    return [filled(item) for item in items]

"""Lines of a script, and the blocks that some of them begin: commands, define, document, if, while … end."""

from __future__ import annotations

from msgspec import Struct, field

from ...language.words import tr
from ..commands.command import CommandError
from ..commands.interpreter import split_word

OPENING = ("commands", "define", "document", "if", "while")
"""Words that begin a block."""
DEEPEST = 32
"""How deep blocks may lie in each other."""
MOST_LINES = 10_000
"""Lines of one block."""


class Line(Struct, frozen=True):
    """A line, and where it stands, such as ``boot.gdb:3`` ("" if it was typed)."""

    text: str
    place: str = ""

    @property
    def word(self) -> str:
        """Its command."""
        return split_word(self.text)[0]

    @property
    def rest(self) -> str:
        """What follows its command."""
        return split_word(self.text)[1]

    @property
    def is_empty(self) -> bool:
        """Whether it is blank, or a comment."""
        return self.text.lstrip()[:1] in ("", "#")

    def wrong(self, sentence: str) -> CommandError:
        """What is wrong with it, with its place."""
        return CommandError(f"{self.place}: {sentence}" if self.place else sentence)


class Block(Struct, frozen=True):
    """A block: the line that begins it, what it holds, and what follows ``else``."""

    head: Line
    body: list[Line | Block] = field(default_factory=lambda: list[Line | Block]())
    otherwise: list[Line | Block] | None = None


class _Open(Struct):
    """A block that is not closed yet."""

    head: Line
    body: list[Line | Block] = field(default_factory=lambda: list[Line | Block]())
    otherwise: list[Line | Block] | None = None

    def add(self, item: Line | Block) -> None:
        (self.body if self.otherwise is None else self.otherwise).append(item)

    def closed(self) -> Block:
        return Block(self.head, self.body, self.otherwise)


class BlockReader:
    """Takes lines until the block that the first of them begins is closed."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._lines = 0

    @property
    def is_open(self) -> bool:
        """Whether more lines are expected."""
        return bool(self._open)

    @property
    def head(self) -> Line:
        """The line that began the innermost block that is open."""
        return self._open[-1].head

    def give_up(self) -> None:
        """Forget what was read."""
        self._open.clear()
        self._lines = 0

    def add(self, line: Line) -> Line | Block | None:
        """One more line.  Returns what is complete now: a block, a line that is none of a block, or None.
        Raises `CommandError`; then nothing is open any more."""
        try:
            return self._add(line)
        except CommandError:
            self.give_up()
            raise

    def _add(self, line: Line) -> Line | Block | None:
        word = line.word
        if self._open and self.head.word == "document" and word != "end":
            return self._keep(line)
        if word in OPENING:
            if len(self._open) == DEEPEST:
                raise line.wrong(tr("blocks lie at most {deepest} deep in each other", deepest=DEEPEST))
            self._open.append(_Open(line))
            return None
        if word == "else":
            return self._otherwise(line)
        if word != "end" or (not self._open and line.rest):
            return self._keep(line) if self._open else line
        return self._close(line)

    def _keep(self, line: Line) -> None:
        self._lines += 1
        if self._lines > MOST_LINES:
            raise line.wrong(tr("a block has at most {most_lines} lines", most_lines=MOST_LINES))
        self._open[-1].add(line)

    def _otherwise(self, line: Line) -> None:
        if not self._open or self.head.word != "if" or self._open[-1].otherwise is not None:
            raise line.wrong(tr("else belongs into an if"))
        self._open[-1].otherwise = []

    def _close(self, line: Line) -> Line | Block | None:
        if not self._open:
            return line
        block = self._open.pop().closed()
        if self._open:
            self._open[-1].add(block)
            return None
        self._lines = 0
        return block

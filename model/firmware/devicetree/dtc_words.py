"""The words of a device tree source, from all the files it is made of.  Mirrors scripts/dtc/dtc-lexer.l and
srcpos.c.

A source may be anything, so its size, its numbers, how deep it is nested and how often it includes files all
have bounds, far beyond what any board needs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import NoReturn

from msgspec import Struct

from ...base.errors import InputError

Reader = Callable[[str], str]
"""Gives the text of an included file."""

U64 = (1 << 64) - 1
MOST_TEXT = 4 << 20
"""Characters of all files together: the kernel takes blobs of 2 MiB."""
MOST_FILES, DEEPEST_FILE = 1000, 32
"""How many files may be included, and how deep in each other."""

MARKER = re.compile(r'^#(?:line)?[ \t]+(\d{1,9})(?:[ \t]+"((?:[^"\\\n]|\\.)*)")?(?:[ \t\d]*)$', re.MULTILINE)
"""What the C preprocessor says of the line that follows: its number, and its file's name."""
BLANK = re.compile(rf"(?:\s|//[^\n]*|/\*.*?\*/|{MARKER.pattern})*", re.DOTALL | re.MULTILINE)
STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
CHARACTER = re.compile(r"'([^'\\\n]|\\[^\n]+?)'")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*(?![0-9a-zA-Z_])")
ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


class _File(Struct, eq=False):
    """A file that is being read, and how far."""

    text: str
    name: str
    at: int = 0


class Words:
    """The words of a source that begins with `text`; `include` reads the files it names."""

    def __init__(self, text: str, filename: str, include: Reader | None) -> None:
        self.include = include
        self.file = _File(text, filename)
        self.including: list[_File] = []
        self.included = 0
        self.characters = 0
        self.skipped: tuple[_File, int] | None = None
        self._count(text)

    def fail(self, what: str) -> NoReturn:
        """Refuse the source, because of what stands where it is being read."""
        raise InputError(f"{self.place()}: {what}")

    def place(self) -> str:
        """Where in which file the source is being read; if it went through the C preprocessor, in which file
        that was before."""
        name, line, start = "", 1, 0
        for marker in MARKER.finditer(self.file.text, 0, self.file.at):
            name, line, start = marker[2] or name, int(marker[1]), marker.end() + 1
        line += self.file.text.count("\n", start, self.file.at)
        original = f"{self.file.name}: {name}" if name not in ("", self.file.name) else self.file.name
        return f"{original}: line {line}"

    def at_end(self) -> bool:
        """Whether nothing follows."""
        self.skip()
        return self.file.at >= len(self.file.text)

    def skip(self) -> None:
        """Go past blanks and comments, and back to the file that included one which ends here."""
        if self.skipped == (self.file, self.file.at):
            return
        while True:
            found = BLANK.match(self.file.text, self.file.at)
            self.file.at = found.end() if found else self.file.at
            if self.file.at < len(self.file.text) or not self.including:
                self.skipped = self.file, self.file.at
                return
            self.file = self.including.pop()

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The next word, if it is like this."""
        self.skip()
        found = pattern.match(self.file.text, self.file.at)
        if found:
            self.file.at = found.end()
        return found

    def sees(self, word: str) -> bool:
        """Whether this is the next word."""
        self.skip()
        return self.file.text.startswith(word, self.file.at)

    def has(self, word: str) -> bool:
        """The same; if it is, it is taken."""
        if not self.sees(word):
            return False
        self.file.at += len(word)
        return True

    def want(self, word: str) -> None:
        """Take a word that has to be there."""
        if not self.has(word):
            rest = self.file.text[self.file.at : self.file.at + 20].split("\n")[0]
            self.fail(f"expected {word!r}, not {rest!r}" if rest else f"expected {word!r}, the source ends")

    def up_to(self, end: str) -> str:
        """What stands before the next `end`, which is taken too."""
        stop = self.file.text.find(end, self.file.at)
        if stop < 0:
            self.fail(f"expected {end!r}, the source ends")
        found = self.file.text[self.file.at : stop]
        self.file.at = stop + len(end)
        return found

    def read_include(self) -> None:
        """Go on in the file whose name follows."""
        name = self.take(STRING)
        if not name or self.include is None:
            self.fail("a file cannot be included here")
        files = [file.name for file in (*self.including, self.file)]
        # As dtc does it, beside the file that includes it.
        folder = posixpath.dirname(self.file.name) if self.including else ""
        where = posixpath.normpath(posixpath.join(folder, name[1])) if name[1] else ""
        self.included += 1
        if where in files[1:] or len(files) > DEEPEST_FILE or self.included > MOST_FILES:
            self.fail(f"{name[1]} is included again and again")
        text = self.include(where)
        self._count(text)
        self.including.append(self.file)
        self.file = _File(text, where)

    def _count(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > MOST_TEXT:
            self.fail(f"the source has more than {MOST_TEXT} characters, no board has")

    def literal(self) -> int | None:
        """The number or character that follows; None if none does."""
        if found := self.take(CHARACTER):
            value = unescaped(found[1])
            return value[0] if len(value) == 1 else self.fail(f"{found[0]} is more than one byte")
        if not (found := self.take(NUMBER)):
            return None
        digits = found[1]
        octal = len(digits) > 1 and digits[1] not in "xX" and digits[0] == "0"
        try:
            number = int(digits, 8 if octal else 0)
        except ValueError:  # a digit that is none, or more digits than Python reads
            number = U64 + 1
        if number <= U64:
            return number
        if octal and set(digits) & set("89"):
            self.fail(f"{digits[:20]} is no octal number")
        return self.fail(f"a number of {len(digits)} digits does not fit into 64 bits")


def unescaped(text: str) -> bytes:
    """The bytes of a string or a character."""

    def one(found: re.Match[bytes]) -> bytes:
        code = found[1]
        if code[:1] == b"x" and len(code) > 1:
            return bytes([int(code[1:], 16)])
        if code[:1] in b"01234567":
            return bytes([int(code, 8) & 255])
        return ESCAPES.get(code, code)

    return ESCAPE.sub(one, text.encode("utf-8", "surrogateescape"))

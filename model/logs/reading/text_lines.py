"""The lines of a text that may be of any length: in any encoding, with the line ends of any system, and
without what terminals and serial lines leave in it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from ...base.errors import InputError
from ...language.words import tr
from ..visible_text import visible
from .containers import Container, containers_of

LONGEST = 1 << 16
"""Characters of a line that are read."""
RECORD_END = re.compile(r"\},\s*\{")
"""Between records of JSON, where all of it is one line."""
SAMPLE = 1 << 16
NOT_TEXT = 20
"""Of a text, less than one byte in so many is a control character."""


def texts(pieces: Iterable[bytes], source: str) -> Iterator[str]:
    """A text in pieces of whole lines; one that is too long is cut.  Raises `InputError` if it is none."""
    decoder = None
    rest, cutting, is_one_line = "", False, False
    for piece in pieces:
        if decoder is None:
            _check(piece, source)
            decoder = codecs.getincrementaldecoder(_encoding(piece))("replace")
            is_one_line = piece.lstrip()[:1] in (b"{", b"[") and b"\n" not in piece[:LONGEST].strip()
        text = decoder.decode(piece)
        if is_one_line:
            text = RECORD_END.sub("},\n{", text)
        if cutting:
            end = text.find("\n")
            if end < 0:
                continue
            text, cutting = text[end + 1 :], False
        text = rest + text
        end = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
        if end == 0 and len(text) > 16 * LONGEST:
            end, cutting = len(text), True
        whole, rest = text[:end], text[end:]
        if whole:
            yield visible(whole)
    if rest:
        yield visible(rest)


def _encoding(start: bytes) -> str:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if start[1:SAMPLE:2].count(0) * 3 > len(start[1:SAMPLE:2]) and 0 not in start[:SAMPLE:2]:
        return "utf-16-le"
    return "utf-8"


def _check(start: bytes, source: str) -> None:
    sample = start.replace(b"\0", b"")[:SAMPLE]
    if not sample.strip():
        what = "zero bytes and no more" if b"\0" in start else "empty"
        raise InputError(
            tr("{source}: this file is {what}, a kernel log is expected", source=source, what=what)
        )
    odd = sum(sample.count(bytes([code])) for code in range(1, 32) if code not in b"\t\n\r\f\x1b\x08")
    if odd * NOT_TEXT > len(sample):
        raise InputError(tr("{source}: this is no text, a kernel log is expected", source=source))


class TextLines:
    """The lines of a text, each with its number, counted from 1; `beginning` is the first piece of it.
    `has_log` says that a line of a kernel was among them.

    `pass_to`: while it has words, lines before the next that has one of them are passed over.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = pieces
        self.pass_to: tuple[str, ...] = ()
        self.containers: tuple[Container, ...] = ()
        self.beginning = ""
        self.has_log = False
        self.number = 0
        self.cut = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for piece in self._pieces:
            self.beginning = self.beginning or piece
            self.containers = containers_of(piece, self.containers)
            at = 0
            while at < len(piece):
                if self.pass_to and not self.containers:
                    at = self._passed(piece, at)
                    if at == len(piece):
                        break
                end = piece.find("\n", at)
                end = end if end >= 0 else len(piece)
                self.number += 1
                if end - at > LONGEST:
                    self.cut += 1
                yield self.number, piece[at : min(end, at + LONGEST)]
                at = end + 1

    def _passed(self, piece: str, at: int) -> int:
        """Where the next line begins that has one of the words, the end if none has."""
        found = min((place for word in self.pass_to if (place := piece.find(word, at)) >= 0), default=-1)
        start = piece.rfind("\n", at, found) + 1 or at if found >= 0 else len(piece)
        self.number += piece.count("\n", at, start)
        return start

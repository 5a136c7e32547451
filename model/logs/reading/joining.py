"""Lines that were wrapped are joined; rows that the kernel prints without a time of their own, remarks that
somebody wrote between lines, and comments behind them are told from pieces of lines.

In a log whose lines have stamps, one without a stamp is the rest of the line before it, a row of a print of
several lines, or no line of the kernel.  In one without stamps only what completes a known line is joined.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from msgspec import Struct, field

from ..grammar.understand import is_whole
from ..log_line import LogLine
from .pieces import Piece
from .prefixes import Stripped, stripped

FEW_STAMPS = 15
"""A log has stamps if one line in so many has one: the others may be pieces of wrapped lines."""
MOST_PIECES = 6
"""Pieces of a line for which all ways of joining are tried."""
MOST_WAYS = 24
MOST_EFFORT = 60_000
"""How often it is found out whether a text is a known line."""
WIDEST = 132
PART_OF_TIME = re.compile(r"\[ *\d*\.?\d*\]?")
TERMINALS = (80, 100, 120, 132, 160)
"""How many columns terminals have."""
MARGIN = 12
"""Wrapped lines are not longer than a terminal or a mail, and most end less than a word before it."""
UNBOUNDED = re.compile(r"\s*(?:Linux version |(?:Kernel c|C)ommand line: |efi: .*=)")
"""Lines that end with anything."""
MAY_BEGIN = re.compile(r"\s*[\w.]+[\w :.-]*[:\[ ]")
MAY_END = re.compile(r"\s*\S")
TOP = re.compile(
    r"\s*(?:Linux version|Booting Linux|Zone (?:PFN )?ranges:|MEMBLOCK configuration:|Kernel command line:|"
    r"Memory: \d|memblock_(?:reserve|add|alloc)|Movable zone start|Early memory |Determined physical)"
)
"""Lines that the kernel does not indent."""
COMMENT = re.compile(
    r"\s+(?=<-|<=|<<|//|#|/\*|←|--|\*\*|\^|\((?:(?:I|we|here|this|note|see|my|added)\b|[A-Z][a-z]+ ))",
    re.IGNORECASE,
)
"""Where a comment behind a line may begin."""
EXACT, TIGHT, SPACED = "exact", "tight", "spaced"
JOINTS: dict[str, Callable[[str, str], str]] = {
    EXACT: lambda before, after: before + after,
    TIGHT: lambda before, after: before.rstrip() + after.lstrip(),
    SPACED: lambda before, after: f"{before.rstrip()} {after.lstrip()}",
}
"""How two pieces are put together: wrapping takes a blank away, adds some at an end, or does neither."""


class Joined(Struct):
    """The lines of a log, and what was done to get them: `wrapped` lines were joined, `remarks` are the
    numbers of lines that are left out, `comments` of those behind which something is."""

    lines: list[LogLine] = field(default_factory=list[LogLine])
    gaps: set[int] = field(default_factory=set[int])
    wrapped: int = 0
    remarks: list[int] = field(default_factory=list[int])
    comments: list[int] = field(default_factory=list[int])


def joined(pieces: Sequence[Piece]) -> Joined:
    """The lines of one boot's pieces."""
    return _Joiner(pieces).run()


class _Joiner:
    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._has_stamps = sum(one.is_stamped for one in pieces) * FEW_STAMPS >= len(pieces)
        self._pieces = list(dedented(list(with_whole_times(pieces)), self._has_stamps))
        self._found = Joined()
        self._votes = Counter[str]()
        self._effort = MOST_EFFORT
        self._is_after_cut = False
        self._joint = _usual_joint(self._pieces)

    def run(self) -> Joined:
        groups = [group for group in self._groups() if group]
        for group in groups:
            for before, after in pairwise(group):
                self._vote(before.text, after.text)
        if self._votes:
            self._joint = self._votes.most_common(1)[0][0]
        for group in groups:
            self._resolve(group)
        return self._found

    def _groups(self) -> Iterator[list[Piece]]:
        """Pieces that may be of one line: neither a blank line nor a cut is between them, nor a stamp."""
        group: list[Piece] = []
        for piece in self._pieces:
            if piece.is_stamped or piece.is_apart or piece.is_after_cut:
                yield group
                group = []
            group.append(piece)
        yield group

    def _is_whole(self, text: str) -> bool:
        """Whether a text is a known line; nothing is, once it took too long to find out."""
        self._effort -= 1
        return self._effort > 0 and is_whole(text.rstrip())

    def _vote(self, before: str, after: str) -> None:
        """How lines were wrapped shows where only one way to join them makes a known line."""
        if before[-1:].isspace() or after[:1].isspace() or self._is_whole(before):
            return
        tight = self._is_whole(before + after)
        if tight != self._is_whole(f"{before} {after}"):
            self._votes[TIGHT if tight else SPACED] += 1

    def _resolve(self, group: list[Piece]) -> None:
        """The lines in pieces that may be of one."""
        at = 0
        while at < len(group):
            end, text = self._known(group, at)
            if end == at and not group[at].text.strip():
                at += 1  # the kernel said nothing, and what follows has no beginning
                continue
            if end == at:
                end, text = self._unknown(group, at)
            if text.strip():
                self._emit(group[at:end], text)
            at = end

    def _known(self, group: list[Piece], at: int) -> tuple[int, str]:
        """The known line that begins with a piece: where it ends, and its text; or `at` and ""."""
        piece = group[at]
        if len(group) == 1 and piece.is_stamped:
            return at + 1, piece.text
        best = (at + 1, piece.text) if self._is_whole(piece.text) else (at, "")
        tried = [piece.text]
        if best[0] == at and not (piece.is_stamped or MAY_BEGIN.match(piece.text)):
            return best
        for end in range(at + 1, len(group)):
            after = group[end].text
            is_known = best[0] == end
            if is_known and (
                self._is_whole(after) or not (self._has_stamps or self._is_full(group[end - 1], after))
            ):
                break
            if not is_known and end - at >= MOST_PIECES:
                break
            tried = self._ways(tried, after)
            whole = next((text for text in tried if self._is_whole(text)), None)
            if whole is not None:
                best = (end + 1, whole)
                tried = [whole, *tried][:MOST_WAYS]
            elif is_known and not MAY_END.match(after):
                break
        return best

    def _ways(self, texts: list[str], after: str) -> list[str]:
        """All texts with one more piece, the likeliest first."""
        ways = dict.fromkeys(
            JOINTS[joint](text, after) for joint in self._likely(texts[0], after) for text in texts
        )
        return list(ways)[:MOST_WAYS]

    def _likely(self, before: str, after: str) -> tuple[str, ...]:
        if before[-1:].isspace() or after[:1].isspace():
            return EXACT, SPACED, TIGHT
        return (TIGHT, SPACED) if self._joint == TIGHT else (SPACED, TIGHT)

    def _unknown(self, group: list[Piece], at: int) -> tuple[int, str]:
        """A line of a form that is not known, from a piece on: where it ends, and its text, "" if it is none
        of the kernel's."""
        piece = group[at]
        if not self._has_stamps:
            return self._unfinished(group, at) if UNBOUNDED.match(piece.text) else (at + 1, piece.text)
        if not piece.is_stamped:
            self._found.remarks.append(piece.number)
            self._is_after_cut = self._is_after_cut or piece.is_after_cut
            return at + 1, ""
        end, text = at + 1, piece.text
        while end < len(group) and not self._is_whole(group[end].text):
            after = group[end].text
            text = JOINTS[self._likely(text, after)[0]](text, after)
            end += 1
        return end, text

    def _unfinished(self, group: list[Piece], at: int) -> tuple[int, str]:
        """A line that has no known end, as long as lines are so full that they may have been wrapped."""
        end, text = at + 1, group[at].text
        while end < len(group) and self._is_full(group[end - 1], group[end].text):
            after = group[end].text
            if self._is_whole(after):
                break
            text = JOINTS[self._likely(text, after)[0]](text, after)
            end += 1
        return end, text

    def _is_full(self, piece: Piece, after: str) -> bool:
        """Whether a line goes so far that the first word of the next did not fit any more."""
        word = after.split(maxsplit=1)[0]
        return piece.length + 1 + len(word) > self._width > 0

    @cached_property
    def _width(self) -> int:
        """Where lines are wrapped, 0 if they are not: many lines come near it, none goes further."""
        lengths = [piece.length for piece in self._pieces]
        longest = max(lengths)
        near = sum(longest - length < MARGIN for length in lengths)
        return longest if longest < WIDEST and near > 2 and near * 10 > len(lengths) else 0

    def _emit(self, pieces: list[Piece], text: str) -> None:
        first, last = pieces[0], pieces[-1]
        text = text.rstrip()
        time = next((one.time for one in pieces if one.time is not None), None)
        if len(pieces) > 1:
            self._found.wrapped += 1
        elif (comment := _comment(text)) is not None:
            text = text[:comment]
            self._found.comments.append(first.number)
        if first.is_after_cut or self._is_after_cut:
            self._found.gaps.add(first.number)
            self._is_after_cut = False
        self._found.lines.append(LogLine(text, first.number, time, last.number + last.lines - first.number))


def _comment(text: str) -> int | None:
    """Where a comment begins behind a known line, None if there is none."""
    if is_whole(text):
        return None  # a form that has room for it
    return next((at.start() for at in COMMENT.finditer(text) if is_whole(text[: at.start()])), None)


def _usual_joint(pieces: Sequence[Piece]) -> str:
    """How lines are joined if nothing else shows it.  Those that all end at the same column were cut there;
    and so were those after which the next word would have had room, which nobody wraps at a blank."""
    wrapped = [(a, b) for a, b in pairwise(pieces) if not (b.is_stamped or b.is_apart)]
    if not wrapped:
        return SPACED
    lengths = Counter(before.length for before, _ in wrapped)
    length, count = lengths.most_common(1)[0]
    is_alike = count * 5 > 3 * len(wrapped) and (count > 1 or length in TERMINALS)
    room = sum(before.length + 1 + len(after.text.split()[0]) <= max(lengths) for before, after in wrapped)
    return TIGHT if is_alike or room * 2 > len(wrapped) else SPACED


def with_whole_times(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces, but where a line was wrapped inside the kernel's time both parts of it are one."""
    begun: Piece | None = None
    for piece in pieces:
        if begun is not None and not piece.is_stamped:
            # the blank behind the time is not the line's
            is_timed = begun.time is not None
            whole = (
                Stripped(piece.text.removeprefix(" "), begun.time)
                if is_timed
                else stripped(begun.text + piece.text)
            )
            if whole.time is not None:
                lines = piece.number + piece.lines - begun.number
                begun = begun._replace(text=whole.text, time=whole.time, lines=lines, length=piece.length)
                yield begun
                begun = None
                continue
        if begun is not None:
            yield begun
            begun = None
        if piece.is_stamped and (
            not piece.text if piece.time is not None else PART_OF_TIME.fullmatch(piece.text)
        ):
            begun = piece
        else:
            yield piece
    if begun is not None:
        yield begun


def dedented(pieces: Sequence[Piece], has_stamps: bool) -> Iterator[Piece]:
    """Pieces without the blanks that they have because the whole text is indented, or because ``dmesg`` puts
    the rows of a print below the first one's text."""
    indents = Counter(
        one.indent for one in pieces if one.is_stamped or (not has_stamps and TOP.match(one.text))
    )
    base = indents.most_common(1)[0][0] if indents else ""
    width = 0
    for piece in pieces:
        if piece.is_stamped:
            width = piece.width - len(base)
            yield piece
            continue
        text = piece.text
        if base and piece.indent:
            taken = len(base) if piece.indent.startswith(base) else len(piece.indent)
            text = text[min(taken, len(base)) :]
        if width and text[:width].isspace() and len(text) > width:
            text = text[width:]
        yield piece._replace(text=text)

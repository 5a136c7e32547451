"""Regular expressions that people type, matched in a time that the pattern cannot make long.

What ``re`` does with ``(a*)*b`` may take for ever.  Here a pattern is followed through a name at all its
places at once, so that a match takes at most characters times places steps.  Known are literals, ``.``,
``[…]``, ``\\w`` and its like, ``^``, ``$``, ``\\b``, ``|``, groups, ``*``, ``+``, ``?`` and ``{m,n}``;
nothing is captured, so nothing refers back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ..language.words import tr

LONGEST = 200
"""Characters of the longest pattern."""
DEEPEST = 20
MOST_TIMES = 50
"""The largest number of a ``{m,n}``."""
MOST_STEPS = 2000
"""Steps that a pattern may come to when its ``{m,n}`` are written out."""

_ATOM = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[wWdDsS.\-^$*+?{}()|\[\]\\/_#&:,]|[^\\()|*+?{}\[\]^$]")
_TIMES = re.compile(r"\{(\d{0,3})(,?)(\d{0,3})\}")

Ends = Callable[[str, frozenset[int]], frozenset[int]]
"""Where a part of a pattern may end in a text, given where it may begin."""


class PatternError(ValueError):
    """What is wrong with a regular expression, in one sentence."""


class Pattern:
    """A regular expression that is looked for anywhere in a text, as ``re.search`` does."""

    def __init__(self, text: str) -> None:
        """Read a pattern.  Raises `PatternError`."""
        if len(text) > LONGEST:
            raise PatternError(
                tr(
                    "a pattern has at most {longest} characters, not {count}",
                    longest=LONGEST,
                    count=len(text),
                )
            )
        self.text = text
        self._at = 0
        self._depth = 0
        self._ends, _ = self._choices()
        if self._at < len(text):
            raise self._wrong(tr("a ) without its ("))

    def matches(self, text: str) -> bool:
        """Whether it is found in a text."""
        return bool(self._ends(text, frozenset(range(len(text) + 1))))

    def _wrong(self, why: str) -> PatternError:
        return PatternError(
            tr(
                "{text!r} is no regular expression: {why} at column {at}",
                text=self.text,
                why=why,
                at=self._at + 1,
            )
        )

    def _peek(self) -> str:
        return self.text[self._at : self._at + 1]

    # Every part comes with the number of its steps.

    def _choices(self) -> tuple[Ends, int]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(tr("more than {deepest} brackets in each other", deepest=DEEPEST))
        found = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            found.append(self._sequence())
        self._depth -= 1
        ways, steps = [ends for ends, _ in found], sum(steps for _, steps in found)
        if len(ways) == 1:
            return ways[0], steps
        return lambda text, starts: frozenset[int]().union(*(way(text, starts) for way in ways)), steps

    def _sequence(self) -> tuple[Ends, int]:
        parts: list[Ends] = []
        total = 0
        while self._peek() not in ("", "|", ")"):
            part, steps = self._repeated(*self._single())
            parts.append(part)
            total += steps
            if total > MOST_STEPS:
                raise self._wrong(tr("too much is repeated"))

        def ends(text: str, starts: frozenset[int]) -> frozenset[int]:
            for part in parts:
                starts = part(text, starts)
            return starts

        return ends, total

    def _single(self) -> tuple[Ends, int]:
        if self._peek() == "(":
            self._at += 3 if self.text.startswith("(?:", self._at) else 1
            inner = self._choices()
            if self._peek() != ")":
                raise self._wrong(tr("a ( without its )"))
            self._at += 1
            return inner
        for mark, edge in _EDGES.items():
            if self.text.startswith(mark, self._at):
                self._at += len(mark)
                return edge, 1
        found = _ATOM.match(self.text, self._at)
        if found is None:
            raise self._wrong(tr("nothing to repeat, or an unknown {found!r}", found=self._peek()))
        self._at = found.end()
        try:
            return _one_of(re.compile(found[0])), 1
        except re.error as error:
            raise self._wrong(str(error)) from None

    def _repeated(self, part: Ends, steps: int) -> tuple[Ends, int]:
        while self._peek() in ("*", "+", "?", "{") and self._peek():
            least, most = self._times()
            if self._peek() == "?":
                # To repeat as little as may be changes what is captured, not what matches.
                self._at += 1
            part, steps = _times_of(part, least, most), steps * max(least, most or 0, 1)
            if steps > MOST_STEPS:
                raise self._wrong(tr("too much is repeated"))
        return part, steps

    def _times(self) -> tuple[int, int | None]:
        """How often at least and at most (None: no matter) the part before is there."""
        mark = self._peek()
        if mark != "{":
            self._at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[mark]
        found = _TIMES.match(self.text, self._at)
        if found is None or not (found[1] or found[3]):
            raise self._wrong(tr("a { that does not read like {2,3}"))
        self._at = found.end()
        least = int(found[1] or 0)
        most = int(found[3]) if found[3] else None if found[2] else least
        if max(least, most or 0) > MOST_TIMES:
            raise self._wrong(tr("more than {most_times} times", most_times=MOST_TIMES))
        return least, most


def _one_of(character: re.Pattern[str]) -> Ends:
    def ends(text: str, starts: frozenset[int]) -> frozenset[int]:
        return frozenset(at + 1 for at in starts if at < len(text) and character.fullmatch(text[at]))

    return ends


def _times_of(part: Ends, least: int, most: int | None) -> Ends:
    def ends(text: str, starts: frozenset[int]) -> frozenset[int]:
        for _ in range(least):
            starts = part(text, starts)
        found = new = starts
        left = len(text) + 1 if most is None else most - least
        while new and left > 0:
            new = part(text, new) - found
            found |= new
            left -= 1
        return found

    return ends


def _kept(holds: Callable[[str, int], bool]) -> Ends:
    return lambda text, starts: frozenset(at for at in starts if holds(text, at))


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")


_EDGES: dict[str, Ends] = {
    "^": _kept(lambda text, at: at == 0),
    "$": _kept(lambda text, at: at == len(text)),
    "\\b": _kept(lambda text, at: _is_word(text, at - 1) != _is_word(text, at)),
    "\\<": _kept(lambda text, at: _is_word(text, at) and not _is_word(text, at - 1)),
    "\\>": _kept(lambda text, at: _is_word(text, at - 1) and not _is_word(text, at)),
}
"""What matches between two characters."""


def found_by(pattern: str, names: Iterable[str]) -> list[str]:
    """The names in which a pattern is found, in order; all without a pattern.  Raises `PatternError`."""
    if not pattern:
        return list(names)
    read = Pattern(pattern)
    return [name for name in names if read.matches(name)]

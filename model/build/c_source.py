"""Finding the definition of a function in the text of a C or assembler file of the kernel.

No parser: a definition is recognised as people recognise it, by a name that stands outside braces, a list of
parameters and an opening brace.  That is enough for how the kernel is written: attributes before and after,
parameters over many lines, ``SYSCALL_DEFINE``, ``SYM_FUNC_START``, several variants behind ``#ifdef``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from .kernel_source.definitions import Definition

_NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_ASSEMBLER_START = re.compile(r"^\s*(?:SYM_\w*START\w*|ENTRY|__INIT_FUNC)\(\s*(\w+)", re.MULTILINE)
_AFTER_PARAMETERS = re.compile(r"(?:\s|__\w+(?:\([^()]*\))?|noinline)*\{")
"""What may stand between the parameters and the brace: attributes."""
_MACRO_CALL = re.compile(r"\w+\(")
_CONDITION = re.compile(r"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b(.*)$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_OUTSIDE = re.compile(r"\{|\b([A-Za-z_]\w*)\s*\(")
_FIRST_ARGUMENT = re.compile(r"\(\s*(\w+)")
_END_OF_BODY = re.compile(r"^\}", re.MULTILINE)
MOST_CONDITIONS = 16
"""Conditions around a function that are told: the innermost."""
MOST_TORN = 100
"""Lists of parameters without an end, after which a file is taken to be no source."""
LONGEST = 4000
"""Characters of the longest list of parameters."""
_NO_FUNCTIONS = frozenset(("if", "for", "while", "switch", "return", "sizeof", "do", "else", "__attribute__"))


class CSource:
    """The text of a file, and the same with comments and strings blanked out, every line where it was."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bare = _NOISE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)

    def definitions(self, name: str) -> list[Definition]:
        """All definitions of a function, in order."""
        if name not in self.bare:
            return []
        found = sorted((*_of_c(self.bare, name), *_of_assembler(self.bare, name)))
        return [self._definition(*extent) for extent in found]

    def functions(self) -> list[tuple[str, Definition]]:
        """All functions that are defined here, in order; a name may be there more than once."""
        found = sorted({*_all_of_c(self.bare), *_all_of_assembler(self.bare)}, key=lambda each: each[1])
        return [(name, self._definition(start, at, end)) for name, start, at, end in found]

    def _definition(self, start: int, at: int, end: int) -> Definition:
        """The definition from `start` to `end`, whose name is at `at`."""
        return Definition(self._line(start), self._line(end), self._conditions(start), self._line(at))

    def _line(self, at: int) -> int:
        """The line that a place is on, counted from 1."""
        return bisect_right(self._line_starts, at)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.bare))]

    def _conditions(self, at: int) -> tuple[str, ...]:
        """The conditions of the preprocessor that a place stands under."""
        places, conditions = self._conditional
        return conditions[bisect_right(places, at)]

    @cached_property
    def _conditional(self) -> tuple[list[int], list[tuple[str, ...]]]:
        """Where conditions change, and those that hold before the first place, after it, after the next …"""
        places: list[int] = []
        open_: list[str] = []
        held: list[tuple[str, ...]] = [()]
        for found in _CONDITION.finditer(self.bare):
            _turn(open_, found[1], found[2].strip())
            places.append(found.end())
            held.append(tuple(open_[-MOST_CONDITIONS:]))
        return places, held


def _of_c(bare: str, name: str) -> Iterator[tuple[int, int, int]]:
    """Where definitions of C begin, have their name, and end."""
    for found in re.finditer(rf"\b(?:[A-Z_]*DEFINE\w*\(\s*{name}\s*[,)]|{name}\s*\()", bare):
        parameters = _closing(bare, bare.index("(", found.start()), "(", ")")
        after = _AFTER_PARAMETERS.match(bare, parameters) if parameters > 0 else None
        if after is None or bare[bare.rfind("\n", 0, found.start()) + 1].isspace():
            continue  # a call, or a declaration: the kernel's functions begin in the first column
        end = _closing(bare, after.end() - 1, "{", "}")
        if end > 0:
            yield _start_of(bare, found.start()), found.start(), end - 1


def _closing(bare: str, at: int, opening: str, closing: str, limit: int | None = None) -> int:
    """The place after the bracket that closes the one at a place; -1 if it is never closed, or not before
    `limit` (of round ones `LONGEST` further on, of others the end)."""
    if at < 0 or at >= len(bare) or bare[at] != opening:
        return -1
    depth = 0
    if limit is None:
        limit = at + LONGEST if opening == "(" else len(bare)
    for found in re.compile(f"[{re.escape(opening + closing)}]").finditer(bare, at, limit):
        depth += 1 if found[0] == opening else -1
        if depth == 0:
            return found.end()
    return -1


def _start_of(bare: str, at: int) -> int:
    """The start of a definition: of the lines before the name's that belong to it, types and attributes."""
    start = bare.rfind("\n", 0, at) + 1
    while start:
        previous = bare.rfind("\n", 0, start - 1) + 1
        line = bare[previous : start - 1].rstrip()
        if not line or not line[0].isalpha() or line[-1] in ";{}:\\" or _MACRO_CALL.match(line):
            break
        start = previous
    return start


def _all_of_c(bare: str) -> Iterator[tuple[str, int, int, int]]:
    """The functions of C: name, where each begins, has its name, and ends.  What stands inside braces is
    stepped over; a body ends at a brace in the first column, however conditions tear those inside."""
    code = _DIRECTIVE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), bare)
    at = torn = 0
    while found := _OUTSIDE.search(code, at):
        if found[1] is None:
            at = _end_of_body(code, found.start())
            continue
        parameters = _closing(code, found.end() - 1, "(", ")")
        torn += parameters < 0
        if torn > MOST_TORN:
            return
        at = max(found.end(), parameters)
        after = _AFTER_PARAMETERS.match(code, parameters) if parameters > 0 else None
        if after is None or found[1] in _NO_FUNCTIONS:
            continue
        at = _end_of_body(code, after.end() - 1)
        is_made = ("DEFINE" in found[1] and found[1].isupper()) or found[1].startswith("SYSCALL_DEFINE")
        first = _FIRST_ARGUMENT.match(code, found.end() - 1) if is_made else None
        name = first[1] if first else found[1]
        yield name, _start_of(bare, found.start()), found.start(), at - 1


def _end_of_body(code: str, at: int) -> int:
    """The place after the brace that closes the one at a place: on the same line, or in the first column."""
    line_end = code.find("\n", at)
    closing = _closing(code, at, "{", "}", line_end if line_end > 0 else len(code))
    if closing > 0:
        return closing
    found = _END_OF_BODY.search(code, at)
    return found.end() if found else len(code)


def _of_assembler(bare: str, name: str) -> Iterator[tuple[int, int, int]]:
    """Where a function of assembler begins, has its name, and ends."""
    for found, start, at, end in _all_of_assembler(bare):
        if found == name:
            yield start, at, end


def _all_of_assembler(bare: str) -> Iterator[tuple[str, int, int, int]]:
    """The functions of assembler: name, where each begins, has its name, and ends."""
    for found in _ASSEMBLER_START.finditer(bare):
        name = found[1]
        end = re.compile(rf"^\s*(?:SYM_\w*END\w*|ENDPROC|END)\(\s*{name}\b.*$", re.MULTILINE).search(
            bare, found.end()
        )
        if end:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            yield name, start, start, end.end() - 1


def _turn(open_: list[str], word: str, rest: str) -> None:
    """What a line of the preprocessor makes of the conditions that are open."""
    if word in ("elif", "else", "endif") and open_:
        before = open_.pop()
        if word == "else":
            open_.append(before[4:] if before.startswith("not ") else f"not {before}")
        elif word == "elif":
            open_.append(rest)
    elif word.startswith("if"):
        open_.append({"ifdef": rest, "ifndef": f"not {rest}", "if": rest}[word])


def lines_with(lines: Sequence[str], words: Sequence[str]) -> tuple[int, ...]:
    """The lines, counted from 0, that do what a boot does next: the first of `words` that is found anywhere
    decides."""
    for word in words:
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") if word[-1:].isalnum() else None
        found = tuple(
            at for at, line in enumerate(lines) if (pattern.search(line) if pattern else word in line)
        )
        if found:
            return found
    return ()


def words_of_format(template: str) -> list[str]:
    """What of the format of a log line stands in the source too, the longest part first: what is between the
    values, without the prefix that ``pr_fmt`` adds."""
    parts = [part.strip() for part in re.split(r"\{[^}]*\}", template)]
    more = [part.partition(": ")[2].strip() for part in parts]
    return sorted((part for part in (*parts, *more) if len(part) > 3), key=len, reverse=True)

"""Finding the definition of a function in the text of a C or assembler file of the kernel.

No parser: a definition is recognised as people recognise it, by a name that stands outside braces, a list of
parameters and an opening brace.  That is enough for how the kernel is written: attributes before and after,
parameters over many lines, ``SYSCALL_DEFINE``, ``SYM_FUNC_START``, several variants behind ``#ifdef``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_ASSEMBLER_START = re.compile(r"^\s*(?:SYM_\w*START\w*|ENTRY|__INIT_FUNC)\(\s*(\w+)", re.MULTILINE)
_AFTER_PARAMETERS = re.compile(r"(?:\s|__\w+(?:\([^()]*\))?|noinline)*\{")
"""What may stand between the parameters and the brace: attributes."""
_MACRO_CALL = re.compile(r"\w+\(")
_CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)$")


class Definition(NamedTuple):
    """A function's definition: its first and last line, counted from 1, and the preprocessor's conditions
    around it, innermost last."""

    first: int
    last: int
    conditions: tuple[str, ...] = ()


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
        return [
            Definition(_line_of(self.bare, start), _line_of(self.bare, end), _conditions(self.bare, start))
            for start, end in found
        ]


def likeliest(found: list[Definition], is_enabled: Callable[[str], bool]) -> Definition:
    """Of several definitions the one whose conditions a kernel's configuration meets best; `is_enabled` is
    asked without ``CONFIG_``."""
    return min(
        found, key=lambda each: sum(not _holds(condition, is_enabled) for condition in each.conditions)
    )


def _holds(condition: str, is_enabled: Callable[[str], bool]) -> bool:
    """Whether a condition is met, as far as it is about the configuration only."""
    negated = condition.startswith("not ")
    options = re.findall(r"\bCONFIG_(\w+)", condition)
    if not options:
        return True
    together = all if "&&" in condition else any
    return together(is_enabled(option) for option in options) != negated


def _of_c(bare: str, name: str) -> Iterator[tuple[int, int]]:
    """Where definitions of C begin and end."""
    for found in re.finditer(rf"\b(?:[A-Z_]*DEFINE\w*\(\s*{name}\s*[,)]|{name}\s*\()", bare):
        parameters = _closing(bare, bare.index("(", found.start()), "(", ")")
        after = _AFTER_PARAMETERS.match(bare, parameters) if parameters > 0 else None
        if after is None or bare[bare.rfind("\n", 0, found.start()) + 1].isspace():
            continue  # a call, or a declaration: the kernel's functions begin in the first column
        end = _closing(bare, after.end() - 1, "{", "}")
        if end > 0:
            yield _start_of(bare, found.start()), end - 1


def _closing(bare: str, at: int, opening: str, closing: str) -> int:
    """The place after the bracket that closes the one at a place; -1 if it is never closed."""
    if at < 0 or at >= len(bare) or bare[at] != opening:
        return -1
    depth = 0
    for found in re.compile(f"[{re.escape(opening + closing)}]").finditer(bare, at):
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


def _of_assembler(bare: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a function of assembler begins and ends."""
    for found in _ASSEMBLER_START.finditer(bare):
        if found[1] != name:
            continue
        end = re.compile(
            rf"^\s*(?:SYM_\w*END\w*|ENDPROC|END)\(\s*{re.escape(name)}\b.*$", re.MULTILINE
        ).search(bare, found.end())
        if end:
            yield found.start() + len(found[0]) - len(found[0].lstrip()), end.end() - 1


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _conditions(bare: str, at: int) -> tuple[str, ...]:
    """The conditions of the preprocessor that a place stands under."""
    open_: list[str] = []
    for line in bare[:at].split("\n"):
        found = _CONDITION.match(line)
        if found is None:
            continue
        word, rest = found[1], found[2].strip()
        if word in ("elif", "else", "endif") and open_:
            before = open_.pop()
            if word == "else":
                open_.append(before[4:] if before.startswith("not ") else f"not {before}")
            elif word == "elif":
                open_.append(rest)
        elif word.startswith("if"):
            open_.append({"ifdef": rest, "ifndef": f"not {rest}", "if": rest}[word])
    return tuple(open_)


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

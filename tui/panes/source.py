"""The source of the boot function being executed, with its current line."""

from __future__ import annotations

import functools
import io
import keyword
import linecache
import tokenize

from ...model.text import value_text
from ...model.trace import Function
from ..lines import Line, StyleName, cut, packed, plain
from ..snapshot import Snapshot
from .pane import Pane

SOFT = frozenset((tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER))


class SourcePane(Pane):
    """The file of the current function, its line marked, its arguments above."""

    NUMBER = 2
    NAME = "source"
    ABOUT = "The source of the function you are in. ▶ is the line that runs next; ● has a breakpoint."

    def __init__(self) -> None:
        super().__init__()
        self.function: Function | None = None
        self.current = 0
        self.lines: tuple[Line, ...] = ()
        self.stops: frozenset[int] = frozenset()

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The function of the innermost frame; before the first, the function that will be entered."""
        frames = snapshot.here.frames
        call = packed(_call(frames[-1].function, frames[-1].arguments), width) if frames else []
        self.header = (
            call
            if len(call) <= self.size.height // 4
            else [cut([span for line in call for span in line], width)]
        )
        if frames:
            self.function, self.current = frames[-1].function, frames[-1].site.line
            if self.current <= self.function.first_line or frames[-1].site.filename != self.function.filename:
                self.current = _def_line(self.function)
        elif snapshot.length:
            self.function = snapshot.trace.function(min(snapshot.position, snapshot.length - 1))
            self.current = _def_line(self.function)
        if self.function is not None:
            self.lines = highlighted(self.function.filename)
            self.stops = _breakpoint_lines(snapshot, self.function.filename)

    def summary(self) -> Line:
        """The kernel's file."""
        return [(self.function.kernel_file, "dim")] if self.function else []

    def count(self) -> int:
        """Lines of the file."""
        return len(self.lines)

    def follow(self) -> tuple[int, int] | None:
        """The current line and a few after it, with the start of its function if all that fits."""
        if self.function is None:
            return None
        height = self.body_height
        first, last = self.function.first_line - 1, self.current + height // 3
        if last - first >= height:
            first = self.current - 1 - height // 3
        return max(first, 0), min(last, len(self.lines) - 1)

    def line(self, index: int) -> Line:
        """A line of source with its number."""
        number = index + 1
        is_current = number == self.current
        arrow: Line = (
            [("▶", "here")] if is_current else [("●", "error") if number in self.stops else (" ", "")]
        )
        digits: Line = [(f"{number:4} ", "strong" if is_current else "dim")]
        text = self.lines[index]
        if is_current:
            text = [(span, "here") for span, _ in text]
        return [*arrow, *digits, *text]


def _call(function: Function, arguments: tuple[tuple[str, object], ...]) -> list[Line]:
    parts: list[Line] = [[(function.name, "function"), ("(", "dim")]]
    for at, (name, value) in enumerate(arguments, 1):
        comma = ", " if at < len(arguments) else ""
        parts.append([(f"{name}=", "dim"), (plain(value_text(name, value)), "number"), (comma, "dim")])
    parts[-1].append((")", "dim"))
    return parts


def _def_line(function: Function) -> int:
    """The line of ``def``: `first_line` is that of the decorator."""
    for number in range(function.first_line, function.first_line + 4):
        if linecache.getline(function.filename, number).lstrip().startswith("def "):
            return number
    return function.first_line


def _breakpoint_lines(snapshot: Snapshot, filename: str) -> frozenset[int]:
    numbers = {number for point in snapshot.breakpoints if point.enabled for number in point.functions}
    functions = (Function.known[number] for number in numbers)
    return frozenset(_def_line(function) for function in functions if function.filename == filename)


@functools.lru_cache(maxsize=64)
def highlighted(filename: str) -> tuple[Line, ...]:
    """The lines of a Python file, coloured by its tokens."""
    source = "".join(linecache.getlines(filename))
    rows = source.splitlines()
    styles = [[""] * len(row) for row in rows]
    for token in _tokens(source):
        style = _token_style(token, rows)
        if style:
            _paint(styles, token.start, token.end, style)
    return tuple(_spans(row, style) for row, style in zip(rows, styles, strict=True))


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return []


def _token_style(token: tokenize.TokenInfo, rows: list[str]) -> StyleName:
    if token.type == tokenize.COMMENT:
        return "comment"
    if token.type == tokenize.STRING:
        is_alone = rows[token.start[0] - 1].lstrip().startswith(('"""', 'r"""'))
        return "comment" if is_alone else "string"
    if token.type == tokenize.NUMBER:
        return "number"
    if token.type == tokenize.NAME:
        if keyword.iskeyword(token.string):
            return "keyword"
        if rows[token.start[0] - 1][token.end[1] : token.end[1] + 1] == "(":
            return "function"
    if token.type == tokenize.OP and token.string == "@":
        return "dim"
    return ""


def _paint(styles: list[list[str]], start: tuple[int, int], end: tuple[int, int], style: str) -> None:
    for number in range(start[0] - 1, min(end[0], len(styles))):
        row = styles[number]
        first = start[1] if number == start[0] - 1 else 0
        last = end[1] if number == end[0] - 1 else len(row)
        row[first:last] = [style] * len(row[first:last])


def _spans(text: str, styles: list[str]) -> Line:
    spans: Line = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or styles[at] != styles[start]:
            spans.append((text[start:at], styles[start]))  # type: ignore[arg-type]
            start = at
    return spans

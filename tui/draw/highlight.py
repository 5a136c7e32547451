"""Python source in colours, by its tokens: fast enough to do a file when it is first shown."""

from __future__ import annotations

import functools
import io
import keyword
import linecache
import tokenize

from .lines import Line, StyleName


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

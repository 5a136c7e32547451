"""C in colours, by its words: enough to read by."""

from __future__ import annotations

import re

from .lines import Line, StyleName, plain

KEYWORDS = frozenset(
    (
        *("if", "else", "for", "while", "do", "switch", "case", "default", "break", "continue", "return"),
        *("goto", "sizeof", "struct", "union", "enum", "static", "inline", "const", "void", "int", "char"),
        *("long", "unsigned", "bool", "extern", "typedef", "volatile", "register", "short", "signed"),
    )
)
TAB = 4
"""Columns of a tab: with the kernel's eight little of a line would be left in a pane."""
_TOKEN = re.compile(
    r'(?P<comment>/\*.*?(?:\*/|$)|//.*$)|(?P<string>"(?:\\.|[^"\\])*"?)|(?P<number>\b\d\w*)'
    r"|(?P<word>[A-Za-z_]\w*)(?P<call>\s*\()?"
)


def highlighted_c(lines: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines of a function, coloured."""
    found: list[Line] = []
    is_comment = False
    for line in lines:
        text = plain(line.expandtabs(TAB))
        found.append(_line("/*" + text if is_comment else text, 2 if is_comment else 0))
        is_comment = _ends_in_comment(text, is_comment)
    return tuple(found)


def _ends_in_comment(text: str, is_comment: bool) -> bool:
    start, end = text.rfind("/*"), text.rfind("*/")
    return start > end if start >= 0 or end >= 0 else is_comment


def _line(text: str, hidden: int) -> Line:
    """The spans of a line, without its first characters."""
    spans: Line = []
    at = hidden
    for token in _TOKEN.finditer(text):
        start = max(token.start(), hidden)
        end = token.end("word") if token["word"] else token.end()
        spans += [(text[at:start], ""), (text[start:end], _style(token))]
        at = end
    return [span for span in [*spans, (text[at:], "")] if span[0]]


def _style(token: re.Match[str]) -> StyleName:
    for name in ("comment", "string", "number"):
        if token[name]:
            return name
    if token["word"] in KEYWORDS:
        return "keyword"
    return "function" if token["call"] else ""

"""Python in colours, by its words: fast enough to do a file when it is first shown."""

from __future__ import annotations

import functools
import keyword
import linecache
import re

from .lines import Line, StyleName

_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r'|(?P<string>(?:\b[a-zA-Z]{1,2})?(?:"""(?s:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'))'
    r"|(?P<name>[^\W\d]\w*)(?P<call>\()?|(?P<number>0[box]\w+|\d(?:e[+-]\d|[\w.])*)|(?P<decorator>@)"
)


@functools.lru_cache(maxsize=64)
def highlighted(filename: str) -> tuple[Line, ...]:
    """The lines of a Python file, coloured."""
    source = "".join(linecache.getlines(filename))
    rows: list[Line] = [[]]
    at = 0
    for token in _TOKEN.finditer(source):
        end = token.end("name") if token["name"] else token.end()
        _add(rows, source[at : token.start()], "")
        _add(rows, source[token.start() : end], _style(token))
        at = end
    _add(rows, source[at:], "")
    return tuple(rows if rows[-1] else rows[:-1])


def _style(token: re.Match[str]) -> StyleName:
    if token["name"]:
        if keyword.iskeyword(token["name"]):
            return "keyword"
        return "function" if token["call"] else ""
    if token["string"]:
        row = token.string[token.string.rfind("\n", 0, token.start()) + 1 : token.end()].lstrip()
        return "comment" if row.startswith(('"""', 'r"""')) else "string"
    if token["number"]:
        return "number"
    return "comment" if token["comment"] else "dim"


def _add(rows: list[Line], text: str, style: StyleName) -> None:
    """Put text behind what there is; a newline in it begins a row."""
    for number, part in enumerate(text.split("\n")):
        if number:
            rows.append([])
        if not part:
            continue
        row = rows[-1]
        if row and row[-1][1] == style:
            row[-1] = (row[-1][0] + part, style)
        else:
            row.append((part, style))

"""Commands that print what a script tells them to: echo and printf, as gdb has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...language.words import tr, translatable
from ..commands.command import Command, CommandError, CommandOutcome
from ..debugger import Debugger

_ESCAPE = re.compile(r"\\([abefnrtv\\\"]|[0-7]{1,3}|.|$)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "a": "", "b": "", "e": "", "f": "", "r": "", "v": ""}
"""What is no blank is left out: nothing here steers a terminal."""
_CONVERSION = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>\d{1,3})?(?:\.(?P<precision>\d{1,3}))?(?P<length>hh|h|ll|l|z|j|t)?"
    r"(?P<kind>[diuoxXcsp%])"
)
MASK = (1 << 64) - 1


def unescaped(text: str) -> str:
    """Text with its backslashes read as in C."""

    def one(found: re.Match[str]) -> str:
        code = found[1]
        if code and code[0] in "01234567":
            character = chr(int(code, 8))
            return character if character.isprintable() or character in "\n\t" else ""
        return _ESCAPES.get(code, code)

    return _ESCAPE.sub(one, text)


def _echo(debugger: Debugger, rest: str) -> CommandOutcome:
    text = rest.removesuffix("\\\n")
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return CommandOutcome(unescaped(text), goes_on=True)


def _printf(debugger: Debugger, rest: str) -> CommandOutcome:
    form, arguments = _split(rest)
    values = [(text, debugger.evaluate(text)) for text in arguments]
    return CommandOutcome(formatted(unescaped(form), values), goes_on=True)


def _split(rest: str) -> tuple[str, list[str]]:
    """The text of the form, and the expressions behind it.  Raises `CommandError`."""
    found = re.match(r'"((?:[^"\\]|\\.)*)"\s*', rest)
    if found is None:
        raise CommandError(tr('printf reads like: printf "%d pages, _text %#lx\\n", max_pfn, _text'))
    behind = rest[found.end() :]
    if not behind:
        return found[1], []
    if not behind.startswith(","):
        raise CommandError(tr("expected a comma after the text, not {behind!r}", behind=behind[:20]))
    return found[1], list(_expressions(behind[1:]))


def _expressions(text: str) -> Iterator[str]:
    """Expressions that commas part, outside brackets and strings."""
    depth, start, quote = 0, 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and depth == 0:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def formatted(form: str, values: list[tuple[str, Any]]) -> str:
    """Text whose ``%`` stand for values, each given with its source.  Raises `CommandError`."""
    left = list(values)

    def one(found: re.Match[str]) -> str:
        if found["kind"] == "%":
            return "%"
        if not left:
            raise CommandError(
                tr("{found} has no value: printf got {count}", found=found[0], count=len(values))
            )
        return _converted(found, *left.pop(0))

    text = _CONVERSION.sub(one, form)
    rest = _CONVERSION.sub("", form).replace("%%", "")
    if "%" in rest:
        raise CommandError(
            tr("{rest!r} is no conversion that printf knows", rest=rest[rest.index("%") :][:4])
        )
    if left:
        used = len(values) - len(left)
        raise CommandError(
            tr("printf got {count} values, the text has room for {used}", count=len(values), used=used)
        )
    return text


def _converted(found: re.Match[str], source: str, value: Any) -> str:
    flags, kind = found["flags"], found["kind"]
    python = "%" + flags + (found["width"] or "") + (f".{found['precision']}" if found["precision"] else "")
    if kind == "s":
        return f"{python}s" % (value,)
    if not isinstance(value, int):
        raise CommandError(tr("{found} takes a number, {source} is none", found=found[0], source=source))
    if kind == "c":
        return f"{python}s" % unescaped(f"\\{value & 0xFF:03o}")
    if kind == "p":
        return f"{python}s" % hex(value)
    if kind in "uoxX":
        value &= MASK
    # In C an octal number has a 0 in front, in Python 0o.
    return (f"{python}{'d' if kind in 'iu' else kind}" % value).replace("0o", "0")


COMMANDS = (
    Command("echo", (), "echo TEXT", translatable(r"print text, with \n and \t as in C"), _echo),
    Command(
        "printf",
        (),
        'printf "FORMAT", EXPRESSION, …',
        translatable("print values as C's printf does: %d %u %x %lx %s %c %p %o"),
        _printf,
    ),
)

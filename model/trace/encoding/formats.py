"""Formats of messages that come from a file: `str.format` must be able to print them, and to do nothing but
print."""

from __future__ import annotations

import re
import string
from typing import Any

from .container import TraceFileError

SPEC = re.compile(r"(?:.?[<>=^])?[-+ ]?#?0?(?:\d{0,2}|\{\})[,_]?(?:\.\d{1,2})?[bcdeEfFgGnosxX%]?")
"""How a value may be printed: no wider than 99."""
WIDEST = 99
LONGEST = 1 << 16
"""Characters of a line."""


def check_template(template: str) -> tuple[int, ...]:
    """The numbers of those values of a format that say how wide another is printed.  Raises
    `TraceFileError` for a format that reaches for more than its values."""
    widths: list[int] = []
    count = 0
    try:
        for _, name, spec, conversion in string.Formatter().parse(template):
            if name is None:
                continue
            if name not in ("", "caller") or conversion or not SPEC.fullmatch(spec or ""):
                raise TraceFileError(f"is damaged: {template!r} is no format of a message")
            count += name == ""
            if "{" in (spec or ""):
                widths.append(count)
                count += 1
    except ValueError:
        raise TraceFileError(f"is damaged: {template!r} is no format of a message") from None
    return tuple(widths)


def check_line(template: str, widths: tuple[int, ...], values: tuple[Any, ...], event: int) -> None:
    """Whether a format can be printed with some values.  Raises `TraceFileError`."""
    wide = any(
        number >= len(values) or type(values[number]) is not int or not 0 <= values[number] <= WIDEST
        for number in widths
    )
    try:
        if not wide and len(template.format(*values, caller="")) <= LONGEST:
            return
    except (ValueError, IndexError, KeyError, TypeError, OverflowError):
        pass
    raise TraceFileError(f"is damaged: the line of event {event} cannot be printed")

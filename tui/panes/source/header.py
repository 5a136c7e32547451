"""What stands above the source: the way of calls, the call with its arguments, the local variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....model.debugger.frames import Frame
from ....model.language.words import tr
from ....model.text.values import whole_text
from ...draw.lines import Line, cut, length, packed, plain

if TYPE_CHECKING:
    from ....model.text.values import Local

SEPARATOR = " › "


def breadcrumb(frames: Sequence[Frame], at: int, width: int) -> Line:
    """The functions around that of frame `at`, and those inside it, in one line: the outermost give way."""
    names = [frame.function.name for frame in frames]
    first = 0
    while first < at and _width(names[first:], first) > width:
        first += 1
    line: Line = [("… › ", "dim")] if first else []
    for index in range(first, len(names)):
        style = "strong" if index == at else "dim"
        line += [(names[index], style)]
        if index + 1 < len(names):
            line.append((SEPARATOR, "dim"))
    return cut(line, width)


def _width(names: list[str], first: int) -> int:
    return len(SEPARATOR.join(names)) + (4 if first else 0)


def stack(frames: Sequence[Frame], at: int, width: int, most: int) -> list[Line]:
    """The open functions, each on a line with its arguments, the outermost first; of many the innermost."""
    first = max(len(frames) - most, 0)
    if first:
        first = min(first + 1, at)
    shown = list(range(first, len(frames)))[: max(most - (first > 0), 1)]
    lines: list[Line] = [[(tr("  … {first} more around these", first=first), "dim")]] if first else []
    for index in shown:
        mark: Line = [("▶ ", "accent")] if index == at else [("  ", "")]
        call = [span for part in call_parts(frames[index]) for span in part]
        number: Line = [(f"#{len(frames) - 1 - index:<2} ", "dim")]
        lines.append(cut([*mark, *number, *call], width))
    return lines


def call_parts(frame: Frame) -> list[Line]:
    """A function's name and its arguments, in parts that are not to be broken."""
    parts: list[Line] = [[(frame.function.name, "function"), ("(", "dim")]]
    for number, (name, value) in enumerate(frame.arguments, 1):
        comma = ", " if number < len(frame.arguments) else ""
        parts.append([(f"{name}=", "dim"), (plain(whole_text(name, value)), "number"), (comma, "dim")])
    parts[-1].append((")", "dim"))
    return parts


def limited(parts: Sequence[Line], width: int, most: int) -> list[Line]:
    """Parts over so many lines at the most; what has no room is left away, and that is seen."""
    lines = packed(parts, width)
    if len(lines) <= most:
        return lines
    whole = [*lines[: most - 1], [span for line in lines[most - 1 :] for span in line]]
    return [cut(line, width) for line in whole]


def locals_parts(values: Sequence[Local]) -> list[Line]:
    """Local variables with their values."""
    parts: list[Line] = [[(tr("locals  "), "dim")]]
    for number, local in enumerate(values):
        after = "  " if number + 1 < len(values) else ""
        parts.append([(f"{local.name} ", ""), ("= ", "dim"), (plain(local.text) + after, "number")])
    return parts if values else [[(tr("no locals yet"), "dim")]]


def fits_in_one(parts: Sequence[Line], width: int) -> bool:
    """Whether all parts have room in a line."""
    return sum(length(part) for part in parts) <= width

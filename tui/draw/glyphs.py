"""What a terminal's font has to have: where it has little, as on the Linux console, other glyphs do."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

FEW = frozenset(("linux", "vt100", "vt102", "vt220", "ansi"))
"""Terminals whose fonts have some 256 glyphs (those of code page 437 or of Latin-1, and lines)."""

KEPT = frozenset("─│┌┐└┘├┤┬┴┼═║░▒▓█▀▄·")
"""Glyphs other than ASCII that all of these have."""
INSTEAD = {
    each: other
    for glyphs, others in (
        ("▶▷◀▸▾▲△▼▽●○◆◇■□▪▫✗", ">)<+-^^vv*o@0#o*ox"),
        ("✓━┃┷┯┄┈╌╎╭╮╰╯╴╶▁▂▃", "v═║┴┬---│┌┐└┘──__▄"),
        ("▅▆▇▌▐▏▕▎▍▋▊▉…›\u2039→←↑", "▄████│││████~><><^"),
        ("↓↔⇒↳\u201c\u201d\u2018\u2019\u2013\u2014‼\u00d7≥≤⏸⏵•\u2212", "v->└\"\"''--!x><=>*-"),
        ("§≠±∞µ↵", "S#+8u|"),
    )
    for each, other in zip(glyphs, others, strict=True)
} | {"▔": "─", "🔎": "/ "}
"""What stands for glyphs that they may not have."""


def translated(text: str) -> str:
    """Text in the glyphs that every terminal has; a wide one becomes as many as it has columns."""
    if text.isascii():
        return text
    return "".join(
        each if each.isascii() or each in KEPT else INSTEAD.get(each, "?" * cell_len(each)) for each in text
    )


class FewGlyphs(LineFilter):
    """Puts other glyphs on the screen, whichever widget draws them."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """A line of the screen."""
        return [Segment(translated(text), style, control) for text, style, control in segments]

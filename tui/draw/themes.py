"""The colours: dark, light, high contrast, and the terminal's own sixteen."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs
from textual.color import Color
from textual.filter import ANSIToTruecolor, NoColor
from textual.theme import BUILTIN_THEMES, Theme

from ...model.language.words import tr, translatable
from .glyphs import FEW, FewGlyphs
from .textual_compat import filter_paint, keep_filters

if TYPE_CHECKING:
    from textual.app import App

LEAST_CONTRAST = 4.5
"""What the Web Content Accessibility Guidelines ask of text (WCAG 2, AA)."""
STEPS = 32
"""In how many steps a colour is brought nearer to black or white until it can be read."""


class Colours(Struct, frozen=True):
    """What each meaning looks like.  The names are variables of app.tcss."""

    background: str
    surface: str
    panel: str
    foreground: str
    dim: str
    rule: str
    accent: str
    here: str
    pointed: str
    lit: str
    added: str
    changed: str
    removed: str
    keyword: str
    string: str
    number: str
    function: str
    warning: str
    error: str
    memory: str
    reserved: str
    hole: str


OWNERS = {
    "kernel": "#3f6fc0",
    "initrd": "#8458b8",
    "fdt": "#1f8a94",
    "tables": "#a87800",
    "structs": "#c2602a",
    "percpu": "#8a6d4a",
    "hash": "#6f8230",
    "cma": "#2f8a4c",
    "crash": "#bf3f4a",
    "node": "#b04592",
    "other": "#6f757e",
    "nomap": "#8c1f28",
}
"""Whose memory it is: one colour for everybody's map, in every theme."""
TERMINAL_OWNERS = {
    "kernel": "ansi_blue",
    "initrd": "ansi_magenta",
    "fdt": "ansi_cyan",
    "tables": "ansi_yellow",
    "structs": "ansi_red",
    "percpu": "ansi_yellow",
    "hash": "ansi_green",
    "cma": "ansi_green",
    "crash": "ansi_red",
    "node": "ansi_magenta",
    "other": "ansi_default",
    "nomap": "ansi_red",
}

DARK = Colours(
    background="#121212",
    surface="#1e2022",
    panel="#2b3036",
    foreground="#e2e2e2",
    dim="#9c9c9c",
    rule="#4d4d4d",
    accent="#ffb95c",
    here="#4aa3ea",
    pointed="#34383d",
    lit="#4a3d10",
    added="#79d68f",
    changed="#ffc46b",
    removed="#f08a9c",
    keyword="#6db3ee",
    string="#84cf95",
    number="#9ec5e8",
    function="#ffc985",
    warning="#ffc46b",
    error="#f58a9b",
    memory="#4ebf71",
    reserved="#e0a03c",
    hole="#6a6a6a",
)
LIGHT = Colours(
    background="#fbfbf8",
    surface="#eeeee8",
    panel="#dfe2e4",
    foreground="#1b1b1b",
    dim="#5d5d5d",
    rule="#b5b5b0",
    accent="#8a4b00",
    here="#0b5394",
    pointed="#d5e3f0",
    lit="#ffe9a8",
    added="#146c2e",
    changed="#7d5200",
    removed="#a3172f",
    keyword="#0b5394",
    string="#17682f",
    number="#274f7a",
    function="#7a4300",
    warning="#7d5200",
    error="#a3172f",
    memory="#1c7a3a",
    reserved="#8f5a00",
    hole="#9a9a95",
)
CONTRAST = Colours(
    background="#000000",
    surface="#000000",
    panel="#262626",
    foreground="#ffffff",
    dim="#d0d0d0",
    rule="#a0a0a0",
    accent="#ffff00",
    here="#ffffff",
    pointed="#00458a",
    lit="#5a4800",
    added="#00ff66",
    changed="#ffd700",
    removed="#ff8fa3",
    keyword="#66ccff",
    string="#7dff9b",
    number="#9fdcff",
    function="#ffe066",
    warning="#ffd700",
    error="#ff8fa3",
    memory="#00e05a",
    reserved="#ffb000",
    hole="#a0a0a0",
)
TERMINAL = Colours(
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    foreground="ansi_default",
    dim="ansi_default",
    rule="ansi_default",
    accent="ansi_magenta",
    here="ansi_default",
    pointed="ansi_default",
    lit="ansi_default",
    added="ansi_green",
    changed="ansi_yellow",
    removed="ansi_red",
    keyword="ansi_blue",
    string="ansi_green",
    number="ansi_cyan",
    function="ansi_default",
    warning="ansi_yellow",
    error="ansi_red",
    memory="ansi_green",
    reserved="ansi_yellow",
    hole="ansi_default",
)

THEMES: dict[str, Colours] = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST, "terminal": TERMINAL}
ABOUT = {
    "dark": translatable("Light letters on a dark ground"),
    "light": translatable("Dark letters on a light ground"),
    "contrast": translatable("The strongest contrast there is, on black"),
    "terminal": translatable("The terminal's own sixteen colours"),
}
DEFAULT = "dark"


def contrast(letters: str, ground: str) -> float:
    """How well letters stand out, from 1 to 21 (WCAG 2's contrast ratio)."""
    light, dark = sorted((_luminance(letters), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in Color.parse(colour).rgb]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def legible(colour: str, ground: str) -> str:
    """A colour, or the nearest between it and black or white that can be read on `ground`."""
    end = Color.parse("#ffffff" if _luminance(ground) < 0.18 else "#000000")
    start = Color.parse(colour)
    blends = (start.blend(end, step / STEPS).hex for step in range(STEPS + 1))
    return next(blend for blend in blends if contrast(blend, ground) >= LEAST_CONTRAST)


def variables(name: str) -> dict[str, str]:
    """The variables of app.tcss in one theme."""
    colours = THEMES[name]
    is_terminal = name == "terminal"
    found: dict[str, str] = structs.asdict(colours)
    for owner in OWNERS:
        own = TERMINAL_OWNERS[owner] if is_terminal else OWNERS[owner]
        found[f"own-{owner}"] = own if is_terminal else legible(own, "#ffffff")
        found[f"part-{owner}"] = own if is_terminal else legible(own, colours.background)
    found |= {
        "own-letters": "ansi_default" if is_terminal else "#ffffff",
        "dim-style": "dim" if is_terminal else "none",
        "lit-style": "bold reverse" if is_terminal else "bold",
        "pointed-style": "bold reverse" if is_terminal else "bold",
        "bar-style": "bold reverse" if is_terminal else "bold",
    }
    return found


def _theme(name: str) -> Theme:
    colours = THEMES[name]
    return Theme(
        name,
        primary=colours.keyword,
        secondary=colours.number,
        warning=colours.warning,
        error=colours.error,
        success=colours.added,
        accent=colours.accent,
        foreground=colours.foreground,
        background=colours.background,
        surface=colours.surface,
        panel=colours.panel,
        boost=colours.surface,
        dark=name != "light",
        ansi=name == "terminal",
        variables={**_of_widgets(name), **variables(name)},
    )


def _of_widgets(name: str) -> dict[str, str]:
    """Textual's names for colours of its own widgets: the line of input and the palette."""
    if name == "terminal":
        return BUILTIN_THEMES["ansi-dark"].variables
    colours = THEMES[name]
    return {
        "text-muted": colours.dim,
        "block-cursor-background": colours.here,
        "block-cursor-foreground": colours.background,
        "input-cursor-background": colours.foreground,
        "input-cursor-foreground": colours.background,
        "border": colours.accent,
    }


def usual(no_color: bool, terminal: str) -> str:
    """The theme to begin with if none is asked for: without colours, or with few, the terminal's own."""
    return "terminal" if no_color or terminal in FEW or terminal.endswith("-16color") else DEFAULT


def prepare(app: App[Any], terminal: str) -> None:
    """Make the themes known.  With NO_COLOR nothing is coloured at all, not even grey; a `terminal` of few
    glyphs gets no others."""
    for name in THEMES:
        app.register_theme(_theme(name))
    if app.no_color:
        keep_filters(app, ANSIToTruecolor)
        filter_paint(app, NoColor())
    if terminal in FEW:
        filter_paint(app, FewGlyphs())


def dress(app: App[Any], name: str) -> str:
    """Change the colours; returns a sentence."""
    app.theme = name
    unseen = tr("; NO_COLOR is set, so that shows no colours") if app.no_color else ""
    return tr("theme {name}: {about}{unseen}", name=name, about=tr(ABOUT[name]).lower(), unseen=unseen)

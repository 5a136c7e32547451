"""A page that is stepped through: one file of HTML that needs nothing else and asks nobody for anything.

What a browser may do with it is written in its head (Content-Security-Policy): run this one script, use
this one style, and nothing from anywhere.  All that comes from a machine's files is data to the script, which
makes text of it and never markup.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...base.units import printable
from ...debugger.debugger import Debugger
from ...language.words import language, tr
from ...pictures.markup import text
from .content import Step
from .packing import packed
from .page_words import KEYS, script_words

FOLDER = Path(__file__).parent
DARK = "/* the dark colours */"


def page_lines(
    steps: Sequence[Step], debugger: Debugger, title: str, machine: str, about: str = ""
) -> Iterator[str]:
    """The page of some moments of a debugger's boot, at least one, line by line; `title` heads it, then comes
    what it is `about`, and whose boot it is."""
    style, script = _style(), _script()
    data = {
        "title": printable(title),
        "phases": [printable(tr(phase.name)) for phase in debugger.phases.all()],
        "words": script_words(),
        **packed(steps),
    }
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    yield "<!DOCTYPE html>"
    yield f'<html lang="{language()}"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
    yield '<meta name="generator" content="bootstep"><link rel="icon" href="data:,">'
    yield f"<title>{text(title)}</title><style>{style}</style></head><body>"
    yield from _head(title, machine, about)
    yield from _stepper(len(steps))
    yield from _main()
    yield from _keys()
    made = tr("Made by bootstep: every number is what the model of the kernel did.")
    switched_off = tr("This page is stepped through by a script, which is switched off here.")
    yield f"<footer><p>{text(made)}</p><noscript><p>{text(switched_off)}</p></noscript></footer>"
    yield f'<script type="application/json" id="data">{_json(data)}</script>'
    yield f"<script>{script}</script></body></html>"


@cache
def _style() -> str:
    dark = (FOLDER / "dark.css").read_text(encoding="utf-8")
    both = (
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{\n{dark}}} }}\n'
        f':root[data-theme="dark"] {{\n{dark}}}'
    )
    return (FOLDER / "page.css").read_text(encoding="utf-8").replace(DARK, both)


@cache
def _script() -> str:
    return (FOLDER / "page.js").read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """A script or a style as a policy names it."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _json(data: Any) -> str:
    """Data inside of a script element: nothing in it ends that, or is a comment or a line end to a script."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written


# ---- the elements that the script fills ----


def _head(title: str, machine: str, about: str) -> Iterator[str]:
    skip, keys = tr("To the story"), tr("Keys")
    yield f'<a class="skip" href="#story">{text(skip)}</a>'
    yield f'<header class="top"><div><h1>{text(title)}</h1>'
    yield f'<p class="sub">{text(machine)}</p></div><div class="tools">'
    yield f'<button type="button" id="help" aria-haspopup="dialog">{text(keys)} <kbd>?</kbd></button>'
    yield _button("theme", tr("Dark colours"), "◐", ' aria-pressed="false"') + "</div>"
    yield (f'<p class="about">{text(about)}</p>' if about else "") + "</header>"


def _button(id: str, name: str, shown: str, more: str = "") -> str:
    return f'<button type="button" id="{id}"{more} aria-label="{text(name)}">{shown}</button>'


def _stepper(count: int) -> Iterator[str]:
    steps, step, jump = tr("Steps"), tr("Step"), tr("Go to a step")
    yield f'<nav class="bar" aria-label="{text(steps)}"><div class="stepper">'
    yield _button("back", tr("Step back"), "←")
    yield _button("play", tr("Play"), "▶&#xFE0E;", ' aria-pressed="false"')
    yield f'<div class="track"><input type="range" id="slider" min="1" max="{count}" value="1" step="1"'
    yield f' aria-label="{text(step)}"><div class="phases" id="phases" aria-hidden="true"></div></div>'
    yield f'<output id="count" for="slider">1 / {count}</output>'
    yield _button("on", tr("Step on"), "→", ' class="go"')
    yield f'<select id="jump" aria-label="{text(jump)}"></select></div></nav>'


def _card(id: str, heading: str, inside: str, more: str = "") -> str:
    return (
        f'<section class="card{more}" data-part="{id}" aria-labelledby="{id}-heading">'
        f'<h2 id="{id}-heading">{text(heading)}</h2>{inside}</section>'
    )


def _main() -> Iterator[str]:
    yield '<main><p class="vh" id="live" aria-live="polite"></p><div class="column">'
    yield '<section class="card" id="story" aria-labelledby="title" tabindex="-1">'
    yield '<p class="phase" id="phase"></p><h2 id="title"></h2><code id="name"></code><code id="call"></code>'
    yield '<div id="told"></div><div id="asked" hidden><code id="line"></code><pre id="reply"></pre></div>'
    yield '<div id="questions"></div></section>'
    changed = '<div id="changed"><ul id="changes"></ul><p class="quiet" id="unchanged"></p></div>'
    yield _card("changed", tr("What changed"), changed)
    yield _card("where", tr("Where we are"), '<ol id="frames"></ol>', " later")
    log = '<pre class="log" id="lines"></pre><p class="quiet" id="logged"></p>'
    yield _card("log", tr("The kernel log"), log, " later") + '</div><div class="column">'
    drawing = '<div id="amounts" aria-hidden="true"></div><ul id="legend"></ul><div id="map"></div>'
    yield _card("map-of", tr("Physical memory"), drawing) + "</div>"
    yield '<div class="tables" id="tables"></div></main>'


def _keys() -> Iterator[str]:
    yield '<dialog id="keys" aria-labelledby="keys-heading">'
    heading, close = tr("Keys"), tr("Close")
    yield f'<h2 id="keys-heading">{text(heading)}</h2><dl class="keys">'
    for keys, words in KEYS:
        shown = " ".join(f"<kbd>{text(key)}</kbd>" for key in keys.split())
        yield f"<dt>{shown}</dt><dd>{text(tr(words))}</dd>"
    yield f'</dl><button type="button" id="close">{text(close)}</button></dialog>'

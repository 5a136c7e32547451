"""The page that a visitor's browser opens: a terminal, and what is said when a session has ended.  It asks
for nothing from anywhere else."""

from __future__ import annotations

from html import escape
from string import Template

from ....model.language.words import language, tr

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
PAGE = Template("""<!DOCTYPE html>
<html lang="$lang"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/xterm.css">
<style>
  @font-face { font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf"); }
  html, body { margin: 0; height: 100%; background: #10151a; color: #e8edf2; overflow: hidden;
    font: 16px/1.5 "Roboto Mono", monospace; }
  .textual-terminal { height: 100vh; opacity: 0; transition: opacity .2s; }
  .-first-byte .textual-terminal { opacity: 1; }
  .note { position: fixed; inset: 0; display: flex; align-items: center; justify-content: center; }
  .note p { max-width: 40em; margin: 2em; }
  .-first-byte .wait, .closed { display: none; }
  .-closed .closed { display: flex; background: #10151ae6; z-index: 9; }
  a { color: #7cc4ff; }
</style>
<script src="/static/js/textual.js" defer></script></head>
<body>$body</body></html>
""")
TERMINAL = Template("""<div class="note wait" role="status"><p>$wait</p></div>
<div class="note closed" role="alert"><p>$closed <a href="">$again</a></p></div>
<div id="terminal" class="textual-terminal" data-session-websocket-url="$socket" data-font-size="$size">
</div>""")
FONT_SIZES = (8, 40)
"""Pixels of letters, at least and at most."""


def terminal_page(title: str, socket: str, font_size: str) -> str:
    """The page with the terminal, whose bytes come from the address `socket`."""
    size = int(font_size) if font_size.isascii() and font_size.isdigit() and len(font_size) < 4 else 16
    body = TERMINAL.substitute(
        wait=escape(tr("The boot is being recorded …")),
        closed=escape(tr("This session has ended.")),
        again=escape(tr("Open another one.")),
        socket=escape(socket),
        size=min(max(size, FONT_SIZES[0]), FONT_SIZES[1]),
    )
    return PAGE.substitute(lang=language(), title=escape(title), body=body)


def note_page(title: str, sentence: str) -> str:
    """A page with one sentence."""
    body = f'<div class="note" role="alert"><p>{escape(sentence)}</p></div>'
    return PAGE.substitute(lang=language(), title=escape(title), body=body)

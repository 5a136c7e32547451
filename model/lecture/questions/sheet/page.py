"""A sheet and its key as pages of HTML that need nothing else: no script, nothing from the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ....language.words import language
from ....pictures.markup import FONT, text
from .contents import Sheet, answer_line, asked_at, choice_lines, how_to_answer, source_line, stars

STYLE = f"""
body {{ font: 16px/1.5 {FONT}; color: #1d2733; background: #fff; margin: 2em auto; max-width: 46em;
  padding: 0 1em; }}
h1 {{ font-size: 1.5em; }} h2 {{ font-size: 1.05em; margin: 1.6em 0 .2em; overflow-wrap: anywhere; }}
p {{ margin: .3em 0; overflow-wrap: anywhere; }} .about {{ color: #55616e; font-size: .9em; }}
ul {{ list-style: none; padding-left: 1.2em; margin: .3em 0; }} li {{ overflow-wrap: anywhere; }}
section {{ break-inside: avoid; }} .key {{ break-before: page; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #e4e8ec; background: #14181d; }}
  .about {{ color: #9aa7b4; }} }}
@media print {{ body {{ color: #000; background: #fff; margin: 0; }} }}
"""


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The questions as a page."""
    yield from _page(sheet.title(), _questions(sheet))


def key_lines(sheet: Sheet) -> Iterator[str]:
    """The answers as a page."""
    yield from _page(sheet.key_title(), _answers(sheet))


def whole_lines(sheet: Sheet) -> Iterator[str]:
    """Both as one page: printed, the answers begin on a new sheet of paper."""
    inside = [*_questions(sheet), '<div class="key">', *_answers(sheet), "</div>"]
    yield from _page(sheet.title(), inside)


def _page(title: str, inside: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield f'<html lang="{language()}"><head><meta charset="utf-8"><title>{text(title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style></head><body><main>"
    yield from inside
    yield "</main></body></html>"


def _questions(sheet: Sheet) -> Iterator[str]:
    yield f"<h1>{text(sheet.title())}</h1>"
    yield f'<p class="about">{text(sheet.about())}</p>'
    for number, question in enumerate(sheet.questions, 1):
        about = f"{stars(question)}; {asked_at(question)}; {how_to_answer(question)}"
        choices = "".join(f"<li>{text(line)}</li>" for line in choice_lines(question))
        yield f"<section><h2>{number}. {text(question.text)}</h2>"
        yield f'<p class="about">{text(about)}</p><ul>{choices}</ul></section>'


def _answers(sheet: Sheet) -> Iterator[str]:
    yield f"<h1>{text(sheet.key_title())}</h1>"
    yield f'<p class="about">{text(sheet.about())}</p>'
    for number, question in enumerate(sheet.questions, 1):
        yield f"<section><h2>{number}. {text(answer_line(question))}</h2>"
        yield f"<p>{text(question.explanation)}</p>"
        if source := source_line(question):
            yield f'<p class="about">{text(source)}</p>'
        yield "</section>"

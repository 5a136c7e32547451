"""States as one page of HTML that needs nothing else: the map of all, then every state in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..language.words import language, tr
from ..pictures.map_svg import Direction, map_lines
from ..pictures.markup import FONT, text
from ..source.facts import Facts
from .ledger import ledger_table
from .state import StateView

STYLE = f"""
body {{ font: 14px/1.45 {FONT}; color: #1d2733; background: #fff; margin: 2em auto; max-width: 76em;
  padding: 0 1em; }}
h1 {{ font-size: 1.5em; }} h2 {{ font-size: 1.2em; border-bottom: 1px solid #d3d9e0; margin-top: 2em; }}
table {{ border-collapse: collapse; margin: 1em 0; }} caption {{ text-align: left; font-weight: bold; }}
th, td {{ padding: .2em .8em .2em 0; border-bottom: 1px solid #e6eaee; vertical-align: top; }}
details {{ margin: .5em 0; }} summary {{ cursor: pointer; }} svg {{ max-width: 100%; height: auto; }}
nav a {{ margin-right: 1em; }} .map {{ overflow-x: auto; }}
"""


def page_lines(states: Sequence[StateView], title: str, direction: Direction = "up") -> Iterator[str]:
    """The page, line by line; at least one state.  They may be of several boots."""
    yield "<!DOCTYPE html>"
    yield f'<html lang="{language()}"><head><meta charset="utf-8"><title>{text(title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style></head><body>"
    yield f"<h1>{text(title)}</h1>"
    yield from _machines(states)
    yield "<nav>" + "".join(_link(number, state) for number, state in enumerate(states)) + "</nav>"
    yield '<div class="map">'
    yield from map_lines([state.map_column() for state in states], title, direction)
    yield "</div>"
    for number, state in enumerate(states):
        yield from _state(number, state)
    yield "</body></html>"


def _machines(states: Sequence[StateView]) -> Iterator[str]:
    """What is known of each machine."""
    told: list[Facts] = []
    for state in states:
        if state.facts not in told:
            told.append(state.facts)
    for facts in told:
        kernel = tr(
            "{kind}, {name}, Linux {release}",
            kind=tr(facts.kind),
            name=facts.arch.name,
            release=facts.release,
        )
        yield f"<p><b>{text(facts.name)}</b>: {text(kernel)}</p>"
        if facts.description:
            lines = text("\n".join(facts.description))
            yield f"<details><summary>{tr('the machine')}</summary><pre>{lines}</pre></details>"


def _link(number: int, state: StateView) -> str:
    return f'<a href="#state{number}">{text(f"{state.facts.name}, {state.moment}")}</a>'


def _state(number: int, state: StateView) -> Iterator[str]:
    yield f'<h2 id="state{number}">{text(f"{state.facts.name}, {state.moment}")}</h2>'
    yield ledger_table(state.ledger())
    yield state.memblock.memory._repr_html_()
    yield state.memblock.reserved._repr_html_()
    for there, view in (
        (state.nodes, state.nodes._repr_html_),
        (state.nodes, state.zones._repr_html_),
        (state.e820, state.e820._repr_html_),
    ):
        if there:
            yield view()
    if state.sections:
        yield _folded(
            tr("sections: {count} present", count=len(state.sections)), state.sections._repr_html_()
        )
    for tree in state.trees.values():
        if len(tree):
            yield _folded(tr("page tables: {name}", name=tree.name), tree._repr_html_())
    yield _folded(tr("kernel variables"), state.variables._repr_html_())


def _folded(words: str, inside: str) -> str:
    return f"<details><summary>{text(words)}</summary>{inside}</details>"

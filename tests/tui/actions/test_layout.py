"""Panes: focus, zoom, hiding, the help page; and the key that leaves what was opened last.

Covers leaving.py, tui/session/escape_stack.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.session.escape_stack import EscapeStack
from bootstep.tui.settings.bindings import HELP
from demo_boot import demo
from small_context import SmallContext


async def test_tab_goes_round_the_panes_and_brings_back_what_was_hidden() -> None:
    context = SmallContext(demo)
    await context.press("8", "Tab")
    assert context.focused == "calls"
    await context.press("2", "h")
    assert context.status.sentence == "source is hidden: 2 brings it back, H all."
    assert (context.focused, context.deck.closed) == ("calls", {"source"})
    await context.press("Tab")
    assert (context.focused, context.deck.closed) == ("source", set())


async def test_the_only_pane_in_sight_stays() -> None:
    context = SmallContext(demo)
    context.deck.closed = set(context.deck.panes) - {"calls"}
    await context.press("h")
    assert context.status.sentence == "This is the only pane in sight."
    await context.press("H", "z", "h")
    assert context.status.sentence == "Only one pane is shown: z takes the zoom back."
    await context.press("z", "H")
    assert context.status.sentence == "No pane is hidden."


@pytest.mark.parametrize(("key", "can"), [(")", True), ("(", True), ("+", False), ("-", False)])
async def test_a_pane_without_a_neighbour_cannot_be_resized(key: str, can: bool) -> None:
    context = SmallContext(demo)
    await context.press(key)
    sentence = "" if can else "There is nothing above or below calls to share room with."
    assert context.status.sentence == sentence
    await context.press("z", key)
    assert context.status.sentence == "z takes the zoom back, then panes have sizes."


async def test_escape_leaves_what_was_opened_last_one_after_the_other() -> None:
    context = SmallContext(demo)
    await context.press("3", "z", "l", "?")
    assert (context.deck.zoomed, context.focused) == (HELP, HELP)
    await context.press("Esc")
    assert (context.deck.zoomed, context.focused) == ("about", "about")
    assert context.status.sentence == "Closed: the help page."
    await context.press("Esc")
    assert (context.deck.zoomed, context.focused) == ("memblock", "memblock")
    await context.press("Esc")
    assert (context.deck.zoomed, context.focused) == (None, "memblock")
    await context.press("Esc")
    assert context.status.sentence == "Nothing is open that could be left."


async def test_on_the_help_page_most_keys_wait_and_quitting_leaves_the_page_first() -> None:
    context = SmallContext(demo)
    await context.press("?", "s")
    assert context.status.sentence == "Esc leaves the help page first."
    assert context.position == 0
    await context.press("q")
    assert (context.before_help, context.ended) == (None, False)
    await context.press("q")
    assert context.ended


async def test_a_panes_number_leaves_the_help_page() -> None:
    context = SmallContext(demo)
    await context.press("?", "7")
    assert (context.before_help, context.deck.zoomed, context.focused) == (None, None, "log")


def test_what_was_opened_again_keeps_its_own_way_out() -> None:
    escapes, left = EscapeStack(), list[str]()
    for name in ("zoom", "search", "zoom"):
        way = f"{name} {len(left)}"
        escapes.push(name, lambda: True, lambda way=way: left.append(way))
    assert escapes.leave() == "zoom"
    assert escapes.leave() == "search"
    assert left == ["zoom 0", "search 0"]


def test_what_is_closed_already_is_not_left_again() -> None:
    escapes = EscapeStack()
    is_open = True
    escapes.push("playing", lambda: is_open, lambda: None)
    is_open = False
    assert (escapes.last(), escapes.leave()) == (None, "")

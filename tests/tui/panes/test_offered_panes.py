"""Panes of parts of the state that not every architecture has are offered where there is such a part.

Covers tui/shell/layout.py, all.py.
"""

from __future__ import annotations

from bootstep.model.source.capabilities import Capabilities
from bootstep.tui.panes.all import PANES
from bootstep.tui.panes.e820.pane import E820Pane
from bootstep.tui.shell.layout import Deck
from bootstep.tui.shell.layout_presets import PRESETS, rooms


def offered(deck: Deck) -> set[str]:
    return {id for room in rooms(deck.preset) for id in deck.tabs_of(room)}


def deck_for(can: Capabilities) -> Deck:
    deck = Deck(tuple(pane() for pane in PANES))
    deck.arrange_panes = lambda: None  # type: ignore[method-assign]
    deck.offer(can)
    return deck


def test_the_e820_map_is_a_pane_where_there_is_one() -> None:
    with_map, without = deck_for(Capabilities(e820=True)), deck_for(Capabilities())
    for preset in PRESETS:
        for deck in (with_map, without):
            deck.take_preset(preset)
        assert offered(with_map) - offered(without) == {E820Pane.ID}


def test_a_pane_that_is_no_longer_offered_is_not_shown() -> None:
    deck = deck_for(Capabilities(e820=True))
    room = deck.room_of(E820Pane.ID)
    assert room is not None
    deck.arrangement.chosen[room] = E820Pane.ID
    assert deck.shown(room) == E820Pane.ID
    deck.offer(Capabilities())
    assert deck.shown(room) != E820Pane.ID

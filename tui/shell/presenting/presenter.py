"""A presentation, from its beginning to its end: it looks after each move, at each key, and each second."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.language.words import tr
from ...draw.spotlight import spotlight
from ...session.presenting.meeting import directories
from ...session.presenting.notes import Notes
from ...session.presenting.speaker import Speaker
from ...session.presenting.timer import Timer
from ...settings.bindings import KEY_BINDINGS, label_of
from ...settings.keymap import shown_key
from ..host import Host
from ..layout_presets import presented_for, preset_for
from .bar import BarWords, PresenterBar
from .pressed import PressedKeys, meaning
from .raising import changes, most_changed
from .telling import notes_of

if TYPE_CHECKING:
    from textual.events import Key
    from textual.geometry import Size

    from ...panes.pane import Pane
    from ...session.player import Stoppable
    from ...session.presenting.options import PresentOptions
    from ..foot import Foot
    from ..layout import Deck

LIGHT = "light"
"""The colours for a projector."""
OWN = "terminal"
"""Those that stay: the terminal has few, or none."""
CLICKER = {"pagedown": "tour-next", "pageup": "tour-previous"}
"""What the keys of a clicker do while a tour is on."""
STEADY = 2.0
"""Seconds that a pane stays at least while the boot plays."""


class Stage(Host, Protocol):
    """What a presentation uses of the application."""

    @property
    def deck(self) -> Deck:
        """Where the panes are."""
        ...

    @property
    def foot(self) -> Foot:
        """The line of input."""
        ...

    @property
    def size(self) -> Size:
        """Of the screen."""
        ...

    @property
    def screen_stack(self) -> list[Any]:
        """The screens, one above the other."""
        ...

    def colours(self) -> str:
        """The theme."""
        ...

    def fit(self, size: Size) -> None:
        """Share the screen among its parts again."""
        ...

    def focused_pane(self) -> Pane:
        """The pane that keys go to."""
        ...


class Presenter:
    """What there is while somebody presents.  `clock` tells seconds."""

    def __init__(self, stage: Stage, options: PresentOptions, clock: Callable[[], float] = monotonic) -> None:
        self.stage = stage
        self.shows_keys = options.keys
        self.shows_time = True
        self.timer = Timer(options.minutes, clock)
        self.pressed = PressedKeys(clock)
        self.bar = PresenterBar(self.words)
        self.speaker: Speaker | None = None
        self._is_dressed = options.is_dressed
        self._theme_before = ""
        self._left = 0
        """The position at the last look."""
        self._stop: object = None
        self._raised_at = float("-inf")
        self._told = Notes()
        self._ticking: Stoppable | None = None

    # ---- its beginning and its end ----

    def begin(self) -> None:
        """Take the stage."""
        stage = self.stage
        if not self._is_dressed and stage.colours() not in (LIGHT, OWN):
            self._theme_before = stage.colours()
            stage.dress(LIGHT)
        stage.deck.preset_for = presented_for
        for pane in stage.deck.panes.values():
            pane.spotlight = spotlight
        stage.deck.screen.mount(self.bar, after=stage.deck)
        try:
            self.speaker = Speaker(directories())
        except InputError as error:
            stage.complain(tr("nobody can follow: {error}", error=error))
        if stage.session is not None:
            self._stop, self._left = stage.session.debugger.last.stop, stage.session.debugger.position
        self._ticking = stage.set_interval(1.0, self.tick)
        self._again()
        self.tell()

    def end(self) -> None:
        """Leave it as it was."""
        self.close()
        if self._ticking is not None:
            self._ticking.stop()
        self.bar.remove()
        self.stage.deck.preset_for = preset_for
        for pane in self.stage.deck.panes.values():
            pane.spotlight = None
        if self._theme_before and self.stage.colours() == LIGHT:
            self.stage.dress(self._theme_before)
        self._again()

    def close(self) -> None:
        """Nobody follows any more."""
        if self.speaker is not None:
            self.speaker.close()
            self.speaker = None

    def _again(self) -> None:
        """Share the screen anew, and draw."""
        self.refresh()
        self.stage.fit(self.stage.size)
        for pane in self.stage.deck.panes.values():
            if pane.is_in_sight:
                pane.repaint()

    # ---- what happens meanwhile ----

    def fit(self, size: Size) -> None:
        """The screen is shared anew: for another size, or for a page of words, which the speaker gets too."""
        self.bar.fit(size.height)
        self.stage.call_later(self.tell)

    def shown(self) -> None:
        """A moment was shown: if one came there by a move, raise what that changed."""
        session, snapshot = self.stage.session, self.stage.snapshot
        if session is None or snapshot is None:
            return
        if snapshot.stop is not self._stop:
            left, self._left, self._stop = self._left, snapshot.position, snapshot.stop
            touring = self.stage.touring
            if not touring.is_at_stop(snapshot.trace, snapshot.position):
                self._raise(most_changed(changes(snapshot, min(left, len(snapshot.trace))), self._shown()))
            elif touring.page is not None:
                self._raise(touring.page.look)
        self.bar.look()
        self.tell()

    def _shown(self) -> str:
        """The pane in sight that shows memory, or what was printed."""
        deck = self.stage.deck
        room = deck.room_of("memblock") or deck.room_of("log")
        return deck.shown(room) if room is not None else ""

    def _raise(self, id: str | None) -> None:
        """Bring a pane forward, once after a move; what somebody gave the whole screen stays."""
        deck, now = self.stage.deck, self.timer.clock()
        if id is None or id in deck.not_offered or deck.zoomed is not None or deck.panes[id].display:
            return
        if self.stage.player.is_playing and now - self._raised_at < STEADY:
            return
        self._raised_at = now
        deck.bring_forward(id)
        if not self.stage.focused_pane().display:
            self.stage.focus_pane(id)

    def takes_key(self, event: Key) -> bool:
        """Show a key; one of a clicker moves a tour, which no pane needs to know."""
        stage = self.stage
        if len(stage.screen_stack) > 1:
            return False
        if event.key in CLICKER and stage.touring.tour is not None:
            self._click(event.key)
            return True
        if not stage.foot.is_typed_in:
            named, label = meaning(event.key, stage.keys, stage.focused_pane().KEYS)
            self._press(named, label)
        return False

    def _click(self, key: str) -> None:
        id = CLICKER[key]
        prompt = self.stage.foot.prompt
        if prompt is not None and self.stage.foot.is_typed_in:
            prompt.leave()
        self._press(shown_key(key), label_of(KEY_BINDINGS[id]))
        self.stage.call_next(self.stage.do, id)

    def _press(self, key: str, label: str) -> None:
        self.pressed.press(key, label)
        self.bar.look()

    def tick(self) -> None:
        """Another second."""
        self.bar.look()
        self.tell()

    # ---- what is seen and told ----

    def refresh(self) -> None:
        """Show what was changed of all this."""
        is_there = self.shows_keys or self.shows_time
        if self.bar.display != is_there:
            self.bar.display = is_there
        self.bar.look()

    def words(self) -> BarWords:
        """What the bar shows."""
        touring, timer = self.stage.touring, self.timer
        at, of = (touring.index + 1, len(touring.course.places)) if touring.course is not None else (0, 0)
        keys = tuple(self.pressed.seen()) if self.shows_keys else ()
        if not self.shows_time:
            return BarWords(keys, "", False)
        time = " · ".join(filter(None, (timer.words(), timer.pace(at, of))))
        return BarWords(keys, time, timer.is_late(at, of))

    def tell(self) -> None:
        """Tell those who follow, if anything is new but the time."""
        if self.speaker is None:
            return
        notes = notes_of(self.stage, self.timer)
        # What the clock alone makes different, they see themselves.
        timeless = replace(notes, elapsed=self.timer.started)
        if timeless != self._told:
            self._told = timeless
            self.speaker.tell(notes)

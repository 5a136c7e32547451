"""A `Context` without a screen: actions are tested over it, without Textual and at once.

Its panes are lines of text with a cursor, its deck knows only who is in sight, its clock is turned by hand,
and what actions put off is done by `settle`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from bootstep.tui.actions import registry
from bootstep.tui.actions.command_line import execute
from bootstep.tui.actions.playback import take_steps
from bootstep.tui.actions.prefix import key_pressed, times
from bootstep.tui.actions.tours.walking import look
from bootstep.tui.cli.sources import boot_named
from bootstep.tui.session.escape_stack import EscapeStack
from bootstep.tui.session.jump_list import JumpList
from bootstep.tui.session.player import Player
from bootstep.tui.session.prefix import Prefix, PutBack
from bootstep.tui.session.presenting.options import PresentOptions
from bootstep.tui.session.quizzing import Quizzing
from bootstep.tui.session.recording import Recording
from bootstep.tui.session.session import Session
from bootstep.tui.session.snapshot import Snapshot
from bootstep.tui.session.touring import Touring
from bootstep.tui.session.what_ifs import WhatIfs
from bootstep.tui.settings.bindings import DIGITS, HELP, KEY_BINDINGS
from bootstep.tui.settings.keymap import Keymap, key_of
from bootstep.tui.settings.session_store import SessionStore
from small_screen import (
    SmallAnswers,
    SmallDeck,
    SmallFoot,
    SmallNarrator,
    SmallPane,
    SmallPresenter,
    SmallStatus,
    SmallTranscript,
)


class Clock:
    """A timer that fires when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.tick: Callable[[], None] | None = None

    def every(self, seconds: float, tick: Callable[[], None]) -> Clock:
        self.seconds, self.tick = seconds, tick
        return self

    def stop(self) -> None:
        self.tick = None

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            if self.tick is not None:
                self.tick()


class SmallContext:
    """The application, as far as actions go, on a boot that is recorded."""

    def __init__(self, load: Callable[[], Recording] | None) -> None:
        self.keys = Keymap()
        self.help = SmallTranscript()
        self.before_help: PutBack | None = None
        self.letter_taker: Callable[[str], None] | None = None
        self.panes = tuple(SmallPane(id) for id in DIGITS[:-1])
        others = (SmallPane(id) for id in ("console", "about", "both", HELP))
        self.deck = SmallDeck((*self.panes, *others))
        self.status = SmallStatus(self.keys.words)
        self.transcript, self.answers, self.foot = SmallTranscript(), SmallAnswers(), SmallFoot(self)
        self.clock, self.timers = Clock(), list[Callable[[], None]]()
        self.player = Player(self.clock.every, partial(take_steps, self))
        self.store, self.jumps, self.what_ifs = SessionStore(None, None), JumpList(), WhatIfs()
        self.touring, self.narrator, self.quizzing = Touring(), SmallNarrator(), Quizzing()
        self.escapes, self.prefix, self.searches = EscapeStack(), Prefix(), list[str]()
        self.presenter: SmallPresenter | None = None
        self.copied, self.ended, self.theme = "", False, "dark"
        self.focused = "calls"
        self.put_off: list[Callable[[], Any] | Coroutine[Any, Any, None]] = []
        self.is_reading = load is None
        self.boot: Recording | None = None
        self.kernel_source = None
        self.session: Session | None = None
        self.snapshot: Snapshot | None = None
        if load is not None:
            self.boot = load()
            self.boot.run()
            self.session = self.session_on(self.boot)
            self.show()

    # ---- what a test does ----

    @property
    def position(self) -> int:
        assert self.session is not None
        return self.session.debugger.position

    @property
    def place(self) -> str:
        assert self.session is not None
        return self.session.debugger.position_name()

    async def press(self, *keys: str) -> None:
        """Press keys, as people call them."""
        for key in keys:
            name = key_of(key)
            key_pressed(self, name)
            if self.letter_taker is not None:
                taker, self.letter_taker = self.letter_taker, None
                taker(key)
            else:
                id = next(id for id in KEY_BINDINGS if name in self.keys.of(id))
                if count := times(self, id):
                    await self.do(id, count)
            await self.settle()

    async def command(self, *lines: str) -> None:
        """Give lines on the command line."""
        for line in lines:
            execute(self, line)
            await self.settle()

    async def settle(self) -> None:
        """Do what was put off."""
        while self.put_off:
            work = self.put_off.pop(0)
            if isinstance(work, Coroutine):
                await work
            else:
                work()

    # ---- what actions use ----

    async def do(self, id: str, times: int = 1) -> None:
        if reason := registry.unavailable(self, id):
            self.status.say(reason, "stop")
        else:
            await registry.run(self, id, times)

    def boot_named(self, word: str) -> Recording:
        return boot_named(word)

    def session_on(self, boot: Recording) -> Session:
        return registry.session_on(self, boot)

    def focused_pane(self) -> SmallPane:
        return self.deck.panes[self.focused]

    def focus_pane(self, id: str) -> None:
        self.focused = id

    def view(self) -> PutBack:
        focused, stand = self.focused, self.deck.stand()

        def put_back() -> None:
            stand()
            self.focused = focused

        return put_back

    def show(self) -> None:
        if self.session is not None:
            self.snapshot = self.session.look()
            look(self)

    def complain(self, sentence: str) -> None:
        if sentence:
            self.status.say(sentence, "error")

    def dress(self, theme: str) -> str:
        self.theme = theme
        return f"theme {theme}"

    def present(self, options: PresentOptions | None) -> None:
        self.presenter = SmallPresenter(options) if options is not None else None

    def in_background(self, work: Coroutine[Any, Any, None], group: str) -> None:
        self.put_off.append(work)

    def in_thread(self, work: Callable[[Callable[[], bool]], None], group: str) -> None:
        self.put_off.append(lambda: work(lambda: False))

    def call_later(self, callback: Callable[..., Any], /, *args: Any) -> None:
        self.put_off.append(partial(callback, *args))

    call_next = call_later

    def set_timer(self, delay: float, callback: Callable[[], None], /) -> None:
        self.timers.append(callback)

    def set_interval(self, interval: float, callback: Callable[[], None], /) -> Clock:
        return Clock().every(interval, callback)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text

    def action_command_palette(self) -> None:
        """There is none."""

    def action_suspend_process(self) -> None:
        """There is no shell to go to."""

    def exit(self, result: int | None = None, /) -> None:
        self.ended = True

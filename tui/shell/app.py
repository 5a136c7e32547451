"""The application: a session, the panes that show where it stands, and the keys that move it."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import Screen

from ...model.base.errors import InputError
from ...model.language.words import tr
from ..actions.arrival import seek, show_and_say
from ..actions.layout import bring_forward
from ..actions.prefix import times
from ..actions.queries import ask
from ..actions.registry import run, session_on, unavailable
from ..draw import themes
from ..draw.main_screen import MainScreen
from ..panes.about.pane import AboutPane
from ..panes.all import PANES
from ..panes.breakpoints.pane import BreakpointsPane
from ..panes.console.pane import ConsolePane
from ..panes.key_bindings import binding
from ..panes.pane import Pane
from ..panes.source.pane import SourcePane
from ..panes.tour.narrator import Narrator
from ..panes.welcome.pane import WelcomePane
from ..session.background import given_up
from ..session.escape_stack import EscapeStack
from ..session.jump_list import JumpList
from ..session.player import Player
from ..session.prefix import Prefix, PutBack
from ..session.quizzing import Quizzing
from ..session.touring import Touring
from ..session.what_ifs import WhatIfs
from ..settings.bindings import KEY_BINDINGS
from ..settings.config import Settings
from ..settings.keymap import Keymap
from ..settings.session_store import SessionStore
from ..settings.welcomed import Welcomed
from .foot import Foot
from .help import HelpPane
from .key_input import takes_key
from .keybar import KeyBar
from .layout import Deck
from .recorder import Recorder
from .signals import leave_when_told
from .status import Status
from .surviving_app import SurvivingApp
from .timeline.bar import Timeline
from .type_ahead import TypeAhead

if TYPE_CHECKING:
    from ...model.build.kernel_source.functions import KernelSource
    from ...model.debugger.scripts.blocks import Line
    from ...model.source.trace_source import Cancelled
    from ..session.presenting.options import PresentOptions
    from ..session.recording import Recording
    from ..session.session import Session
    from ..session.snapshot import Snapshot
    from .presenting.presenter import Presenter
    from .prompt import Prompt


WELCOME = WelcomePane.ID


def nothing_named(word: str) -> Recording:
    """There are no other boots.  Raises `InputError`."""
    raise InputError(tr("{word}: no other boot can be opened here", word=word))


class BootstepApp(SurvivingApp):
    """Stepping through one boot.  `load` makes it, in a thread, once the first screen is shown; `at` is the
    name of the position to open it at; `kept_in` is the directory for what is kept between runs (None:
    nothing is); `named` gives other boots by their names.  It is the `Context` of all actions."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "bootstep"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        binding(key, f"act('{key.id}')", priority=True) for key in KEY_BINDINGS.values()
    ]

    def __init__(
        self,
        load: Callable[[], Recording],
        at: str = "",
        kept_in: Path | None = None,
        config: Settings | None = None,
        named: Callable[[str], Recording] = nothing_named,
    ) -> None:
        super().__init__()
        self.config = config or Settings()
        self.script: Iterable[Line] = ()
        """The commands to do when the boot is recorded."""
        self.boot_named = named
        self.to_present: PresentOptions | None = None
        """How to present from the beginning on."""
        self.presenter: Presenter | None = None
        self.keys = Keymap([key for pane in PANES for key in pane.KEYS], self.config.keys)
        terminal = os.environ.get("TERM", "")
        themes.prepare(self, terminal)
        self.theme = self.config.theme or themes.usual(self.no_color, terminal)
        self._make_session_parts(load, at, kept_in)
        self._make_widgets()
        self._make_welcome(Welcomed(kept_in))
        self.ahead = TypeAhead(self, self.post_message)
        self.letter_taker: Callable[[str], None] | None = None

    def _make_session_parts(self, load: Callable[[], Recording], at: str, kept_in: Path | None) -> None:
        self.recorder = Recorder(self, load, at, kept_in)
        self.boot: Recording | None = None
        self.session: Session | None = None
        self.kernel_source: KernelSource | None = None
        self.snapshot: Snapshot | None = None
        self.store = SessionStore(None, None)
        self.jumps, self.quizzing = JumpList(), Quizzing()
        self.what_ifs = WhatIfs()
        self.touring = Touring()
        self.searches: list[str] = []
        self.player = Player(self.set_interval, self._take_steps)
        if self.config.speed is not None:
            self.player.speed = self.config.speed

    def _take_steps(self) -> None:
        """The steps of a boot that plays."""
        from ..actions.playback import take_steps

        take_steps(self)

    def _make_widgets(self) -> None:
        self.panes: tuple[Pane, ...] = tuple(pane() for pane in PANES)
        self.transcript = next(pane for pane in self.panes if isinstance(pane, ConsolePane))
        self.answers = next(pane for pane in self.panes if isinstance(pane, AboutPane))
        self.help = HelpPane()
        self.before_help: PutBack | None = None
        self.deck = Deck((*self.panes, self.help))
        self.timeline = Timeline()
        self.status = Status(self.keys.words)
        self.keybar = KeyBar(self)
        self.foot = Foot(self, self.deck, self.keybar)
        self.narrator = Narrator(
            self.keys,
            self.deck,
            lambda: self.fit(self.size),
            lambda: self.screen.set_focus(self.deck.first()),
        )
        self.prefix = Prefix()
        self.escapes = EscapeStack()

    def _make_welcome(self, welcomed: Welcomed) -> None:
        """The welcome is there until it was left once, on any machine."""
        if welcomed.is_due:
            self.deck.admit(WELCOME)
            self.deck.on_dismissed = lambda id: welcomed.keep()
            self.escapes.push(
                tr("the welcome"),
                lambda: WELCOME not in self.deck.not_offered,
                partial(self.deck.dismiss, WELCOME),
            )

    def compose(self) -> ComposeResult:
        """The panes, and the rows below them."""
        yield self.deck
        yield self.timeline
        yield self.status
        yield self.keybar

    def on_mount(self) -> None:
        """Start recording once the first screen is there."""
        leave_when_told(self)
        self.set_keymap(self.keys.keymap())
        if self.to_present is not None:
            self.present(self.to_present)
        self.call_after_refresh(self.recorder.start)

    def get_default_screen(self) -> Screen[None]:
        """The screen that the panes are on."""
        return MainScreen(self.fit)

    def fit(self, size: Size) -> None:
        """The form of the deck depends on the size of the screen."""
        self.status.fit(size)
        self.timeline.fit(size)
        if self.presenter is not None:
            self.presenter.fit(size)
        self.deck.fit(self.narrator.left(size))
        if self.focused is None or not self.focused.display:
            self.deck.first().focus()

    # ---- keys ----

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys have their meaning over the panes only.  They are looked at before the focused pane sees them:
        of keys typed quickly, those after ``:`` must find the command line."""
        return not (action == "act" and (self.foot.is_typed_in or len(self.screen_stack) > 1))

    async def action_act(self, id: str) -> None:
        """What the table of keys calls `id`, as often as the number says that was typed before it."""
        count = times(self, id)
        if count:
            await self.do(id, count)

    async def do(self, id: str, times: int = 1) -> None:
        """Do it, say why not, or let it wait for a boot that is being read."""
        reason = unavailable(self, id)
        if reason and self.ahead.takes_action(id, partial(self.do, id, times)):
            return
        if reason:
            self.status.say(reason, "stop")
            return
        await run(self, id, times)
        self.keybar.look()

    async def on_event(self, event: events.Event) -> None:
        """A letter that is waited for goes to who waits; the mouse ends the waiting."""
        if isinstance(event, events.MouseDown):
            self.letter_taker = None
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self.presenter is not None and self.presenter.takes_key(event):
                return
            if takes_key(self, event):
                return
        await super().on_event(event)

    # ---- showing ----

    def show(self) -> None:
        """Let every pane draw the moment the session stands at."""
        if self.session is None:
            return
        self.snapshot = self.session.look()
        self.deck.offer(self.snapshot.facts.can)
        self.deck.dismiss_what_is_over(self.snapshot)
        for pane in self.panes:
            self.attempt(tr("showing the pane {name}", name=tr(pane.NAME)), partial(pane.show, self.snapshot))
        for pane in self.panes:
            if pane.is_in_sight and len(pane.tabs) > 1:
                pane.repaint_title()
        self.keybar.look()
        self.timeline.show(self.snapshot, self.player.words() if self.player.is_playing else "")
        if self.touring.page is not None:
            from ..actions.tours.walking import look

            look(self)
        if self.presenter is not None:
            self.presenter.shown()
        self.call_later(self.complain, self.store.keep(self.session.debugger))

    def complain(self, sentence: str) -> None:
        """Say what is wrong, if anything is."""
        if sentence:
            self.status.say(sentence, "error")

    # ---- what widgets tell ----

    def on_timeline_sought(self, message: Timeline.Sought) -> None:
        """The timeline was clicked; or scrubbed, which leaves but one place to go back to."""
        if message.is_scrub:
            self.jumps.here = message.position
        seek(self, message.position)

    def on_descendant_focus(self) -> None:
        """The keys of the focused pane are in the footer; while the app ends there is none."""
        if self.screen_stack:
            self.keybar.look()

    async def on_pane_acted(self, message: Pane.Acted) -> None:
        """A pane, or the wheel over the timeline, wants what a key does."""
        await self.action_act(message.id)

    def on_pane_said(self, message: Pane.Said) -> None:
        """A pane has something to say."""
        self.status.say(message.sentence, message.kind)

    def on_pane_asked(self, message: Pane.Asked) -> None:
        """A pane gives a command."""
        ask(self, message.line)

    def on_pane_tab_clicked(self, message: Pane.TabClicked) -> None:
        """A name in a title: that pane comes forward."""
        bring_forward(self, message.pane)

    def on_breakpoints_pane_commanded(self, message: BreakpointsPane.Commanded) -> None:
        """A command that needs no more answer than a sentence."""
        if self.session is not None:
            show_and_say(self, self.session.execute(message.line).text)

    async def on_breakpoints_pane_typed(self, message: BreakpointsPane.Typed) -> None:
        """A command to be completed."""
        await self.foot.open(message.line)

    def on_source_pane_selected(self, message: SourcePane.Selected) -> None:
        """A caller is looked at: commands mean it too."""
        if self.session is not None:
            self.session.debugger.select_frame(message.level)

    def on_prompt_offered(self, message: Prompt.Offered) -> None:
        """What the line may become; for nothing the status line is as it was before."""
        self.status.offer("  ".join(message.found))

    # ---- what actions use besides, see `Context` ----

    @property
    def is_reading(self) -> bool:
        """Whether the machine is still being read."""
        return not self.ahead.is_over

    def session_on(self, boot: Recording) -> Session:
        """A session on another boot."""
        return session_on(self, boot)

    def focused_pane(self) -> Pane:
        """The pane that keys go to."""
        return self.focused if isinstance(self.focused, Pane) else self.deck.first()

    def focus_pane(self, id: str) -> None:
        """Let keys go to a pane."""
        self.screen.set_focus(self.deck.panes[id])

    def view(self) -> PutBack:
        """What puts back what is seen now."""
        focused, stood = self.focused_pane(), self.deck.view()

        def put_back() -> None:
            self.deck.restore(stood)
            self.screen.set_focus(focused)

        return put_back

    def in_background(self, work: Coroutine[Any, Any, None], group: str) -> None:
        """Do something between keys, and no longer what is still done of the same group."""
        self.run_worker(work, group=group, exclusive=True)

    def in_thread(self, work: Callable[[Cancelled], None], group: str) -> None:
        """Do something in a thread."""
        self.run_worker(lambda: work(given_up()), group=group, thread=True)

    def dress(self, theme: str) -> str:
        """Change the colours; returns a sentence."""
        return themes.dress(self, theme)

    def colours(self) -> str:
        """The theme."""
        return self.theme

    # ---- presenting ----

    def present(self, options: PresentOptions | None) -> None:
        """Begin a presentation, or (None) end the one that is on."""
        if self.presenter is not None:
            presenter, self.presenter = self.presenter, None
            presenter.end()
        if options is not None:
            from .presenting.presenter import Presenter

            self.presenter = Presenter(self, options)
            self.presenter.begin()

    def on_unmount(self) -> None:
        """Nobody follows an application that has ended."""
        if self.presenter is not None:
            self.presenter.close()

    # ---- the palette, and what it calls ----

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette."""
        from .palette import system_commands

        offered = [pane for pane in self.panes if pane.ID not in self.deck.not_offered]
        return system_commands(offered, self.keys, partial(self.call_next, self.run_action))

    async def action_quit(self) -> None:
        """Textual's own key to leave does what ours does."""
        from ..actions.live.quitting import quit_or_warn

        quit_or_warn(self)

    def action_command_palette(self) -> None:
        """Open it."""
        from .palette import open_palette

        open_palette(self)

    def action_show_pane(self, id: str) -> None:
        """Bring a pane forward and focus it; never the beginning of a number."""
        bring_forward(self, id)

    async def action_pane_act(self, pane: str, id: str) -> None:
        """What a key of a single pane does."""
        bring_forward(self, pane)
        await self.deck.panes[pane].run_action(id.partition(".")[2].replace("-", "_"))

    def action_command(self, line: str) -> None:
        """What a command does."""
        from ..actions.command_line import execute

        execute(self, line)

    def action_dress(self, name: str) -> None:
        """Change the colours."""
        self.status.say(self.dress(name))

    def refresh_css(self, animate: bool = True) -> None:
        """Style what is on the screen anew.  Before there is one only the theme is noted: the style sheets
        are read when the screen is made, and would be read twice."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What app.tcss needs in every theme."""
        return themes.variables(themes.DEFAULT)

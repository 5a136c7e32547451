"""The application: a session, the panes that show where it stands, and the keys that move it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from inspect import isawaitable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen

from ..actions.counting import Counting, View
from ..actions.layout import in_help, leave_help
from ..actions.playback import Player
from ..actions.queries import ask
from ..actions.registry import all_deeds
from ..actions.what_if import WhatIfs
from ..draw import themes
from ..draw.main_screen import MainScreen
from ..draw.surviving import PlainFilter, install, is_worth_surviving
from ..panes.all import PANES
from ..panes.breakpoints.pane import BreakpointsPane
from ..panes.console.pane import ConsolePane
from ..panes.pane import Pane
from ..session.jump_list import SINGLE, Trail
from ..settings.bindings import KEY_BINDINGS
from ..settings.config import Config
from ..settings.keymap import Keymap
from ..settings.session_store import Kept
from .failure import Failures
from .help import HelpPane
from .keybar import KeyBar
from .layout import Deck
from .opened import Opened
from .palette import palette_entries
from .recorder import Recorder
from .signals import leave_when_told, need_terminal
from .status import Status
from .timeline import Timeline
from .type_ahead import TypeAhead

if TYPE_CHECKING:
    from ...boots.core.inputs import Machine
    from ...model.debugger.debugger import Stop
    from ..panes.source.kernel_source import KernelSource
    from ..session.recording import Recording
    from ..session.session import Session
    from ..session.snapshot import Snapshot
    from .prompt import Prompt, Question

STOPS = frozenset(("breakpoint", "watch", "panic", "end", "nowhere"))
"""The reasons to stop that deserve a mark."""

JUMPS = frozenset(("goto", "until", "phase", "start", "end"))
"""Those of moves that may lead far away: how to return is said.  From a breakpoint one goes on."""

DRAGGING = 1 / 30
"""Seconds between two sizes of a terminal whose corner is being drawn, at most."""


class BootstepApp(App[int]):
    """Stepping through one boot.  `load` makes it, in a thread, once the first screen is shown; `at` is the
    name of the position to open it at; `kept_in` is the directory for what is kept between runs (None:
    nothing is)."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "bootstep"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            action.keys,
            f"act('{action.id}')",
            action.label,
            show=False,
            key_display=action.shown,
            priority=True,
            id=action.id,
        )
        for action in KEY_BINDINGS.values()
    ]

    def __init__(
        self,
        load: Callable[[], Recording],
        at: str = "",
        kept_in: Path | None = None,
        config: Config | None = None,
    ) -> None:
        super().__init__()
        install()
        self._filters.append(PlainFilter())
        self.failures = Failures()
        self.config = config or Config()
        self.keys = Keymap([action for pane in PANES for action in pane.KEYS], self.config.keys)
        terminal = os.environ.get("TERM", "")
        themes.prepare(self, terminal)
        self.theme = self.config.theme or themes.usual(self.no_color, terminal)
        self.recorder = Recorder(self, load)
        self.at = at
        self.boot: Recording | None = None
        self.session: Session | None = None
        self.snapshot: Snapshot | None = None
        self.panes: tuple[Pane, ...] = tuple(pane() for pane in PANES)
        self.console_pane = next(pane for pane in self.panes if isinstance(pane, ConsolePane))
        self.help = HelpPane()
        self.before_help: View | None = None
        self.deck = Deck((*self.panes, self.help))
        self.timeline = Timeline()
        self.status = Status(self.keys.words)
        self.prompt: Prompt | None = None
        self.keybar = KeyBar()
        self.deeds = all_deeds()
        self.counting = Counting(self)
        self.searches: list[str] = []
        self.taker: Callable[[str], None] | None = None
        self.opened = Opened()
        self.ahead = TypeAhead(self)
        self.trail = Trail()
        self.player = Player(self)
        if self.config.speed is not None:
            self.player.speed = self.config.speed
        self.kept_in = kept_in
        self.kept = Kept(None, None)
        self.what_ifs = WhatIfs(self)
        self.resized_at = 0.0

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
        self.call_after_refresh(self.recorder.start)

    def get_default_screen(self) -> Screen[None]:
        """The screen that the panes are on."""
        return MainScreen(self.fit)

    def fit(self, size: Size) -> None:
        """The form of the deck depends on the size of the screen."""
        self.status.fit(size)
        self.timeline.fit(size)
        self.deck.fit(size)
        if self.focused is None or not self.focused.display:
            self.deck.first().focus()

    async def _on_resize(self, event: events.Resize) -> None:
        # Textual waits whether another size follows; the first of them can be shown at once.
        is_first = monotonic() - self.resized_at > DRAGGING
        self.resized_at = monotonic()
        await super()._on_resize(event)
        if is_first:
            self._check_resize()

    # ---- keys ----

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys have their meaning over the panes only.  They are looked at before the focused pane sees them:
        of keys typed quickly, those after ``:`` must find the command line."""
        is_typing = self.prompt is not None and self.focused is self.prompt
        return not (action == "act" and (is_typing or len(self.screen_stack) > 1))

    async def action_act(self, id: str) -> None:
        """What the table of actions calls `id`, as often as the number says that was typed before it."""
        times = self.counting.times(id)
        if not times:
            return
        await self.do(id, times)

    async def do(self, id: str, times: int) -> None:
        """Do it, say why not, or let it wait for a boot that is being read."""
        deed = self.deeds[id]
        reason = in_help(self, id) or deed.why_not(self)
        if reason and self.ahead.takes_action(id, partial(self.do, id, times)):
            return
        if reason:
            self.status.say(reason, "stop")
            return
        done = deed.act(self, times)
        if isawaitable(done):
            await done
        self.keybar.look()

    def wait_for_letter(self, taker: Callable[[str], None], sentence: str) -> None:
        """The next key is not a command but the name of something, which `taker` is given."""
        self.taker = taker
        self.status.say(sentence)

    async def on_event(self, event: events.Event) -> None:
        """A letter that is waited for goes to who waits; the mouse ends the waiting."""
        if isinstance(event, events.MouseDown):
            self.taker = None
        if isinstance(event, events.Key) and not event.is_forwarded:
            if event.key.startswith("alt+") and event.is_printable:
                # Escape and a letter typed at once: a terminal sends the same for Alt and the letter.
                self.post_message(events.Key("escape", None))
                self.post_message(events.Key(event.key.removeprefix("alt+"), event.character))
                return
            if self.ahead.takes_key(event):
                return
            self.counting.pressed(event.key)
            if self.taker is not None:
                taker, self.taker = self.taker, None
                taker(event.character or event.key)
                return
        await super().on_event(event)

    # ---- showing ----

    def show(self) -> None:
        """Let every pane draw the moment the session stands at."""
        if self.session is None:
            return
        self.snapshot = self.session.look()
        for pane in self.panes:
            self.attempt(f"showing the pane {pane.NAME}", partial(pane.show, self.snapshot))
        for pane in self.panes:
            if pane.is_in_sight and len(pane.tabs) > 1:
                pane.repaint_title()
        self.keybar.look()
        self.timeline.show(self.snapshot, self.player.words() if self.player.is_playing else "")
        self.call_later(self.complain, self.kept.keep(self.session.debugger))

    def arrive(self, stop: Stop, by_itself: bool = False) -> None:
        """Show the end of a move and say why it ended there.  A move that somebody made ends playing."""
        if self.session is None:
            return
        if not by_itself:
            self.player.pause()
        is_jump = not self.player.is_playing and self.trail.arrived(
            self.session.debugger.position, stop.reason
        )
        apart = self.session.company.follow() if self.session.company else ""
        printed = self.session.newly_printed()
        self.console_pane.add_printed(printed)
        self.show()
        if stop.reason in SINGLE and not by_itself:
            self.deck.bring_changed_forward(self.focused_pane().NUMBER)
        phase = self.snapshot.here.phase if self.snapshot else ""
        text = stop.text + (f" · printed: {printed[-1]}" if printed else "")
        text += f" · the other boot: {apart}" if apart else ""
        text += " · ⟨place-back⟩ returns" if is_jump and stop.reason in JUMPS else ""
        self.status.say(text, "stop" if stop.reason in STOPS else "", phase)

    def complain(self, sentence: str) -> None:
        """Say what is wrong, if anything is."""
        if sentence:
            self.status.say(sentence, "error")

    # ---- what goes wrong inside ----

    def survive(self, error: Exception, doing: str) -> bool:
        """Tell of a mistake of our own and go on.  Returns whether that is possible."""
        if not is_worth_surviving(self) or self.failures.are_too_many:
            return False
        if self.is_headless and self._exception is None:
            self._exception = error  # tests are to notice
        self.complain(self.failures.sentence(error, doing))
        return True

    def attempt(self, doing: str, act: Callable[[], None]) -> None:
        """Do something that others do not turn on."""
        try:
            act()
        except Exception as error:
            if not self.survive(error, doing):
                raise

    def _handle_exception(self, error: Exception) -> None:
        try:
            if self.survive(error, "something"):
                return
        except Exception as another:
            error = another
        self.failures.last = error
        self._return_code = 2
        if self._exception is None:
            self._exception = error
            self._exception_event.set()  # pyright: ignore[reportUnknownMemberType]
        self._close_messages_no_wait()

    # ---- moving ----

    def seek(self, position: int) -> None:
        """To a position."""
        if self.session is not None:
            self.arrive(self.session.debugger.goto(position))

    def on_timeline_sought(self, message: Timeline.Sought) -> None:
        """The timeline was clicked; or scrubbed, which leaves but one place to go back to."""
        if message.is_scrub:
            self.trail.here = message.position
        self.seek(message.position)

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

    # ---- breakpoints ----

    def on_breakpoints_pane_commanded(self, message: BreakpointsPane.Commanded) -> None:
        """A command that needs no more answer than a sentence."""
        if self.session is not None:
            self.say_and_show(self.session.execute(message.line).text)

    async def on_breakpoints_pane_typed(self, message: BreakpointsPane.Typed) -> None:
        """A command to be completed."""
        await self.open_prompt(message.line)

    def say_and_show(self, sentence: str) -> None:
        """Draw again what a command may have changed, and say what it did."""
        self.show()
        self.status.say(sentence)

    # ---- the command line ----

    async def open_prompt(self, line: str = "", question: Question | None = None) -> None:
        """Open the line at the foot with the beginning of an answer: a command, if nothing else is asked.  It
        is made when it is first wanted: the first screen does without."""
        from ..actions.command_line import commands
        from .prompt import Prompt, PromptRow

        if self.prompt is None:
            self.prompt = Prompt()
            await self.screen.mount(PromptRow(self.prompt, self.keybar, self.deck.first), before=self.keybar)
        self.prompt.row.open(question or commands(self), line)

    def on_prompt_offered(self, message: Prompt.Offered) -> None:
        """What the line may become."""
        self.status.say("  ".join(message.found))

    # ---- panes ----

    def action_show_pane(self, number: int) -> None:
        """Bring a pane forward and focus it; never the beginning of a number."""
        self.bring_forward(number)

    async def action_pane_act(self, number: int, id: str) -> None:
        """What a key of a single pane does."""
        self.bring_forward(number)
        await self.deck.panes[number].run_action(id.partition(".")[2].replace("-", "_"))

    def bring_forward(self, number: int) -> None:
        """Bring a pane forward and focus it."""
        if number != self.help.NUMBER:
            leave_help(self)
        self.screen.set_focus(self.deck.bring_forward(number))

    def on_pane_tab_clicked(self, message: Pane.TabClicked) -> None:
        """The same, with the mouse."""
        self.bring_forward(message.number)

    def use_tree(self, tree: KernelSource) -> None:
        """Show the kernel's own functions beside ours."""
        from ..panes.source.pane import SourcePane

        for pane in self.panes:
            if isinstance(pane, SourcePane):
                pane.use_tree(tree)

    def focused_pane(self) -> Pane:
        """The pane that keys go to."""
        return self.focused if isinstance(self.focused, Pane) else self.deck.first()

    def action_dress(self, name: str) -> None:
        """Change the colours."""
        self.status.say(themes.dress(self, name))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What app.tcss needs in every theme."""
        return themes.variables(themes.DEFAULT)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette."""
        for entry in palette_entries(self.panes, self.keys):
            yield SystemCommand(entry.title, entry.help, self._runner(entry.action))

    def _runner(self, name: str) -> Callable[[], None]:
        def run() -> None:
            self.call_next(self.run_action, name)

        return run


def run(
    machine: Machine, at: str = "", config: Config | None = None, tree: KernelSource | None = None
) -> int:
    """Open a machine in the TUI, at the position named `at`, with the kernel's functions from a source `tree`
    beside ours; returns the exit status."""

    from ..settings.session_store import state_directory

    def load() -> Recording:
        from ..session.recording import of_machine

        return of_machine(machine)

    need_terminal()
    app = BootstepApp(load, at, state_directory(), config)
    if tree is not None:
        app.use_tree(tree)
    result = app.run()
    if app.failures.last is not None and app.return_code:
        raise app.failures.last
    return result if isinstance(result, int) else app.return_code or 0

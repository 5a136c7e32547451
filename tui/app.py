"""The application: a session, the panes that show where it stands, and the keys that move it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from ..model.errors import InputError
from .actions import GROUPS, OURS
from .deck import Deck
from .help import HelpScreen
from .keybar import KeyBar
from .palette import palette_entries
from .panes.breakpoints import BreakpointsPane
from .panes.calls import CallsPane
from .panes.console import ConsolePane
from .panes.log import LogPane
from .panes.memblock import MemblockPane
from .panes.pagetables import PageTablesPane
from .panes.pane import Pane
from .panes.sections import SectionsPane
from .panes.source import SourcePane
from .panes.variables import VariablesPane
from .panes.zones import ZonesPane
from .status import NARROW, Status
from .timeline import Timeline

if TYPE_CHECKING:
    from ..boots.machine import Machine
    from ..model.debugger import Debugger, Stop
    from .prompt import Prompt
    from .recording import Recording
    from .session import Session
    from .snapshot import Snapshot

STOPS = frozenset(("breakpoint", "watch", "panic", "end", "nowhere"))
"""The reasons to stop that deserve a mark."""
FIRST_LOOK, LOOK_EVERY = 0.03, 0.3
"""Seconds between two looks at how far the recording is: until there is something to see, and after that."""


class Recorded(Message):
    """The thread that records got further: the boot begins, or it is complete, or it cannot be."""

    def __init__(self, boot: Recording | None = None, error: str = "") -> None:
        super().__init__()
        self.boot = boot
        self.error = error


class Prepared(Message):
    """That thread has worked out who got which memory: a debugger that knows."""

    def __init__(self, debugger: Debugger) -> None:
        super().__init__()
        self.debugger = debugger


class BootstepApp(App[int]):
    """Stepping through one boot.  `load` makes it, in a thread, once the first screen is shown; `at` is the
    name of the position to open it at."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "bootstep"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.name, action.label, show=False, key_display=action.shown, priority=True)
        for group in GROUPS
        for action in group.actions
    ]

    def __init__(self, load: Callable[[], Recording], at: str = "") -> None:
        super().__init__()
        self.load = load
        self.at = at
        self.boot: Recording | None = None
        self.session: Session | None = None
        self.snapshot: Snapshot | None = None
        self.looking: Timer | None = None
        self.calls = CallsPane()
        self.console_pane = ConsolePane()
        self.panes: tuple[Pane, ...] = (
            self.calls,
            SourcePane(),
            MemblockPane(),
            PageTablesPane(),
            SectionsPane(),
            ZonesPane(),
            LogPane(),
            VariablesPane(),
            BreakpointsPane(),
            self.console_pane,
        )
        self.deck = Deck(self.panes)
        self.timeline = Timeline()
        self.status = Status()
        self.prompt: Prompt | None = None
        self.keybar = KeyBar()

    def compose(self) -> ComposeResult:
        """The panes, and the rows below them."""
        yield self.deck
        yield self.timeline
        yield self.status
        yield self.keybar

    def on_mount(self) -> None:
        """Start recording once the first screen is there."""
        self.call_after_refresh(self.record)

    def on_resize(self, event: events.Resize) -> None:
        """The form of the deck depends on the size of the screen."""
        self.status.set_class(event.size.width < NARROW, "-narrow")
        self.deck.fit(event.size)
        if self.focused is None or not self.focused.display:
            self.panes[self.deck.order()[0] - 1].focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys have their meaning over the panes only.  They are looked at before the focused pane sees them:
        of keys typed quickly, those after ``:`` must find the command line."""
        is_typing = self.prompt is not None and self.prompt.has_focus
        return not (action in OURS and (is_typing or len(self.screen_stack) > 1))

    def action_leave(self) -> None:
        """End, without a question."""
        self.exit(0)

    # ---- recording ----

    @work(thread=True, exclusive=True)
    def record(self) -> None:
        """Read the machine and run its boot, in a thread."""

        try:
            boot = self.load()
            self.post_message(Recorded(boot))
            boot.run()
        except InputError as error:
            self.post_message(Recorded(error=str(error)))
        except Exception as error:  # what was recorded until then is still worth looking at
            self.post_message(Recorded(error=f"bootstep failed: {type(error).__name__}: {error}"))
        else:
            self.post_message(Recorded(boot))
            self.post_message(Prepared(boot.prepared()))

    def on_prepared(self, message: Prepared) -> None:
        """Questions about memory are answered at once from now on."""
        if self.session is not None:
            self.session.take_over(message.debugger)

    def on_recorded(self, message: Recorded) -> None:
        """Begin to look, or learn that the recording is complete."""
        if message.boot is None:
            self.complain(message.error)
            return
        self.boot = message.boot
        if self.looking is None:
            self.looking = self.set_interval(FIRST_LOOK, self.look_at_recording)
        self.look_at_recording()

    def look_at_recording(self) -> None:
        """Show how far the recording is; stop looking when it is complete."""
        if self.boot is None or not len(self.boot.trace):
            return
        finished = self.boot.trace.finished
        if self.session is None:
            from .session import Session

            self.session = Session(self.boot)
            self.status.say(self.session.greeting() if not self.at else f"Recording, up to {self.at} …")
            if self.looking is not None:
                self.looking.stop()
            self.looking = self.set_interval(LOOK_EVERY, self.look_at_recording)
        self.show()
        if finished and self.looking is not None:
            self.looking.stop()
            # A trace is for good: to look for garbage in a million events would stop the screen for a second.
            gc.freeze()
            self._open_at()

    def _open_at(self) -> None:
        """Go where the command line said, as near as this boot gets to it."""
        from ..model.position_names import PositionNameError

        name, self.at = self.at, ""
        if self.session is None or not name:
            return
        try:
            self.arrive(self.session.debugger.goto_name(name))
        except PositionNameError as error:
            self.complain(f"--at {name}: {error}")

    # ---- showing ----

    def show(self) -> None:
        """Let every pane draw the moment the session stands at."""
        if self.session is None:
            return
        self.snapshot = self.session.look()
        for pane in self.panes:
            pane.show(self.snapshot)
        for pane in self.panes:
            if pane.is_in_sight and len(pane.tabs) > 1:
                pane.repaint()
        self.timeline.show(self.snapshot)

    def arrive(self, stop: Stop) -> None:
        """Show the end of a move and say why it ended there."""
        self.show()
        phase = self.snapshot.here.phase if self.snapshot else ""
        self.status.say(stop.text, "stop" if stop.reason in STOPS else "", phase)

    def complain(self, sentence: str) -> None:
        """Say what is wrong."""
        self.status.say(sentence, "error")

    # ---- moving ----

    def action_move(self, name: str) -> None:
        """One of the debugger's moves, by the name of its method."""
        if self.session is not None:
            self.arrive(self.session.move(name))

    def action_event(self, count: int) -> None:
        """Single events, forwards or backwards."""
        if self.session is not None:
            self.arrive(self.session.debugger.event(count))

    def action_phase(self, count: int) -> None:
        """Phases of the boot, forwards or backwards."""
        if self.session is not None:
            self.arrive(self.session.debugger.phase(count))

    def seek(self, position: int) -> None:
        """To a position."""
        if self.session is not None:
            self.arrive(self.session.debugger.goto(position))

    def on_timeline_sought(self, message: Timeline.Sought) -> None:
        """The timeline was clicked."""
        self.seek(message.position)

    def on_log_pane_line_chosen(self, message: LogPane.LineChosen) -> None:
        """To where a line was printed."""
        self.seek(message.event + 1)

    def on_calls_pane_call_chosen(self, message: CallsPane.CallChosen) -> None:
        """To the first line of a call."""
        self.seek(message.event + 1)

    # ---- breakpoints ----

    def action_breakpoint(self) -> None:
        """A breakpoint at the call under the cursor of the call tree, or at the current one."""
        if self.session is not None:
            event = self.calls.pointed_event() if self.calls.has_focus else None
            self._say_and_show(self.session.toggle_breakpoint(event))

    def on_breakpoints_pane_switched(self, message: BreakpointsPane.Switched) -> None:
        """Enable or disable one."""
        if self.session is not None:
            self._say_and_show(self.session.switch_breakpoint(message.number, message.enable))

    def on_breakpoints_pane_deleted(self, message: BreakpointsPane.Deleted) -> None:
        """Delete one."""
        if self.session is not None:
            self._say_and_show(self.session.delete_breakpoint(message.number))

    def _say_and_show(self, sentence: str) -> None:
        self.show()
        self.status.say(sentence)

    # ---- the command line ----

    async def action_command(self) -> None:
        """Open the command line.  It is made when it is first wanted: the first screen does without."""
        if self.prompt is None:
            from .prompt import Prompt, PromptRow

            self.prompt = Prompt()
            await self.screen.mount(PromptRow(self.prompt), before=self.keybar)
        elif self.prompt.parent is not None:
            self.prompt.parent.display = True
        self.keybar.display = False
        self.prompt.open()
        self.screen.set_focus(self.prompt)

    def on_prompt_left(self, message: Prompt.Left) -> None:
        """Close the command line."""
        if message.prompt.has_focus:
            self.screen.set_focus(self.panes[self.deck.order()[0] - 1])
        if message.prompt.parent is not None:
            message.prompt.parent.display = False
        self.keybar.display = True

    def on_prompt_completion_wanted(self, message: Prompt.CompletionWanted) -> None:
        """Complete the line as far as it goes, or say what there is."""
        if self.session is None:
            return
        found = self.session.commands.complete(message.prompt.value)
        if len(found) == 1:
            message.prompt.write(found[0] + " ")
        elif found:
            self.status.say("  ".join(found))

    def on_prompt_entered(self, message: Prompt.Entered) -> None:
        """Execute a command line; an empty one repeats the last move."""
        if self.session is None:
            return
        line = message.line.strip()
        result = self.session.execute(line)
        message.prompt.history = self.session.commands.history
        if result.quit:
            self.exit(0)
        elif result.error:
            self.complain(result.text)
        elif result.moved:
            self.arrive(self.session.debugger.last.stop)
        else:
            self._say_and_show(_in_short(line, result.text))
        self.console_pane.add(line, result.text, result.error)
        if "\n" in result.text.strip():
            self.deck.bring_forward(self.console_pane.NUMBER)

    def _ask(self, line: str) -> None:
        """Give a command as if it were typed; the answer is in the console, and the keys stay where they are
        if that can be seen."""
        if self.session is None:
            return
        result = self.session.execute(line)
        self.console_pane.add(line, result.text, result.error)
        if result.error:
            self.complain(result.text)
            return
        self.status.say(_in_short(line, result.text))
        self.deck.bring_forward(self.console_pane.NUMBER)
        if self.focused is None or not self.focused.display:
            self.screen.set_focus(self.console_pane)

    def action_ledger(self) -> None:
        """Where memory went."""
        self._ask("ledger")

    async def action_about(self) -> None:
        """All about what the cursor of the focused pane is on; where it is on nothing, ask what about."""
        pane = self.panes[self._focused_number() - 1]
        subject = pane.subject()
        if subject is not None:
            self._ask(f"x {subject}")
            return
        await self.action_command()
        if self.prompt is not None:
            self.prompt.write("x ")

    # ---- panes ----

    def action_pane(self, number: int) -> None:
        """Bring a pane forward and focus it."""
        self.screen.set_focus(self.deck.bring_forward(number))

    def on_pane_tab_clicked(self, message: Pane.TabClicked) -> None:
        """The same, with the mouse."""
        self.action_pane(message.number)

    def _focused_number(self) -> int:
        focused = self.focused
        return focused.NUMBER if isinstance(focused, Pane) else self.deck.order()[0]

    def action_next_pane(self, step: int) -> None:
        """Focus the pane after or before the focused one; one that is out of sight comes forward."""
        at = self._focused_number() - 1 + step
        self.action_pane(at % len(self.panes) + 1)

    def action_zoom(self) -> None:
        """Give the focused pane all the room, or take it back."""
        number = self._focused_number()
        self.deck.toggle_zoom(number)
        self.screen.set_focus(self.panes[number - 1])

    def action_copy(self) -> None:
        """Copy a pane's text, to the terminal's clipboard."""
        pane = self.panes[self._focused_number() - 1]
        text = pane.copy_text()
        self.copy_to_clipboard(text)
        lines = text.count("\n")
        self.status.say(f"copied {lines} line{'s' if lines != 1 else ''} of {pane.NAME}")

    def action_copy_name(self) -> None:
        """Copy the name of the position."""
        if self.session is not None:
            name = self.session.debugger.position_name()
            self.copy_to_clipboard(name)
            self.status.say(f"copied the name of this position: {name}")

    def action_help(self) -> None:
        """The help page."""
        self.push_screen(HelpScreen(self.panes, self.deck))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette."""
        for entry in palette_entries(self.panes):
            yield SystemCommand(entry.title, entry.help, self._runner(entry.action))

    def _runner(self, name: str) -> Callable[[], None]:
        def run() -> None:
            self.call_next(self.run_action, name)

        return run


def _in_short(command: str, answer: str) -> str:
    """One line for the status of an answer that may have many."""
    lines = answer.strip().splitlines()
    if len(lines) < 2:
        return answer.strip()
    word = command.split(maxsplit=1)[0] if command else "answer"
    return f"{word}: {len(lines)} lines in the console"


def run(machine: Machine, at: str = "") -> int:
    """Open a machine in the TUI, at the position named `at`; returns the exit status."""

    def load() -> Recording:
        from .recording import of_machine

        return of_machine(machine)

    result = BootstepApp(load, at).run()
    return result if isinstance(result, int) else 0

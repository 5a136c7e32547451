"""The application: a debugger, the panes that show where it stands, and the keys that move it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from ..boots.machine import Machine
from ..model.commands import CommandInterpreter
from ..model.debugger import Debugger, Stop
from ..model.errors import InputError
from ..model.moves import frame_at
from . import recording
from .actions import GROUPS
from .deck import Deck
from .help import HelpScreen
from .keybar import KeyBar
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
from .prompt import Prompt
from .recording import Recording
from .snapshot import Picture, Snapshot, take
from .status import Status
from .timeline import Timeline

STOPS = frozenset(("breakpoint", "watch", "panic", "end", "nowhere"))
"""The reasons to stop that deserve a mark."""
REDRAW_WHILE_RECORDING = 0.1
"""Seconds between two looks at how far the recording is."""


class Recorded(Message):
    """A worker has got further: the boot can be looked at, or it is complete."""

    def __init__(self, boot: Recording | None = None, error: str = "") -> None:
        super().__init__()
        self.boot = boot
        self.error = error


class BootstepApp(App[int]):
    """Stepping through one boot.  `load` makes it; that happens in a thread, after the first screen is shown."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "bootstep"
    AUTO_FOCUS = None
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.name, action.label, show=False, key_display=action.shown)
        for group in GROUPS
        for action in group.actions
    ]

    def __init__(self, load: Callable[[], Recording]) -> None:
        super().__init__()
        self.load = load
        self.boot: Recording | None = None
        self.debugger: Debugger | None = None
        self.commands: CommandInterpreter | None = None
        self.picture: Picture | None = None
        self.snapshot: Snapshot | None = None
        self.growing: Timer | None = None
        self.panes: tuple[Pane, ...] = (
            CallsPane(),
            SourcePane(),
            MemblockPane(),
            PageTablesPane(),
            SectionsPane(),
            ZonesPane(),
            LogPane(),
            VariablesPane(),
            BreakpointsPane(),
            ConsolePane(),
        )
        self.deck = Deck(self.panes)
        self.timeline = Timeline()
        self.status = Status()
        self.prompt = Prompt()
        self.keybar = KeyBar()

    def compose(self) -> ComposeResult:
        """The panes, and the rows below them."""
        yield self.deck
        yield self.timeline
        yield self.status
        yield self.prompt
        yield self.keybar

    def on_mount(self) -> None:
        """Start recording once the first screen is there."""
        self.prompt.display = False
        self.call_after_refresh(self.record)

    def on_resize(self, event: events.Resize) -> None:
        """The form of the deck depends on the size of the screen."""
        self.deck.fit(event.size)
        if self.focused is None or not self.focused.display:
            self.panes[self.deck.order()[0] - 1].focus()

    # ---- recording ----

    @work(thread=True, exclusive=True)
    def record(self) -> None:
        """Read the machine and run its boot, in a thread."""
        try:
            boot = self.load()
        except InputError as error:
            self.post_message(Recorded(error=str(error)))
            return
        self.post_message(Recorded(boot))
        try:
            boot.run()
        except InputError as error:
            self.post_message(Recorded(error=str(error)))
        self.post_message(Recorded(boot))

    def on_recorded(self, message: Recorded) -> None:
        """Begin to look, or learn that the recording is complete."""
        if message.boot is None:
            self.status.say(message.error, "error")
            return
        self.boot = message.boot
        if self.growing is None:
            self.growing = self.set_interval(REDRAW_WHILE_RECORDING, self.look_at_recording)
        self.look_at_recording()

    def look_at_recording(self) -> None:
        """Show how far the recording is; stop looking when it is complete."""
        assert self.boot is not None
        trace = self.boot.trace
        if not len(trace):
            return
        finished = trace.finished
        if self.debugger is None:
            self.debugger = Debugger(trace, symbols=self.boot.symbols, layout=self.boot.facts.layout)
            self.commands = CommandInterpreter(self.debugger)
            self.picture = Picture.of(self.debugger.state)
            self.greet()
        self.show()
        if finished and self.growing is not None:
            self.growing.stop()

    def greet(self) -> None:
        """Say where one is, and what comes next."""
        assert self.debugger is not None and self.boot is not None
        first = self.debugger.trace.function(0).name
        self.status.say(
            f"{self.boot.facts.name}, before its first step. Next: {first}. Press s to step into it."
        )

    # ---- showing ----

    def show(self) -> None:
        """Let every pane draw the moment the debugger stands at."""
        assert self.debugger is not None and self.boot is not None and self.picture is not None
        self.snapshot = take(self.debugger, self.boot.facts, self.picture)
        self.picture = self.snapshot.now
        for pane in self.panes:
            pane.show(self.snapshot)
        for pane in self.panes:
            if pane.is_in_sight and len(pane.tabs) > 1:
                pane.repaint()
        self.timeline.show(self.snapshot)

    def arrive(self, stop: Stop) -> None:
        """Show the end of a move and say why it ended there."""
        self.show()
        assert self.snapshot is not None
        self.status.say(stop.text, "stop" if stop.reason in STOPS else "", self.snapshot.here.phase)

    def complain(self, sentence: str) -> None:
        """Say what is wrong."""
        self.status.say(sentence, "error")

    # ---- moving ----

    def action_move(self, name: str) -> None:
        """One of the debugger's moves, by the name of its method."""
        if self.debugger is not None:
            self.arrive(getattr(self.debugger, name)())

    def action_event(self, count: int) -> None:
        """Single events, forwards or backwards."""
        if self.debugger is not None:
            self.arrive(self.debugger.event(count))

    def action_phase(self, count: int) -> None:
        """Phases of the boot, forwards or backwards."""
        if self.debugger is not None:
            self.arrive(self.debugger.phase(count))

    def seek(self, position: int) -> None:
        """To a position."""
        if self.debugger is not None:
            self.arrive(self.debugger.goto(position))

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
        """Set or delete a breakpoint at the function under the cursor of the call tree, or the current one."""
        if self.debugger is None:
            return
        name = self._pointed_function()
        points = self.debugger.breakpoints
        existing = [point for point in points.all() if point.spec == name]
        for point in existing:
            points.delete(point.number)
        said = f"deleted: {existing[0].describe()}" if existing else points.add(name).describe()
        self.show()
        self.status.say(said)

    def _pointed_function(self) -> str:
        assert self.debugger is not None
        trace, calls = self.debugger.trace, self.panes[0]
        if isinstance(calls, CallsPane) and calls.has_focus and (event := calls.pointed_event()) is not None:
            return trace.function(event).name
        frame = frame_at(trace, self.debugger.position)
        return trace.function(max(frame, 0)).name

    def on_breakpoints_pane_switched(self, message: BreakpointsPane.Switched) -> None:
        """Enable or disable one."""
        assert self.debugger is not None
        points = self.debugger.breakpoints
        (points.enable if message.enable else points.disable)(message.number)
        self.show()
        self.status.say(points.get(message.number).describe())

    def on_breakpoints_pane_deleted(self, message: BreakpointsPane.Deleted) -> None:
        """Delete one."""
        assert self.debugger is not None
        self.debugger.breakpoints.delete(message.number)
        self.show()
        self.status.say(f"breakpoint {message.number} is deleted")

    # ---- the command line ----

    def action_command(self) -> None:
        """Open the command line."""
        self.prompt.display = True
        self.keybar.display = False
        self.prompt.open()
        self.prompt.focus()

    def on_prompt_left(self) -> None:
        """Close the command line."""
        self.prompt.display = False
        self.keybar.display = True
        visible = self.deck.order()
        self.panes[visible[0] - 1].focus()

    def on_prompt_completion_wanted(self) -> None:
        """Complete the line as far as it goes, or say what there is."""
        if self.commands is None:
            return
        found = self.commands.complete(self.prompt.value)
        if len(found) == 1:
            self.prompt.value = found[0] + " "
        elif found:
            self.status.say("  ".join(found))
        self.prompt.cursor_position = len(self.prompt.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Execute a command line; an empty one repeats the last move."""
        if self.commands is None or self.debugger is None:
            return
        line = message.value.strip()
        result = self.commands.execute(line)
        self.prompt.history = self.commands.history
        self.prompt.open()
        if result.quit:
            self.exit(0)
        elif result.error:
            self.complain(result.text)
        else:
            self._answer(line, result.text, result.moved)

    def _answer(self, line: str, text: str, moved: bool) -> None:
        assert self.debugger is not None
        if moved:
            self.arrive(self.debugger.last.stop)
        else:
            self.show()
            self.status.say(text.splitlines()[0] if text else "")
        console = self.panes[-1]
        assert isinstance(console, ConsolePane)
        console.add(line, text, is_error=False)
        if "\n" in text.strip():
            self.deck.bring_forward(console.NUMBER)

    # ---- panes ----

    def action_pane(self, number: int) -> None:
        """Bring a pane forward and focus it."""
        self.deck.bring_forward(number).focus()

    def on_pane_tab_clicked(self, message: Pane.TabClicked) -> None:
        """The same, with the mouse."""
        self.action_pane(message.number)

    def _focused_number(self) -> int:
        focused = self.focused
        return focused.NUMBER if isinstance(focused, Pane) else self.deck.order()[0]

    def action_next_pane(self, step: int) -> None:
        """Focus the visible pane after or before the focused one; of those that share its place, too."""
        order = [pane.NUMBER for pane in self.panes]
        at = order.index(self._focused_number())
        self.action_pane(order[(at + step) % len(order)])

    def action_zoom(self) -> None:
        """Give the focused pane all the room, or take it back."""
        number = self._focused_number()
        self.deck.toggle_zoom(number)
        self.panes[number - 1].focus()

    def action_copy(self) -> None:
        """Copy a pane's text, to the terminal's clipboard."""
        pane = self.panes[self._focused_number() - 1]
        text = pane.copy_text()
        self.copy_to_clipboard(text)
        self.status.say(f"copied {pane.NAME}: {text.count(chr(10))} lines")

    def action_help(self) -> None:
        """The help page."""
        self.push_screen(HelpScreen(self.panes))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every action, then Textual's own."""
        for group in GROUPS:
            for action in group.actions:
                if action.name != "command_palette" and action.help:
                    yield SystemCommand(
                        f"{action.label} ({action.shown})", action.help, self._runner(action.name)
                    )
        for pane in self.panes[:-1]:
            yield SystemCommand(
                f"pane: {pane.NAME} ({pane.key})", pane.ABOUT, self._runner(f"pane({pane.NUMBER})")
            )
        yield SystemCommand("theme", "Change the colours", self.action_change_theme)

    def _runner(self, name: str) -> Callable[[], None]:
        def run() -> None:
            self.call_next(self.run_action, name)

        return run


def run(machine: Machine) -> int:
    """Open a machine in the TUI; returns the exit status."""
    app = BootstepApp(lambda: recording.of_machine(machine))
    result = app.run()
    return result if isinstance(result, int) else 0

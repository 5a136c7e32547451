"""What an action may use of the application, and what it may ask of the parts of the screen.

The application is one `Context`; tests have a small one of their own, without a screen.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from re import Pattern
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from ...model.debugger.inspect.answers import Answer
    from ...model.source.trace_source import Cancelled
    from ..draw.lines import StyleName
    from ..draw.search import Found
    from ..settings.bindings import KeyBinding
    from ..settings.keymap import Keymap
    from ..settings.session_store import SessionStore
    from .escape_stack import EscapeStack
    from .jump_list import JumpList
    from .player import Player, Stoppable
    from .prefix import Prefix, PutBack
    from .question import Question
    from .recording import Recording
    from .session import Session
    from .snapshot import Snapshot
    from .what_ifs import WhatIfs


HELP = 0
"""The number of the help page, which is a pane, though none of those that have a place."""


class PaneLike(Protocol):
    """A pane, as far as actions go: text with a cursor, which knows what that is on."""

    NUMBER: ClassVar[int]
    NAME: ClassVar[str]
    """What people call it."""
    ABOUT: ClassVar[str]
    """What it shows, for the help page."""
    KEYS: ClassVar[tuple[KeyBinding, ...]]
    """Keys that only it has."""
    pattern: Pattern[str] | None
    """What is searched in it."""
    order: int
    """What its rows are ordered by, of `sorts`."""

    @property
    def key(self) -> str:
        """The key that shows it."""
        ...

    @property
    def display(self) -> bool:
        """Whether it is seen."""
        ...

    def legend(self) -> tuple[tuple[str, str, StyleName], ...]:
        """What its glyphs mean: a glyph, its meaning, its style."""
        ...

    def origin(self) -> int | None:
        """The event that the cursor is on, or that made what it is on."""
        ...

    def subject(self) -> str | None:
        """What the cursor is on, in the words of the command ``x``."""
        ...

    def break_spec(self) -> str | None:
        """A breakpoint at what the cursor is on, in the words of the command ``break``."""
        ...

    def sorts(self) -> tuple[str, ...]:
        """What its rows can be ordered by."""
        ...

    def put_in_order(self, order: int) -> None:
        """Order the rows by another of `sorts`."""
        ...

    def count(self) -> int:
        """Lines of its text."""
        ...

    def text(self, index: int) -> str:
        """The characters of one."""
        ...

    def text_lines(self) -> Iterator[str]:
        """All of them."""
        ...

    def seek(self, pattern: Pattern[str] | None) -> None:
        """Mark what matches, from now on."""
        ...

    def search_start(self, direction: int) -> tuple[int, int]:
        """The line and column from which to look for the next match."""
        ...

    def show_match(self, found: Found) -> None:
        """Put the cursor on a match."""
        ...

    def forget_search(self) -> None:
        """No marks any more."""
        ...


class AnswersLike(Protocol):
    """The pane of answers about memory."""

    asked_in: int
    """The number of the pane where the last question was asked."""

    def add(self, answer: Answer, moment: str, snapshot: Snapshot) -> None:
        """Show an answer to a question that was asked at a moment, which has a name."""
        ...


class TranscriptLike(Protocol):
    """The transcript of the command line."""

    def add(self, command: str, answer: str, is_error: bool) -> None:
        """Write down a command and what came of it."""
        ...

    def add_printed(self, lines: list[str]) -> None:
        """Write down what log points printed during a move."""
        ...


class HelpLike(Protocol):
    """The help page."""

    def open_from(self, panes: Sequence[PaneLike], here: PaneLike) -> None:
        """Write the page for who comes from a pane."""
        ...


class DeckLike(Protocol):
    """Where the panes are."""

    @property
    def panes(self) -> Mapping[int, PaneLike]:
        """All there are, by number."""
        ...

    @property
    def zoomed(self) -> int | None:
        """The pane that has all the room."""
        ...

    @property
    def has_closed(self) -> bool:
        """Whether places are out of sight."""
        ...

    def order(self) -> list[int]:
        """The panes in sight."""
        ...

    def first(self) -> PaneLike:
        """The first of them."""
        ...

    def bring_forward(self, number: int) -> PaneLike:
        """Show a pane in its place."""
        ...

    def way_back(self, number: int) -> Callable[[], None]:
        """What undoes bringing a pane forward: its place shows again what it shows now."""
        ...

    def bring_changed_forward(self, focused: int) -> None:
        """Show a pane of memory that the last move changed, if none such is seen."""
        ...

    def toggle_zoom(self, number: int) -> None:
        """Give one pane all the room, or take it back."""
        ...

    def close_place(self, number: int) -> bool:
        """Take a pane's place out of sight; False: it is the only one."""
        ...

    def open_all(self) -> int:
        """Bring all closed places back; returns how many there were."""
        ...

    def can_enlarge(self, number: int, is_row: bool) -> bool:
        """Whether there is anything to share room with, beside (`is_row`) or above or below."""
        ...

    def enlarge(self, number: int, is_row: bool, by: int) -> bool:
        """Make a pane wider or taller by columns or rows; False: it cannot be."""
        ...


class StatusLike(Protocol):
    """The line that says what just happened."""

    sentence: str
    kind: str

    def say(self, sentence: str, kind: str = "", phase: str | None = None) -> None:
        """Show a sentence; `kind` is "error", "stop" (a breakpoint, a panic, an end) or nothing."""
        ...

    def put_badge(self, words: str) -> None:
        """Show before it, from now on, that this is not the machine's own boot."""
        ...


class FootLike(Protocol):
    """The line of input at the foot of the screen."""

    async def open(self, line: str = "", question: Question | None = None) -> None:
        """Ask with the beginning of an answer: for a command, if nothing else is asked."""
        ...

    def opened_from(self) -> PaneLike | None:
        """The pane that it was opened from."""
        ...

    def return_to(self, number: int) -> None:
        """Whoever leaves the line is in this pane."""
        ...


class Context(Protocol):
    """What an action may use of the application."""

    # ---- the boot, and one's way through it ----

    boot: Recording | None
    session: Session | None
    snapshot: Snapshot | None
    store: SessionStore
    jumps: JumpList
    player: Player
    what_ifs: WhatIfs
    searches: list[str]
    """What was searched, the last one last."""

    @property
    def is_reading(self) -> bool:
        """Whether the machine is still being read."""
        ...

    def session_on(self, boot: Recording) -> Session:
        """A session on another boot, with the commands that this application has."""
        ...

    # ---- the screen ----

    escapes: EscapeStack
    prefix: Prefix
    keys: Keymap
    before_help: PutBack | None
    """What leaves the help page, while that is shown."""

    @property
    def panes(self) -> Sequence[PaneLike]:
        """The panes, in the order of their numbers; the help page is none."""
        ...

    @property
    def deck(self) -> DeckLike:
        """Where they are."""
        ...

    @property
    def status(self) -> StatusLike:
        """The line of what just happened."""
        ...

    @property
    def transcript(self) -> TranscriptLike:
        """The transcript of the command line."""
        ...

    @property
    def answers(self) -> AnswersLike:
        """The pane of answers about memory."""
        ...

    @property
    def help(self) -> HelpLike:
        """The help page."""
        ...

    def focused_pane(self) -> PaneLike:
        """The pane that keys go to."""
        ...

    def focus_pane(self, number: int) -> None:
        """Let keys go to a pane."""
        ...

    def view(self) -> PutBack:
        """What puts back what is seen now."""
        ...

    def show(self) -> None:
        """Let every pane draw the moment the session stands at."""
        ...

    def complain(self, sentence: str) -> None:
        """Say what is wrong, if anything is."""
        ...

    def dress(self, theme: str) -> str:
        """Change the colours; returns a sentence."""
        ...

    # ---- asking somebody ----

    letter_taker: Callable[[str], None] | None
    """Where the next key is no command but the name of something: what is given that name."""

    @property
    def foot(self) -> FootLike:
        """Where a line can be asked for."""
        ...

    # ---- later, and beside everything else ----

    def in_background(self, work: Coroutine[Any, Any, None], group: str) -> None:
        """Do something that takes its time between keys.  It ends what is still done of the same group."""
        ...

    def in_thread(self, work: Callable[[Cancelled], None], group: str) -> None:
        """Do something in a thread, which is told whether anybody still waits for it; of the application, it
        may use `call_later` alone."""
        ...

    def call_later(self, callback: Callable[..., Any], /, *args: Any) -> Any:
        """Call something when there is time for it."""
        ...

    def call_next(self, callback: Callable[..., Any], /, *args: Any) -> Any:
        """Call something once this key is done with."""
        ...

    def set_timer(self, delay: float, callback: Callable[[], None], /) -> Any:
        """Call something after so many seconds."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], None], /) -> Stoppable:
        """Call something again and again, after so many seconds each."""
        ...

    # ---- the terminal ----

    def copy_to_clipboard(self, text: str) -> None:
        """To the terminal's clipboard."""
        ...

    def action_command_palette(self) -> None:
        """Everything, by name."""
        ...

    def action_suspend_process(self) -> None:
        """To the shell that started this."""
        ...

    def exit(self, result: int | None = None, /) -> None:
        """End, without a question, with this status."""
        ...

    async def do(self, id: str, times: int = 1) -> None:
        """Do another action."""
        ...

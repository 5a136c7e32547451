"""What an action may ask of the parts of the screen: the panes, where they are, and the lines below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from re import Pattern
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from ...model.debugger.inspect.answers import Answer
    from ...model.lecture.tours.page import Light
    from ..draw.lines import StyleName
    from ..draw.search import SearchHit
    from ..settings.bindings import KeyBinding
    from .page import Page
    from .presenting.timer import Timer
    from .question import Question
    from .snapshot import Snapshot


class PaneLike(Protocol):
    """A pane, as far as actions go: text with a cursor, which knows what that is on."""

    ID: ClassVar[str]
    """What the program calls it."""
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

    def cause(self) -> int | None:
        """The event that says why that is there: what ``e`` explains."""
        ...

    def origin(self) -> int | None:
        """The event that the cursor is on, or that made what it is on."""
        ...

    def subject(self) -> str | None:
        """What the cursor is on, in the words of the command ``x``."""
        ...

    def cursor_text(self) -> str:
        """The line that the cursor is on."""
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

    def words_here(self) -> str:
        """The line that the cursor is on, without a cursor all that is in sight; and what stands above."""
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

    def show_match(self, found: SearchHit) -> None:
        """Put the cursor on a match."""
        ...

    def forget_search(self) -> None:
        """No marks any more."""
        ...

    def shine(self, light: Light | None) -> None:
        """Light up rows, or none; they are brought into sight."""
        ...


class NarratorLike(Protocol):
    """The page across the screen."""

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        ...

    async def open(self, page: Page) -> None:
        """Show a page in the place of the one before it."""
        ...

    def put(self, page: Page) -> None:
        """The same, where one is shown already."""
        ...

    def close(self) -> None:
        """Show none."""
        ...

    def focus(self) -> None:
        """Let keys go to it."""
        ...

    @property
    def has_focus(self) -> bool:
        """Whether keys go to it."""
        ...

    def reads_on(self) -> bool:
        """Show more of the page; False: all was seen."""
        ...


class AnswersLike(Protocol):
    """The pane of answers about memory."""

    asked_in: str
    """The pane where the last question was asked."""

    @property
    def is_of_log(self) -> bool:
        """Whether there is a log to tell about."""
        ...

    @property
    def leads_anywhere(self) -> bool:
        """Whether a line of the answer has a moment."""
        ...

    def tell_of_log(self) -> None:
        """Show what the log is."""
        ...

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
    def not_offered(self) -> frozenset[str]:
        """The panes that there are not, on this boot or any more."""
        ...

    @property
    def panes(self) -> Mapping[str, PaneLike]:
        """All there are."""
        ...

    @property
    def zoomed(self) -> str | None:
        """The pane that has all the room."""
        ...

    @property
    def has_closed(self) -> bool:
        """Whether places are out of sight."""
        ...

    def order(self) -> list[str]:
        """The panes in sight."""
        ...

    def first(self) -> PaneLike:
        """The first of them."""
        ...

    def bring_forward(self, id: str) -> PaneLike:
        """Show a pane in its place."""
        ...

    def way_back(self, id: str) -> Callable[[], None]:
        """What undoes bringing a pane forward: its place shows again what it shows now."""
        ...

    def bring_changed_forward(self, focused: str) -> None:
        """Show a pane of memory that the last move changed, if none such is seen."""
        ...

    def toggle_zoom(self, id: str) -> None:
        """Give one pane all the room, or take it back."""
        ...

    def close_room(self, id: str) -> bool:
        """Take a pane's place out of sight; False: it is the only one."""
        ...

    def open_all(self) -> int:
        """Bring all closed places back; returns how many there were."""
        ...

    def can_enlarge(self, id: str, is_row: bool) -> bool:
        """Whether there is anything to share room with, beside (`is_row`) or above or below."""
        ...

    def enlarge(self, id: str, is_row: bool, by: int) -> bool:
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

    def return_to(self, id: str) -> None:
        """Whoever leaves the line is in this pane."""
        ...


class PresenterLike(Protocol):
    """The presentation, while there is one."""

    shows_keys: bool
    """Whether keys are shown as they are pressed."""
    shows_time: bool
    """Whether the time is."""
    timer: Timer
    """Its time."""

    def refresh(self) -> None:
        """Show what was changed of all this."""
        ...

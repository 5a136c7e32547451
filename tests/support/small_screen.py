"""The parts of a `SmallContext`'s screen: lines of text with a cursor, and who of them is in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from re import Pattern
from typing import TYPE_CHECKING

from bootstep.model.debugger.inspect.answers import Answer
from bootstep.model.lecture.tours.page import Light
from bootstep.tui.actions.command_line import commands
from bootstep.tui.draw.search import SearchHit
from bootstep.tui.session.page import Page
from bootstep.tui.session.presenting.options import PresentOptions
from bootstep.tui.session.presenting.timer import Timer
from bootstep.tui.session.question import Question
from bootstep.tui.session.snapshot import Snapshot
from bootstep.tui.settings.bindings import HELP, KEY_BINDINGS, PANE_KEYS

if TYPE_CHECKING:
    from small_context import SmallContext

NAMES = {"pagetables": "page tables"}
"""What people call a pane, where that is not what the program calls it."""


class SmallPane:
    """Lines with a cursor on the first."""

    KEYS = ()
    ABOUT = ""

    def __init__(self, id: str, *lines: str) -> None:
        self.ID, self.NAME, self.lines = id, NAMES.get(id, id), lines
        self.key = KEY_BINDINGS[PANE_KEYS[id]].shown
        self.display = True
        self.pattern: Pattern[str] | None = None
        self.found: SearchHit | None = None
        self.order = 0
        self.orders: tuple[str, ...] = ()
        self.at: int | None = None
        """The event that the cursor is on."""
        self.on: str | None = None
        """What it is on, for the command ``x``."""
        self.spec: str | None = None
        self.here = ""
        """The words on its line."""
        self.light: Light | None = None
        """What is lit in it."""

    def words_here(self) -> str:
        return self.here

    def legend(self) -> tuple[()]:
        return ()

    def origin(self) -> int | None:
        return self.at

    def cause(self) -> int | None:
        return self.at

    def subject(self) -> str | None:
        return self.on

    def cursor_text(self) -> str:
        return self.lines[0] if self.lines else ""

    def break_spec(self) -> str | None:
        return self.spec

    def sorts(self) -> tuple[str, ...]:
        return self.orders

    def put_in_order(self, order: int) -> None:
        self.order = order

    def count(self) -> int:
        return len(self.lines)

    def text(self, index: int) -> str:
        return self.lines[index]

    def text_lines(self) -> Iterator[str]:
        yield from self.lines

    def seek(self, pattern: Pattern[str] | None) -> None:
        self.pattern = pattern

    def search_start(self, direction: int) -> tuple[int, int]:
        return (self.found.row, self.found.start) if self.found else (0, -1)

    def show_match(self, found: SearchHit) -> None:
        self.found = found

    def forget_search(self) -> None:
        self.pattern = self.found = None

    def shine(self, light: Light | None) -> None:
        self.light = light


class SmallAnswers:
    def __init__(self) -> None:
        self.asked_in = "memblock"
        self.is_of_log = False
        self.leads_anywhere = True
        self.given: list[Answer] = []

    def add(self, answer: Answer, moment: str, snapshot: Snapshot) -> None:
        self.given.append(answer)


class SmallTranscript:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, command: str, answer: str, is_error: bool) -> None:
        self.lines += [command, *answer.splitlines()]

    def add_printed(self, lines: list[str]) -> None:
        self.lines += lines

    def open_from(self, panes: Sequence[object], here: object) -> None:
        """The help page has no text here."""


class SmallDeck:
    """Each pane has a place of its own, but the last three stand behind others at first."""

    def __init__(self, panes: Sequence[SmallPane]) -> None:
        self.panes = {pane.ID: pane for pane in panes}
        self.zoomed: str | None = None
        self.not_offered: frozenset[str] = frozenset()
        self.closed: set[str] = set()
        self.behind = {"console", "about", "both"}
        self._look()

    @property
    def has_closed(self) -> bool:
        return bool(self.closed)

    def order(self) -> list[str]:
        if self.zoomed is not None:
            return [self.zoomed]
        hidden = self.closed | self.behind | {HELP}
        return [id for id in self.panes if id not in hidden]

    def _look(self) -> None:
        for id, pane in self.panes.items():
            pane.display = id in self.order()

    def first(self) -> SmallPane:
        return self.panes[self.order()[0]]

    def bring_forward(self, id: str) -> SmallPane:
        self.closed.discard(id)
        self.behind.discard(id)
        if self.zoomed is not None or id == HELP:
            self.zoomed = id
        self._look()
        return self.panes[id]

    def way_back(self, id: str) -> Callable[[], None]:
        return self.stand()

    def stand(self) -> Callable[[], None]:
        zoomed, closed, behind = self.zoomed, set(self.closed), set(self.behind)

        def put_back() -> None:
            self.zoomed, self.closed, self.behind = zoomed, set(closed), set(behind)
            self._look()

        return put_back

    def bring_changed_forward(self, focused: str) -> None:
        """All are in sight anyway."""

    def toggle_zoom(self, id: str) -> None:
        self.zoomed = None if self.zoomed is not None else id
        self._look()

    def close_room(self, id: str) -> bool:
        if len(self.order()) < 2:
            return False
        self.closed.add(id)
        self._look()
        return True

    def open_all(self) -> int:
        count = len(self.closed)
        self.closed.clear()
        self._look()
        return count

    def can_enlarge(self, id: str, is_row: bool) -> bool:
        return is_row

    def enlarge(self, id: str, is_row: bool, by: int) -> bool:
        return is_row


class SmallStatus:
    def __init__(self, words: Callable[[str], str]) -> None:
        self.words = words
        self.sentence = self.kind = self.badge = ""
        self.said: list[str] = []

    def say(self, sentence: str, kind: str = "", phase: str | None = None) -> None:
        self.sentence, self.kind = self.words(sentence), kind
        self.said.append(self.sentence)

    def put_badge(self, words: str) -> None:
        self.badge = words


class SmallFoot:
    """The line of input: what it asks, and what it begins with."""

    def __init__(self, context: SmallContext) -> None:
        self.context = context
        self.question: Question | None = None
        self.line = ""

    async def open(self, line: str = "", question: Question | None = None) -> None:
        self.question, self.line = question or commands(self.context), line

    async def enter(self, line: str | None = None) -> None:
        """Type a line in the place of the one that is there, and press Enter."""
        assert self.question is not None
        question = self.question
        if not question.stays:
            self.question = None
        done = question.entered(self.line if line is None else line)
        if done is not None:
            await done
        await self.context.settle()

    def opened_from(self) -> None:
        return None

    def return_to(self, id: str) -> None:
        self.context.focus_pane(id)


class SmallNarrator:
    """The page across the screen, of which all was seen."""

    def __init__(self) -> None:
        self.page: Page | None = None

    async def open(self, page: Page) -> None:
        self.page = page

    def put(self, page: Page) -> None:
        self.page = page

    def close(self) -> None:
        self.page = None

    def focus(self) -> None:
        """Keys go to it, which no test of actions presses."""

    @property
    def has_focus(self) -> bool:
        return self.page is not None

    def reads_on(self) -> bool:
        return False


class SmallPresenter:
    """A presentation without a screen, at second 0."""

    def __init__(self, options: PresentOptions) -> None:
        self.shows_keys, self.shows_time = options.keys, True
        self.now = 0.0
        self.timer = Timer(options.minutes, lambda: self.now)

    def refresh(self) -> None:
        """There is nothing to see."""

"""The answers to questions about memory: one screen each, every line a key away from its moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.language.words import tr, translatable
from ....model.source.provenance import is_from_log
from ...draw.lines import Line, note, spread
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place, first_address

if TYPE_CHECKING:
    from ....model.debugger.inspect.answers import Answer
    from .rows import AnswerRow

HINT = translatable(
    "Nothing was asked yet. ⟨about⟩ tells all about what the cursor of a pane is on, ⟨ledger⟩ where memory "
    "went, ⟨why⟩ why a request was refused; ⟨command⟩x ADDRESS, ⟨command⟩history PLACE and ⟨command⟩why NAME "
    "ask about anything."
)
KEPT = 50
"""Answers that one can go back to."""
BEHIND, AHEAD, HERE, NOWHERE = "← ", "→ ", "▶ ", "  "
"""Before a row: that its moment lies behind, ahead, or has just been."""
SURELY_IN_SIGHT = 8
"""Rows of an answer that are in sight on a small screen, for while the pane has no size yet."""
LEAST = 40
"""Columns that lines are made for where there are not even so many."""
ORDERS = (translatable("size"), translatable("name"), translatable("address"), translatable("pieces"))
"""Of the ledger."""


class Given(Struct, frozen=True):
    """An answer, in which moment of the boot it was given, and of which boot."""

    answer: Answer
    moment: str
    snapshot: Snapshot


class AboutPane(Pane):
    """The answers of ``x``, ``ledger``, ``why`` and ``history``, the last one first."""

    ID = "about"
    PLACE = Place("answers", 10)
    NAME = translatable("about")
    ABOUT = translatable(
        "Answers about memory: all that is known of an address, the ledger, why a request was refused, a "
        "history. Enter tells about a line, ⟨travel⟩ goes to its moment, ⟨about⟩ asks about its address."
    )
    HAS_CURSOR = True
    LEGEND = (
        ("←", translatable("the moment of that line lies behind"), "accent"),
        ("→", translatable("it lies ahead"), "dim"),
        ("▶", translatable("it has just been"), "accent"),
        ("✓", translatable("why: the gap that was taken"), "added"),
        ("✗", translatable("a gap that was not, and why"), "removed"),
        ("·", translatable("a gap that was not looked at any more"), "dim"),
    )
    KEYS = (
        KeyBinding("about.again", "a", "a", "ask again", "Ask the same at the moment where you are now"),
        KeyBinding("about.earlier", "x", "x", "earlier", "The answer before this one; of a log, what it is"),
        KeyBinding("about.later", "X", "X", "later", "The answer after this one"),
        KeyBinding("about.leave", "backspace", "Backspace", "leave", "Back to the pane where you asked"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Given] = []
        self.at = -1
        self.rows: list[AnswerRow] = []
        self.asked_in = "memblock"
        """The number of the pane where the last question was asked."""
        self._made_of: tuple[object, ...] = ()
        self._placed = 0
        """The row where the cursor begins."""
        self._rows_of_log: list[AnswerRow] = []

    # ---- answers ----

    def add(self, answer: Answer, moment: str, snapshot: Snapshot) -> None:
        """Show an answer, from its first line; the same one asked again takes the place of the old."""
        kept = [each for each in self.given if each.answer.line != answer.line]
        self.given = [*kept[-KEPT + 1 :], Given(answer, moment, snapshot)]
        self._turn_to(len(self.given) - 1)

    def _turn_to(self, at: int) -> None:
        self.at = at
        self.top = self.cursor = 0
        self.order = min(self.order, len(self.sorts() or ORDERS) - 1)
        self.compose_again()
        self._skip_heading()

    def _skip_heading(self) -> None:
        """The cursor begins on the first line that leads anywhere."""
        self.move_cursor(self._first_leading())

    def _first_leading(self) -> int:
        in_sight = self.rows[: self.body_height or SURELY_IN_SIGHT]
        self._placed = next((at for at, row in enumerate(in_sight) if row.event is not None), 0)
        return self._placed

    @property
    def leads_anywhere(self) -> bool:
        """Whether a line of what is shown has a moment."""
        return any(row.event is not None for row in self.rows)

    @property
    def is_of_log(self) -> bool:
        """Whether there is a log to tell about, before the first answer."""
        return self.snapshot is not None and is_from_log(self.snapshot.trace)

    @property
    def shown(self) -> Given | None:
        """The answer that is on the screen."""
        return self.given[self.at] if self.given and self.at >= 0 else None

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The question above, the answer below."""
        shown = self.shown
        if shown is None:
            self.header, self.rows = note(self.keys.words(tr(HINT)), width), []
            if self.is_of_log:
                self.header = []
                self._tell_of_log(snapshot, width)
            return
        from .rows import answer_rows  # not for the first screen

        made_of = (id(shown), width, self.order)
        if made_of != self._made_of:
            room = max(width, LEAST) - len(NOWHERE)
            self.rows = answer_rows(shown.snapshot.answers, shown.answer, room, ORDERS[self.order])
            self._made_of = made_of
            if self.cursor == self._placed:
                self.top, self.cursor = 0, self._first_leading()
        self.header = [self._question(shown, snapshot, width)]

    def _tell_of_log(self, snapshot: Snapshot, width: int) -> None:
        """What a log is, as long as nobody asked anything else."""
        from .log_rows import log_rows

        made_of = (snapshot.trace, snapshot.finished, width)
        if made_of != self._made_of or not self._rows_of_log:
            self._rows_of_log, self._made_of = (
                log_rows(snapshot, max(width, LEAST) - len(NOWHERE)),
                made_of,
            )
        self.rows = self._rows_of_log

    def _question(self, given: Given, snapshot: Snapshot, width: int) -> Line:
        asked: Line = [(given.answer.line, "accent"), (tr("  at {moment}", moment=given.moment), "dim")]
        if given.snapshot.trace is not snapshot.trace:
            words = self.keys.words(tr("of another boot · ⟨about.again⟩ asks again here"))
            return spread(asked, [(words, "changed")], width)
        if given.answer.position != snapshot.position:
            words = self.keys.words(tr("you are elsewhere · ⟨about.again⟩ asks again here"))
            return spread(asked, [(words, "changed")], width)
        return asked

    def sorts(self) -> tuple[str, ...]:
        """Only the ledger has an order."""
        from ....model.analysis.accounting import Ledger

        shown = self.shown
        return ORDERS if shown is not None and isinstance(shown.answer.found, Ledger) else ()

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """The answer stays as it is; its rows say whether their moments lie behind or ahead."""
        return (self.shown, snapshot.stop, snapshot.finished)

    def summary(self) -> Line:
        """Which answer of how many."""
        return (
            [(tr("{at} of {count}", at=self.at + 1, count=len(self.given)), "dim")]
            if self.given and self.at >= 0
            else []
        )

    def count(self) -> int:
        """Lines of the answer."""
        return len(self.rows)

    def line(self, index: int) -> Line:
        """A row behind the mark that says where its moment lies."""
        row = self.rows[index]
        if row.is_heading:
            return row.line
        return [(NOWHERE, "") if row.is_more else self._mark(row.event), *row.line]

    def _mark(self, event: int | None) -> tuple[str, str]:
        if event is None or self.snapshot is None:
            return (NOWHERE, "")
        position = self.snapshot.position
        if event + 1 == position:
            return (HERE, "accent")
        return (BEHIND, "accent") if event < position else (AHEAD, "dim")

    # ---- the cursor ----

    def _row_at_cursor(self) -> AnswerRow | None:
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def subject(self) -> str | None:
        """The address of the line: what it is about, or the first that stands in it."""
        row = self._row_at_cursor() if self.is_cursor_in_sight else None
        return (row.subject or first_address(row.line)) if row else None

    def origin(self) -> int | None:
        """The event of the line."""
        row = self._row_at_cursor()
        return row.event if row else None

    def break_spec(self) -> str | None:
        """A watch on what the line is about, else on the address that was asked about."""
        row = self._row_at_cursor()
        if row is not None and row.watch:
            return row.watch
        address = self.subject()
        return f"watch:{address}" if address else None

    def describe(self, index: int) -> str:
        """What happens at a line's moment; of an address that it is about, all is told."""
        from ....model.text.events import event_text

        event, of = self.rows[index].event, self.shown.snapshot if self.shown is not None else self.snapshot
        if event is None or of is None or self.rows[index].subject is not None:
            return ""
        return event_text(of.trace, event, of.facts.arch.entries)

    def follow(self) -> tuple[int, int] | None:
        """The answer stays where one reads it."""
        return None

    def tell_of_log(self) -> None:
        """Turn to what the log is."""
        self._turn_to(-1)

    # ---- keys ----

    def action_again(self) -> None:
        """Ask the same, here."""
        shown = self.shown
        if shown is None:
            self.post_message(self.Said(tr("Nothing was asked yet."), "stop"))
        else:
            self.post_message(self.Asked(shown.answer.line))

    def _browse(self, step: int, words: str) -> None:
        at = self.at + step
        if (-1 if self.is_of_log else 0) <= at < len(self.given):
            self._turn_to(at)
        else:
            self.post_message(self.Said(words, "stop"))

    def action_earlier(self) -> None:
        """The answer before."""
        self._browse(-1, tr("There is no earlier answer."))

    def action_later(self) -> None:
        """The answer after."""
        self._browse(1, tr("This is the last answer."))

    def action_leave(self) -> None:
        """Back to where one asked."""
        self.post_message(self.TabClicked(self.asked_in))

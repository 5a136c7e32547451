"""A pane: lines made from a snapshot, under a title that names the other panes of its place too."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from operator import is_
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct
from textual import events
from textual.geometry import Region

from ...model.language.words import tr
from ..draw.line_view import LineView
from ..draw.lines import Line, StyleName, note, text_of
from ..draw.lit import shines_on
from ..draw.search import FAR
from ..session.escape_stack import EscapeStack
from ..session.snapshot import Snapshot
from ..settings.bindings import PANE_KEYS, KeyBinding
from ..settings.keymap import Keymap
from . import messages
from .key_bindings import binding, method_name
from .title import Tab, Title, TitleRoom, make_title

if TYPE_CHECKING:
    from ...model.lecture.tours.page import Light
    from ...model.memory.picture import Picture

MOST_LOOKED_AT = 5000
"""Rows of a pane that are looked through for lit ones."""
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{7,}\b")


class Place(Struct, frozen=True):
    """A slot of the presets (`shell.layout_presets`), and where among its panes a pane is."""

    slot: str
    order: int


class Pane(LineView):
    """What every pane shares."""

    ID: ClassVar[str]
    """What the program calls it; `bindings.PANE_KEYS` has the key that shows it."""
    PLACE: ClassVar[Place]
    """Where it goes on the screen."""
    NAME: ClassVar[str]
    """What people call it."""
    SHORT: ClassVar[str] = ""
    """The name where room is scarce."""
    ABOUT: ClassVar[str]
    """One sentence for the help page."""
    NEEDS: ClassVar[tuple[str, ...]] = ()
    """The capabilities of a source (`Capabilities`) without which there is nothing to draw."""
    PART: ClassVar[str] = ""
    """The part of the state (one of `Capabilities`) that not every architecture has: without it the pane is
    not offered at all."""
    COMES_FORWARD: ClassVar[bool] = False
    """Whether it comes forward by itself when a move changes it out of sight."""
    ONCE: ClassVar[bool] = False
    """Whether it is gone for good once another pane of its place has come forward."""
    KEYS: ClassVar[tuple[KeyBinding, ...]] = ()
    """Keys that only this pane has.  The action of id ``memblock.map-in`` is its method `action_map_in`."""
    LEGEND: ClassVar[tuple[tuple[str, str, StyleName], ...]] = ()
    """What its glyphs mean, for the help page: a glyph, its meaning, its style."""
    SORTS: ClassVar[tuple[str, ...]] = ()
    """What its rows can be ordered by (``by …``), the usual first; `order` is the one taken."""

    TabClicked = messages.TabClicked
    Gripped = messages.Gripped
    Acted = messages.Acted
    Composed = messages.Composed
    Said = messages.Said
    Asked = messages.Asked

    def __init__(self) -> None:
        super().__init__(id=f"pane-{self.ID}")
        self.snapshot: Snapshot | None = None
        self.is_changed = False
        self.amount = ""
        """After a jump past whole phases, how many things more (or fewer) it has to show."""
        self.order = 0
        self.light: Light | None = None
        """What is lit up in it, at `lit_at`."""
        self.lit_at: object = None
        self.tabs: tuple[Pane, ...] = (self,)
        self.is_alone = False
        """Whether no other pane is in sight: what it says of itself comes before the names of others."""
        self._drawn: tuple[object, ...] | None = None
        self._is_composed = False
        self._wanted = 0
        self._room = Region()
        self._followed: object = None
        self._title = Title([], [])

    def __init_subclass__(cls, **given: Any) -> None:
        """The pane's keys are bindings of it."""
        if "KEYS" in vars(cls):
            cls.BINDINGS = [binding(key, method_name(key)) for key in cls.KEYS]
        super().__init_subclass__(**given)

    @property
    def keys(self) -> Keymap:
        """Which keys do what, for sentences that name them."""
        return self.app.keys  # pyright: ignore

    @property
    def escapes(self) -> EscapeStack:
        """What the key that leaves leaves."""
        return self.app.escapes  # pyright: ignore

    @property
    def key(self) -> str:
        """The key that shows this pane; nothing: none does."""
        return self.keys.shown(PANE_KEYS[self.ID]) if self.ID in PANE_KEYS else ""

    # ---- what each pane says ----

    @abstractmethod
    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """Prepare `header` and the body from a snapshot, for lines of `width` characters."""

    def legend(self) -> tuple[tuple[str, str, StyleName], ...]:
        """What its glyphs mean: `LEGEND`, unless that takes long to know."""
        return self.LEGEND

    def instead(self, snapshot: Snapshot) -> str:
        """What may be said where the source tells nothing to draw."""
        return ""

    def summary(self) -> Line:
        """A few words for the right end of the title."""
        return []

    def summaries(self) -> Iterator[Line]:
        """The same, and then shorter ones for where there is no room for that."""
        yield self.summary()

    def follow(self) -> tuple[int, int] | None:
        """The body lines, first and last, that should be in sight after a move."""
        return None

    def subject(self) -> str | None:
        """What the cursor is on, in the words of the command ``x``: the first address of its line."""
        return first_address(self.line(self.cursor)) if self.is_cursor_in_sight else None

    def cursor_text(self) -> str:
        """The line that the cursor is on; "" if there is none in sight."""
        return text_of(self.line(self.cursor)) if self.is_cursor_in_sight else ""

    def opens(self, index: int) -> bool:
        """Open a line that is closed, or close it; False: there is nothing to open."""
        return False

    def describe(self, index: int) -> str:
        """What a line is about, in a sentence; nothing: about memory, of which all is told."""
        return ""

    def activate(self, index: int) -> None:
        """Open or close a line; tell about one that has nothing inside.  It never leads away from here."""
        if self.opens(index):
            return
        words, subject = self.describe(index), self.subject()
        if not words and subject is not None:
            self.post_message(self.Asked(f"x {subject}"))
            return
        there = self.origin() is not None
        moment = tr("⟨travel⟩ goes to its moment.") if there else ""
        nothing = "" if there else tr("There is nothing to open here.")
        self.post_message(self.Said(" ".join(filter(None, (words or nothing, moment)))))

    def origin(self) -> int | None:
        """The event that the cursor is on, or that made what it is on: where the key ``t`` goes."""
        return None

    def cause(self) -> int | None:
        """The event that says why that is there: what the key ``e`` explains.  Where the last change tells
        it, that is the same."""
        return self.origin()

    def words_here(self) -> str:
        """The line that the cursor is on, without a cursor all that is in sight; and what stands above."""
        end = min(self.top + self.body_height, self.count())
        lines = (self.cursor,) if self.is_cursor_in_sight else range(self.top, end)
        return "\n".join([*(self.text(index) for index in lines), *map(text_of, self.header)])

    def break_spec(self) -> str | None:
        """A breakpoint, in the words of the command ``break``, at what the cursor is on; None: the current
        function."""
        return None

    @property
    def is_cursor_in_sight(self) -> bool:
        """Whether there is a cursor, on a line that one sees."""
        end = min(self.top + self.body_height, self.count())
        return self.HAS_CURSOR and self.top <= self.cursor < end

    def fixed_top(self) -> int | None:
        """The body line that should stand first after a move; None: stay, unless `follow` is out of sight."""
        return None

    def sources(self, snapshot: Snapshot) -> tuple[object, ...] | None:
        """What this pane draws from: while these are the very same objects there is nothing to draw again."""
        return None

    def has_changed(self, snapshot: Snapshot) -> bool:
        """Whether the last move changed what this pane shows."""
        return False

    def is_over(self, snapshot: Snapshot) -> bool:
        """Of a pane that is there but once: whether it has nothing to say any more."""
        return False

    def measure_of(self, picture: Picture) -> int:
        """How many things there are to show at a moment: after a jump the difference is told in the title."""
        return 0

    def sorts(self) -> tuple[str, ...]:
        """What the rows that are shown now can be ordered by."""
        return self.SORTS

    def reordered(self) -> None:
        """`order` was changed; what follows is that the pane is composed again."""

    # ---- showing ----

    def put_in_order(self, order: int) -> None:
        """Order the rows by another of `SORTS`."""
        self.order = order
        self.reordered()
        self.compose_again()

    def compose_again(self) -> None:
        """Draw the same snapshot in another way."""
        self._drawn = None
        self._prepare()
        self.repaint()

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot.  A pane that is out of sight only notes whether it changed; but of another boot it
        forgets all lines, whose events mean something else there."""
        is_other_boot = self.snapshot is not None and self.snapshot.trace is not snapshot.trace
        self.snapshot = snapshot
        self.is_changed = self.has_changed(snapshot)
        more = self.measure_of(snapshot.now) - self.measure_of(snapshot.jump.left) if snapshot.jump else 0
        amount = f"{more:+,}" if more else ""
        if amount != self.amount:
            self.amount = amount
            self.repaint_title()
        if not self.is_in_sight:
            self._drawn, self._is_composed, self._wanted = None, False, 0
            if is_other_boot:
                self._prepare()
            return
        sources = self.sources(snapshot)
        if sources is None or self._drawn is None or not all(map(is_, sources, self._drawn)):
            self._drawn = sources
            self._prepare()
            self.repaint()

    def wanted_rows(self) -> int:
        """Rows that would show all of it; as long as nobody knows, more than there are."""
        return 1 + len(self.header) + self.count() if self._is_composed else FAR

    @property
    def is_in_sight(self) -> bool:
        """Whether the deck has given this pane a place."""
        return bool(self.display) and self.size.width > 4

    def _prepare(self) -> None:
        if self.snapshot is None:
            return
        self.measure()
        silence = self.snapshot.facts.silence(*self.NEEDS)
        if silence:
            self.header = note(
                " ".join(filter(None, (silence, self.instead(self.snapshot)))), self.text_width
            )
        else:
            self.compose_lines(self.snapshot, self.text_width)
            self._stay_in_sight()
        self.keep_in_bounds()
        self._is_composed = True
        self.tell_rows()

    def tell_rows(self) -> None:
        """Say so if other rows would show all of it than a moment ago."""
        if self.wanted_rows() != self._wanted:
            self._wanted = self.wanted_rows()
            self.post_message(self.Composed())

    def _stay_in_sight(self) -> None:
        """Scroll to what the pane follows, or to the cursor."""
        fixed, target = self.fixed_top(), self._target()
        if (lit := self._lit_rows()) is not None:
            fixed, target = None, lit
        if fixed is not None:
            self.top = fixed
        elif target is not None:
            self.bring_into_sight(*target)
            self.cursor = target[0]
        elif self.HAS_CURSOR:
            self.top = max(self.cursor - self.body_height + 1, min(self.top, self.cursor))

    def _target(self) -> tuple[int, int] | None:
        """What to follow: once after every move, for a key or another size must leave the cursor alone."""
        if self.snapshot is None or self._followed is self.snapshot.stop:
            return None
        self._followed = self.snapshot.stop
        return self.follow()

    def took_size(self) -> None:
        """Lines for another width."""
        if self._drawn is None or self.region != self._room:
            self._room = self.region
            self.lay_out()
            self.forget_rows()

    def lay_out(self) -> None:
        """Make lines for a new width."""
        self._prepare()

    def shine(self, light: Light | None) -> None:
        """Light up the rows that are about something, and bring the first into sight, as long as nobody moves
        on; or none any more."""
        if light is None and self.light is None:
            return
        self.light = light or None
        self.lit_at = self.snapshot.stop if self.snapshot is not None else None
        self.is_lit = shines_on(light) if light else None
        if self.is_in_sight and self.snapshot is not None:
            self.compose_again()

    def _lit_rows(self) -> tuple[int, int] | None:
        """The first and the last row that is lit, if nobody has moved since."""
        if self.is_lit is None or self.snapshot is None or self.snapshot.stop is not self.lit_at:
            return None
        rows = [index for index in range(min(self.count(), MOST_LOOKED_AT)) if self.is_lit(self.text(index))]
        return (rows[0], rows[-1]) if rows else None

    # ---- the title ----

    def title(self) -> Line:
        """The panes of this place, and the summary if there is room."""
        tabs = [pane.tab(is_shown=pane is self) for pane in self.tabs]
        sorts = self.sorts()
        room = TitleRoom(self.columns, self.has_focus, self.edge[0][0] != " ", self.is_alone)
        for summary in self.summaries():
            self._title = make_title(tabs, summary, tr(sorts[self.order]) if sorts else "", room)
            if self._title.is_whole:
                break
        return self._title.line

    def tab(self, is_shown: bool) -> Tab:
        """This pane in the title of its place."""
        return Tab(
            self.ID,
            self.key,
            tr(self.NAME),
            tr(self.SHORT or self.NAME),
            self.is_changed,
            is_shown,
            self.amount,
        )

    def title_clicked(self, column: int, times: int) -> None:
        """Show the pane whose name was clicked; two clicks beside the names zoom."""
        pane = self._title.tab_at(column)
        if pane is not None:
            self.post_message(self.TabClicked(pane))
        elif times == 2:
            self.post_message(self.Acted("zoom"))

    # ---- the rules around it ----

    @property
    def allow_select(self) -> bool:
        """Text is selected with the mouse, but not by drawing at a rule."""
        place = self.app.mouse_position - self.region.offset  # pyright: ignore[reportUnknownMemberType]
        return super().allow_select and not self._is_on_rule(int(place.x), int(place.y))

    def _is_on_rule(self, x: int, y: int) -> bool:
        is_beside = x == 0 and self.region.x > 0
        return is_beside or (y == 0 and self._title.tab_at(x) is None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The rules can be drawn."""
        x, y = int(event.x), int(event.y)
        if self._is_on_rule(x, y):
            self.post_message(self.Gripped(self.ID, y > 0, int(event.screen_x), int(event.screen_y)))


def first_address(line: Line) -> str | None:
    """The first number in a line that is long enough for an address."""
    found = ADDRESS.search(text_of(line))
    return found[0] if found else None

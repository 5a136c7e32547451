"""Where the panes are: which share a place, which are closed, and how the screen is divided among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, NamedTuple

from textual import events
from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from ..draw.frame import FrameWidget
from ..draw.lines import STYLE_NAMES
from ..panes.pane import Pane
from .layout_presets import (
    NARROW,
    WIDE,
    Border,
    Form,
    Path,
    Place,
    Plan,
    border_before,
    border_of,
    form_for,
    places,
)

FOLLOWED = (3, 4, 5, 6, 8)
"""The panes of memory, by number: what changes out of sight comes forward."""
LEAST_BELOW = 8
"""Rows that the lower pane of a small screen keeps."""


class DeckLayout(Layout):
    """Puts every visible pane in the place it has."""

    name = "deck"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """The panes' regions."""
        assert isinstance(parent, Deck)
        found = parent.regions(size)
        return [
            WidgetPlacement(found[child.NUMBER], NULL_OFFSET, child.styles.margin, child)
            for child in children
            if isinstance(child, Pane) and child.NUMBER in found
        ]


@dataclass
class Arrangement:
    """What was done to a form: the pane chosen in each place, the places closed, the sizes changed."""

    chosen: dict[Place, int] = field(default_factory=dict[Place, int])
    closed: set[Place] = field(default_factory=set[Place])
    sizes: dict[Path, tuple[int, ...]] = field(default_factory=dict[Path, tuple[int, ...]])


class DeckView(NamedTuple):
    """How a deck stands: the pane chosen in each place, the places closed, and the zoomed pane."""

    chosen: tuple[tuple[Place, int], ...]
    closed: frozenset[Place]
    zoomed: int | None


class Drag(NamedTuple):
    """A border that the mouse holds: where it was taken, and what it moves."""

    border: Border
    x: int
    y: int


class Deck(FrameWidget):
    """All panes.  A place shows the pane of its that was asked for last.  Every form keeps what was done to
    it.  The colours of all panes are its component classes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{name}" for name in STYLE_NAMES}

    def __init__(self, panes: tuple[Pane, ...]) -> None:
        super().__init__(*panes, id="deck")
        self.panes = {pane.NUMBER: pane for pane in panes}
        for pane in panes:
            pane.palette = self
        self.form: Form = WIDE
        self.arrangements: dict[Form, Arrangement] = {}
        self.zoomed: int | None = None
        self.drag: Drag | None = None
        self._layout = DeckLayout()

    @property
    def layout(self) -> Layout:
        """How the panes are arranged."""
        return self._layout

    @property
    def arrangement(self) -> Arrangement:
        """What was done to the form of this size."""
        return self.arrangements.setdefault(self.form, Arrangement())

    @property
    def plan(self) -> Plan:
        """The form as it stands.  A place without a pane that exists is closed."""
        empty = {place for place in places(self.form) if not self.tabs_of(place)}
        return Plan(self.form, self.arrangement.sizes, frozenset(empty | self.arrangement.closed))

    def on_mount(self) -> None:
        """Start with the form for whatever size there is."""
        self.arrange_panes()

    def fit(self, size: Size) -> None:
        """Take the form that suits the screen."""
        form = form_for(size)
        if form is not self.form:
            self.form = form
            self.arrange_panes()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Nothing is seen of it: the panes leave no cell free."""
        return [Strip.blank(crop.width)] * crop.height

    # ---- places ----

    def tabs_of(self, place: Place) -> tuple[int, ...]:
        """The panes of a place; the last place has those too that no place names."""
        found = list(places(self.form))
        strangers: list[int] = []
        if place == found[-1]:
            named = {number for other in found for number in other.panes}
            strangers = [number for number in self.panes if number > 0 and number not in named]
        return tuple(number for number in (*place.panes, *strangers) if number in self.panes)

    def place_of(self, number: int) -> Place | None:
        """The place that a pane shares; None: it has none, and is only ever zoomed."""
        return next((place for place in places(self.form) if number in self.tabs_of(place)), None)

    def shown(self, place: Place) -> int:
        """The number of the pane that a place shows."""
        return self.arrangement.chosen.get(place, self.tabs_of(place)[0])

    def regions(self, size: Size) -> dict[int, Region]:
        """Where each visible pane is."""
        if self.zoomed is not None:
            return {self.zoomed: size.region}
        found = {self.shown(place): region for place, region in self.plan.regions(size.region)}
        return self._without_blank_rows(found) if self.form is NARROW else found

    def _without_blank_rows(self, found: dict[int, Region]) -> dict[int, Region]:
        """Where rows are few, the pane above has those that the one below leaves blank."""
        if len(found) != 2 or self.arrangement.sizes:
            return found
        (upper, above), (lower, below) = found.items()
        spare = below.height - max(self.panes[lower].wanted_rows(), LEAST_BELOW)
        if spare <= 0:
            return found
        return {
            upper: Region(above.x, above.y, above.width, above.height + spare),
            lower: Region(below.x, below.y + spare, below.width, below.height - spare),
        }

    def fit_rows(self) -> None:
        """Share the rows again, if the panes want others now."""
        if self.form is NARROW and any(
            self.panes[number].size.height != region.height
            for number, region in self.regions(self.size).items()
        ):
            # Nothing else has changed, by which Textual would know that what it remembers is old.
            self._clear_arrangement_cache()
            self.refresh(layout=True)

    def on_pane_composed(self) -> None:
        """A pane may want other rows."""
        self.fit_rows()

    def bring_changed_forward(self, focused: int) -> None:
        """Of the panes of memory, show one that the last move changed, if it did not change the one that is
        shown; not where somebody's cursor is."""
        place = self.place_of(FOLLOWED[0])
        if place is None or self.zoomed is not None or focused in self.tabs_of(place):
            return
        shown = self.shown(place)
        if shown not in FOLLOWED or self.panes[shown].is_changed:
            return
        there = [number for number in FOLLOWED if number in self.tabs_of(place)]
        changed = next((number for number in there if self.panes[number].is_changed), None)
        if changed is not None and place not in self.arrangement.closed:
            self.bring_forward(changed)

    def bring_forward(self, number: int) -> Pane:
        """Show a pane; returns it."""
        before, place = self.view(), self.place_of(number)
        if self.zoomed != number and (self.zoomed is not None or place is None):
            self.zoomed = number
        if place is not None and self.shown(place) != number:
            self.arrangement.chosen[place] = number
        if place is not None:
            self.arrangement.closed.discard(place)
        if self.view() != before or not self.panes[number].display:
            self.arrange_panes()
        return self.panes[number]

    def take_back(self, number: int, before: DeckView) -> None:
        """Undo what `bring_forward` did to the place of a pane, and to the zoom."""
        place = self.place_of(number)
        if place is not None:
            chosen = dict(before.chosen).get(place)
            if chosen is not None:
                self.arrangement.chosen[place] = chosen
            else:
                self.arrangement.chosen.pop(place, None)
            if place in before.closed:
                self.arrangement.closed.add(place)
        if self.zoomed == number:
            self.zoomed = before.zoomed
        self.arrange_panes()

    def way_back(self, number: int) -> Callable[[], None]:
        """What undoes bringing a pane forward: its place shows again what it shows now."""
        return partial(self.take_back, number, self.view())

    def toggle_zoom(self, number: int) -> None:
        """Give one pane all the room, or take it back."""
        self.zoomed = None if self.zoomed is not None else number
        self.arrange_panes()

    def close_place(self, number: int) -> bool:
        """Take the place of a pane out of sight, for its neighbours; False: it is the only one."""
        place = self.place_of(number)
        if place is None or self.zoomed is not None or len(self.regions(self.size)) < 2:
            return False
        self.arrangement.closed.add(place)
        self.arrange_panes()
        return True

    @property
    def has_closed(self) -> bool:
        """Whether places are out of sight."""
        return bool(self.arrangement.closed)

    def open_all(self) -> int:
        """Bring all closed places back; returns how many there were."""
        count = len(self.arrangement.closed)
        self.arrangement.closed.clear()
        self.arrange_panes()
        return count

    # ---- sizes ----

    def can_enlarge(self, number: int, is_row: bool) -> bool:
        """Whether there is anything to share room with, beside (`is_row`) or above or below."""
        return self.border(number, is_row) is not None

    def border(self, number: int, is_row: bool) -> tuple[Border, int] | None:
        """By what a pane can be made larger, and in which direction."""
        place = self.place_of(number)
        return border_of(self.plan, place, is_row) if place is not None and self.zoomed is None else None

    def enlarge(self, number: int, is_row: bool, by: int) -> bool:
        """Make a pane wider or taller by columns or rows; False: it cannot be."""
        found = self.border(number, is_row)
        return found is not None and self._move(found[0], by * found[1])

    def _move(self, border: Border, by: int) -> bool:
        sizes = border.moved(by, self.size.region)
        if sizes is None:
            return False
        self.arrangement.sizes = dict(sizes)
        self.refresh(layout=True)
        return True

    def on_pane_gripped(self, message: Pane.Gripped) -> None:
        """The mouse has taken the rule above a pane, or to its left: it moves with the mouse from now on."""
        place = self.place_of(message.number)
        if place is None or self.zoomed is not None:
            return
        border = border_before(self.plan, place, message.is_row)
        if border is not None:
            self.drag = Drag(border, message.x, message.y)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The border follows."""
        if self.drag is None:
            return
        event.stop()
        border, x, y = self.drag
        by = event.screen_x - x if border.split.is_row else event.screen_y - y
        sizes = border.moved(int(by), self.size.region) or border.plan.sizes
        if dict(sizes) != self.arrangement.sizes:
            self.arrangement.sizes = dict(sizes)
            self.refresh(layout=True)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The border stays."""
        if self.drag is not None:
            self.drag = None
            self.release_mouse()

    # ---- the whole ----

    def view(self) -> DeckView:
        """How it stands now."""
        here = self.arrangement
        return DeckView(tuple(here.chosen.items()), frozenset(here.closed), self.zoomed)

    def restore(self, view: DeckView) -> None:
        """Stand as it stood then."""
        if view != self.view():
            self.arrangement.chosen, self.zoomed = dict(view.chosen), view.zoomed
            self.arrangement.closed = set(view.closed)
            self.arrange_panes()

    def arrange_panes(self) -> None:
        """Decide who is visible, and which tabs each title has."""
        visible = set(self.regions(self.size))
        for place in places(self.form):
            tabs = tuple(self.panes[number] for number in self.tabs_of(place))
            for pane in tabs:
                pane.tabs = tabs
        for number, pane in self.panes.items():
            pane.is_alone = self.zoomed is not None
            if pane.display != (number in visible):
                pane.display = number in visible
        self.refresh(layout=True)

    def first(self) -> Pane:
        """The visible pane of the lowest number."""
        return self.panes[self.order()[0]]

    def order(self) -> list[int]:
        """The visible panes, by number."""
        return sorted(self.regions(self.size))

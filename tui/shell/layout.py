"""Where the panes are: which share a place, which are closed, and how the screen is divided among them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from msgspec import Struct, field
from textual import events
from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from ...model.source.capabilities import Capabilities
from ..draw.frame import FrameWidget
from ..draw.lines import STYLE_NAMES
from ..draw.textual_compat import forget_arrangement
from ..panes.pane import Pane
from ..session.snapshot import Snapshot
from ..settings.bindings import HELP
from .layout_plan import Border, Path, Plan, border_before, border_of
from .layout_presets import NARROW, WIDE, Preset, Room, preset_for, rooms

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
            WidgetPlacement(found[child.ID], NULL_OFFSET, child.styles.margin, child)
            for child in children
            if isinstance(child, Pane) and child.ID in found
        ]


class Arrangement(Struct):
    """What was done to a preset: the pane chosen in each place, the places closed, the sizes changed."""

    chosen: dict[Room, str] = field(default_factory=dict[Room, str])
    closed: set[Room] = field(default_factory=set[Room])
    sizes: dict[Path, tuple[int, ...]] = field(default_factory=dict[Path, tuple[int, ...]])


class DeckView(Struct, frozen=True):
    """How a deck stands: the pane chosen in each place, the places closed, and the zoomed pane."""

    chosen: tuple[tuple[Room, str], ...]
    closed: frozenset[Room]
    zoomed: str | None


class Drag(Struct, frozen=True):
    """A border that the mouse holds: where it was taken, and what it moves."""

    border: Border
    x: int
    y: int


class Deck(FrameWidget):
    """All panes.  A place shows the pane of its that was asked for last.  Every preset keeps what was done to
    it.  The colours of all panes are its component classes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{name}" for name in STYLE_NAMES}

    def __init__(self, panes: tuple[Pane, ...]) -> None:
        super().__init__(*panes, id="deck")
        self.panes = {pane.ID: pane for pane in panes}
        for pane in panes:
            pane.palette = self
        self.lacking = frozenset(pane.ID for pane in panes if pane.PART)
        self.dismissed = {pane.ID for pane in panes if pane.ONCE}
        self.on_dismissed: Callable[[str], None] = lambda id: None
        """Told of each pane that is gone for good."""
        self.preset_for = preset_for
        """The preset for a size."""
        self.take_preset(WIDE)
        self.arrangements: dict[Preset, Arrangement] = {}
        self.zoomed: str | None = None
        self.drag: Drag | None = None
        self._layout = DeckLayout()

    @property
    def layout(self) -> Layout:
        """How the panes are arranged."""
        return self._layout

    @property
    def arrangement(self) -> Arrangement:
        """What was done to the preset of this size."""
        return self.arrangements.setdefault(self.preset, Arrangement())

    @property
    def plan(self) -> Plan:
        """The form as it stands.  A place without a pane that exists is closed."""
        empty = {room for room in rooms(self.preset) if not self.tabs_of(room)}
        return Plan(self.preset, self.arrangement.sizes, frozenset(empty | self.arrangement.closed))

    def on_mount(self) -> None:
        """Start with the preset for whatever size there is."""
        self.arrange_panes()

    def fit(self, size: Size) -> None:
        """Take the preset that suits the screen."""
        preset = self.preset_for(size)
        if preset is not self.preset:
            self.take_preset(preset)
            self.arrange_panes()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Nothing is seen of it: the panes leave no cell free."""
        return [Strip.blank(crop.width)] * crop.height

    # ---- places ----

    def take_preset(self, preset: Preset) -> None:
        """Share the panes out among other rooms: by slot, and then by order.  The last room has those too
        whose slot the preset does not name."""
        self.preset: Preset = preset
        every = list(rooms(preset))
        by_order = sorted((pane for pane in self.panes.values() if pane.ID != HELP), key=order_of)
        self.tabs: dict[Room, tuple[str, ...]] = {
            room: tuple(pane.ID for slot in room.slots for pane in by_order if pane.PLACE.slot == slot)
            for room in every
        }
        named = {slot for room in every for slot in room.slots}
        self.tabs[every[-1]] += tuple(pane.ID for pane in by_order if pane.PLACE.slot not in named)

    def tabs_of(self, room: Room) -> tuple[str, ...]:
        """The panes of a room."""
        return tuple(id for id in self.tabs[room] if id not in self.not_offered)

    def offer(self, can: Capabilities) -> None:
        """Leave out the panes of parts of the state that a source does not have."""
        lacking = frozenset(
            pane.ID for pane in self.panes.values() if pane.PART and can.missing((pane.PART,))
        )
        if lacking != self.lacking:
            self.lacking = lacking
            self.arrange_panes()

    @property
    def not_offered(self) -> frozenset[str]:
        """The panes that there are not, on this boot or any more."""
        return self.lacking | self.dismissed

    def dismiss_what_is_over(self, snapshot: Snapshot) -> None:
        """Leave out the panes that had their time."""
        for pane in self.panes.values():
            if pane.ONCE and pane.is_over(snapshot):
                self.dismiss(pane.ID)

    def admit(self, id: str) -> None:
        """A pane that is there but once is there."""
        self.dismissed.discard(id)
        self.arrange_panes()

    def dismiss(self, id: str) -> None:
        """It is gone for good."""
        if id not in self.dismissed:
            self.dismissed.add(id)
            self.on_dismissed(id)
            self.arrange_panes()

    def room_of(self, id: str) -> Room | None:
        """The place that a pane shares; None: it has none, and is only ever zoomed."""
        return next((room for room in rooms(self.preset) if id in self.tabs_of(room)), None)

    def shown(self, room: Room) -> str:
        """The pane that a place shows."""
        tabs = self.tabs_of(room)
        chosen = self.arrangement.chosen.get(room)
        return chosen if chosen in tabs else tabs[0]

    def regions(self, size: Size) -> dict[str, Region]:
        """Where each visible pane is."""
        if self.zoomed is not None:
            return {self.zoomed: size.region}
        found = {self.shown(room): region for room, region in self.plan.regions(size.region)}
        return self._without_blank_rows(found) if self.preset is NARROW else found

    def _without_blank_rows(self, found: dict[str, Region]) -> dict[str, Region]:
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
        if self.preset is NARROW and any(
            self.panes[id].size.height != region.height for id, region in self.regions(self.size).items()
        ):
            # Nothing else has changed, by which Textual would know that what it remembers is old.
            forget_arrangement(self)
            self.refresh(layout=True)

    def on_pane_composed(self) -> None:
        """A pane may want other rows."""
        self.fit_rows()

    def bring_changed_forward(self, focused: str) -> None:
        """Of the panes that come forward by themselves, show one that the last move changed, if it did not
        change the one that is shown; not where somebody's cursor is."""
        offered = {id: pane for id, pane in self.panes.items() if id not in self.not_offered}
        followed = [id for id, pane in offered.items() if pane.COMES_FORWARD]
        room = self.room_of(followed[0]) if followed else None
        if room is None or self.zoomed is not None or focused in self.tabs_of(room):
            return
        shown = self.shown(room)
        if shown not in followed or self.panes[shown].is_changed:
            return
        there = [id for id in followed if id in self.tabs_of(room)]
        changed = next((id for id in there if self.panes[id].is_changed), None)
        if changed is not None and room not in self.arrangement.closed:
            self.bring_forward(changed)

    def bring_forward(self, id: str) -> Pane:
        """Show a pane; returns it."""
        before, room = self.view(), self.room_of(id)
        if self.zoomed != id and (self.zoomed is not None or room is None):
            self.zoomed = id
        if room is not None and (shown := self.shown(room)) != id:
            self.arrangement.chosen[room] = id
            if self.panes[shown].ONCE:
                self.dismiss(shown)
        if room is not None:
            self.arrangement.closed.discard(room)
        if self.view() != before or not self.panes[id].display:
            self.arrange_panes()
        return self.panes[id]

    def take_back(self, id: str, before: DeckView) -> None:
        """Undo what `bring_forward` did to the place of a pane, and to the zoom."""
        room = self.room_of(id)
        if room is not None:
            chosen = dict(before.chosen).get(room)
            if chosen is not None:
                self.arrangement.chosen[room] = chosen
            else:
                self.arrangement.chosen.pop(room, None)
            if room in before.closed:
                self.arrangement.closed.add(room)
        if self.zoomed == id:
            self.zoomed = before.zoomed
        self.arrange_panes()

    def way_back(self, id: str) -> Callable[[], None]:
        """What undoes bringing a pane forward: its place shows again what it shows now."""
        return partial(self.take_back, id, self.view())

    def toggle_zoom(self, id: str) -> None:
        """Give one pane all the room, or take it back."""
        self.zoomed = None if self.zoomed is not None else id
        self.arrange_panes()

    def close_room(self, id: str) -> bool:
        """Take the place of a pane out of sight, for its neighbours; False: it is the only one."""
        room = self.room_of(id)
        if room is None or self.zoomed is not None or len(self.regions(self.size)) < 2:
            return False
        self.arrangement.closed.add(room)
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

    def can_enlarge(self, id: str, is_row: bool) -> bool:
        """Whether there is anything to share room with, beside (`is_row`) or above or below."""
        return self.border(id, is_row) is not None

    def border(self, id: str, is_row: bool) -> tuple[Border, int] | None:
        """By what a pane can be made larger, and in which direction."""
        room = self.room_of(id)
        return border_of(self.plan, room, is_row) if room is not None and self.zoomed is None else None

    def enlarge(self, id: str, is_row: bool, by: int) -> bool:
        """Make a pane wider or taller by columns or rows; False: it cannot be."""
        found = self.border(id, is_row)
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
        room = self.room_of(message.pane)
        if room is None or self.zoomed is not None:
            return
        border = border_before(self.plan, room, message.is_row)
        if border is not None:
            self.drag = Drag(border, message.x, message.y)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The border follows."""
        if self.drag is None:
            return
        event.stop()
        border = self.drag.border
        by = event.screen_x - self.drag.x if border.split.is_row else event.screen_y - self.drag.y
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
        for room in rooms(self.preset):
            tabs = tuple(self.panes[id] for id in self.tabs_of(room))
            for pane in tabs:
                pane.tabs = tabs
        for id, pane in self.panes.items():
            pane.is_alone = self.zoomed is not None
            if pane.display != (id in visible):
                pane.display = id in visible
        self.refresh(layout=True)

    def first(self) -> Pane:
        """The first of the visible panes."""
        return self.panes[self.order()[0]]

    def order(self) -> list[str]:
        """The visible panes, in the order of all of them."""
        visible = self.regions(self.size)
        return [id for id in self.panes if id in visible]


def order_of(pane: Pane) -> int:
    """Where a pane is among those of its slot."""
    return pane.PLACE.order

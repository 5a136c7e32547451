"""Where the panes are: which share a place, and how the screen is divided among the places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from .lines import STYLE_NAMES
from .panes.pane import Pane


@dataclass(frozen=True)
class Place:
    """Room for one pane at a time; the others of `panes` are tabs in its title."""

    panes: tuple[int, ...]


@dataclass(frozen=True)
class Split:
    """Parts beside or below each other; `weights` say how they share the room, `least` what each needs."""

    is_row: bool
    parts: tuple[Split | Place, ...]
    weights: tuple[int, ...]
    least: tuple[int, ...]


def _row(*parts: tuple[Split | Place, int, int]) -> Split:
    return Split(True, *zip(*parts, strict=True))  # pyright: ignore[reportArgumentType]


def _column(*parts: tuple[Split | Place, int, int]) -> Split:
    return Split(False, *zip(*parts, strict=True))  # pyright: ignore[reportArgumentType]


WIDE = _column(
    (
        _row(
            (_column((Place((1,)), 10, 6), (Place((2,)), 22, 8)), 64, 50),
            (
                _column(
                    (Place((3,)), 13, 8),
                    (Place((4,)), 11, 6),
                    (_row((Place((5,)), 48, 30), (Place((6,)), 48, 30)), 9, 6),
                ),
                96,
                60,
            ),
        ),
        33,
        20,
    ),
    (Place((7, 8, 9, 10)), 9, 6),
)
"""Everything at once."""
FLAT = _row((Place((1, 2)), 45, 40), (Place((3, 4, 5, 6, 7, 8, 9, 10)), 55, 40))
"""Wide but low: where one is, and the memory, side by side."""
NARROW = _column((Place((2, 1)), 9, 6), (Place((3, 4, 5, 6, 7, 8, 9, 10)), 12, 6))
"""Small: where one is above, the memory below."""


def form_for(size: Size) -> Split:
    """The form that suits a size."""
    if size.width >= 130 and size.height >= 30:
        return WIDE
    return FLAT if size.width >= 130 else NARROW


def places(form: Split | Place) -> Iterator[Place]:
    """The places of a form."""
    if isinstance(form, Place):
        yield form
    else:
        for part in form.parts:
            yield from places(part)


def divided(form: Split | Place, region: Region) -> Iterator[tuple[Place, Region]]:
    """The room of every place."""
    if isinstance(form, Place):
        yield form, region
        return
    total = region.width if form.is_row else region.height
    for part, start, end in zip(form.parts, *_shares(form, total), strict=True):
        if form.is_row:
            yield from divided(part, Region(region.x + start, region.y, end - start, region.height))
        else:
            yield from divided(part, Region(region.x, region.y + start, region.width, end - start))


def _shares(form: Split, total: int) -> tuple[list[int], list[int]]:
    weight = sum(form.weights)
    sizes = [
        max(share * total // weight, least) for share, least in zip(form.weights, form.least, strict=True)
    ]
    largest = sizes.index(max(sizes))
    sizes[largest] = max(sizes[largest] + total - sum(sizes), 1)
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    return starts, [start + size for start, size in zip(starts, sizes, strict=True)]


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


class DeckView(NamedTuple):
    """How a deck stands: the pane chosen in each place, and the zoomed one."""

    chosen: tuple[tuple[Place, int], ...]
    zoomed: int | None


class Deck(Widget):
    """All panes.  A place shows the pane of its that was asked for last.  The colours of all panes are its
    component classes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{name}" for name in STYLE_NAMES}

    def __init__(self, panes: tuple[Pane, ...]) -> None:
        super().__init__(*panes, id="deck")
        self.panes = {pane.NUMBER: pane for pane in panes}
        for pane in panes:
            pane.palette = self
        self.form: Split = WIDE
        self.chosen: dict[Place, int] = {}
        self.zoomed: int | None = None
        self._layout = DeckLayout()

    @property
    def layout(self) -> Layout:
        """How the panes are arranged."""
        return self._layout

    def on_mount(self) -> None:
        """Start with the form for whatever size there is."""
        self.arrange_panes()

    def fit(self, size: Size) -> None:
        """Take the form that suits the screen."""
        form = form_for(size)
        if form is not self.form:
            self.form = form
            self.arrange_panes()

    def place_of(self, number: int) -> Place:
        """The place that a pane shares."""
        return next(place for place in places(self.form) if number in place.panes)

    def shown(self, place: Place) -> int:
        """The number of the pane that a place shows."""
        return self.chosen.get(place, place.panes[0])

    def regions(self, size: Size) -> dict[int, Region]:
        """Where each visible pane is."""
        if self.zoomed is not None:
            return {self.zoomed: size.region}
        return {self.shown(place): region for place, region in divided(self.form, size.region)}

    def bring_forward(self, number: int) -> Pane:
        """Show a pane; returns it."""
        place = self.place_of(number)
        if self.zoomed is not None and self.zoomed != number:
            self.zoomed = number
        if self.shown(place) != number or not self.panes[number].display:
            self.chosen[place] = number
            self.arrange_panes()
        return self.panes[number]

    def toggle_zoom(self, number: int) -> None:
        """Give one pane all the room, or take it back."""
        self.zoomed = None if self.zoomed is not None else number
        self.arrange_panes()

    def view(self) -> DeckView:
        """How it stands now."""
        return DeckView(tuple(self.chosen.items()), self.zoomed)

    def restore(self, view: DeckView) -> None:
        """Stand as it stood then."""
        if view != self.view():
            self.chosen, self.zoomed = dict(view.chosen), view.zoomed
            self.arrange_panes()

    def arrange_panes(self) -> None:
        """Decide who is visible, and which tabs each title has."""
        visible = set(self.regions(self.size))
        for place in places(self.form):
            tabs = tuple(self.panes[number] for number in place.panes)
            for pane in tabs:
                pane.tabs = tabs
                pane.display = pane.NUMBER in visible
        self.refresh(layout=True)

    def first(self) -> Pane:
        """The visible pane of the lowest number."""
        return self.panes[self.order()[0]]

    def order(self) -> list[int]:
        """The visible panes, by number."""
        return sorted(self.regions(self.size))

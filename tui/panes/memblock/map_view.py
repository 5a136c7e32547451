"""The map of physical memory as one looks at it: all of it, or a window that zooms and scrolls."""

from __future__ import annotations

from msgspec import structs

from ....model.analysis.owner_classes import OwnerClass
from ....model.base.units import readable_size
from ....model.language.words import tr
from ....model.memory.memblock import MEMBLOCK_HOTPLUG, MEMBLOCK_NOMAP
from ...draw.lines import Line, length, packed, spread
from ...draw.owner_glyphs import legend
from .amounts import amount_lines, amounts
from .map import MapSubject, MemoryMap, draw, present
from .map_window import centred, moved, zoomed_in, zoomed_out
from .stretches import Range

NOTHING = MapSubject((), {})


class MapView:
    """A subject and the window on it.  What moves the window returns why it did not, or nothing."""

    def __init__(self) -> None:
        self.subject = NOTHING
        self.window: Range | None = None
        self.drawn: MemoryMap | None = None
        self.shows_amounts = False
        """Whether a bar of amounts stands instead of the map."""

    def lines(self, width: int, rows: int, pointed: Range | None, legend_rows: int) -> list[Line]:
        """The map in `rows` rows, and what its letters mean in at most so many.  Nothing where there is no
        memory."""
        subject = structs.replace(self.subject, pointed=pointed)
        self.drawn = draw(subject, width, rows, self.window)
        if self.drawn is None and self.window is not None:
            self.window = None
            self.drawn = draw(subject, width, rows)
        if self.drawn is None:
            return []
        if self.shows_amounts:
            return [
                *self._bar(width),
                *self._legend(width, legend_rows, tr("logarithmic")),
            ]
        zoomed = tr("zoomed · ") if self.window is not None else ""
        size = readable_size(self.drawn.bytes_per_cell)
        each = tr("{zoomed}a column is {size}", zoomed=zoomed, size=size)
        return [*self.drawn.lines, *self._legend(width, legend_rows, each)]

    def _bar(self, width: int) -> list[Line]:
        self.drawn = None
        sizes = self._sizes()
        memory = sum(region.size for region in self.subject.memory)
        return amount_lines(amounts(sizes, memory - sum(sizes.values())), width)

    def _sizes(self) -> dict[OwnerClass, int]:
        """The bytes of each class of owners."""
        taken = self.subject.taken
        return {each: sum(end - start for start, end in ranges) for each, ranges in taken.items()}

    def _legend(self, width: int, rows: int, scale: str) -> list[Line]:
        """What the letters mean, in at most so many rows, and beside them the scale."""
        if not rows:
            return []
        each: Line = [(scale, "dim")]
        flags = 0
        for region in self.subject.memory:
            flags |= region.flags
        sizes = self._sizes()
        letters, others = legend(sizes, bool(flags & MEMBLOCK_NOMAP), bool(flags & MEMBLOCK_HOTPLUG))
        lines = packed(letters, width)
        rows = max(rows, len(lines))
        for part in others:
            more = packed([*letters, part], width)
            if len(more) <= rows:
                letters, lines = [*letters, part], more
        has_room = length(lines[-1]) + length(each) < width
        return [*lines[:-1], spread(lines[-1], each, width)] if has_room else lines

    def zoom_in(self, at: Range | None) -> str:
        """Show a part of what is shown, around `at`."""
        everything = present(self.subject)
        if self.drawn is None or not everything:
            return tr("There is no memory yet.")
        columns = self.drawn.layout[-1].column + self.drawn.layout[-1].cells
        window = zoomed_in(self.window, everything, at or (everything[0][0], everything[-1][1]), columns)
        return self._become(window, tr("The map shows single bytes already."))

    def zoom_out(self) -> str:
        """Show more."""
        return self._become(zoomed_out(self.window, present(self.subject)), tr("The map shows all there is."))

    def move(self, direction: int) -> str:
        """Half a window up (1) or down (-1)."""
        if self.window is None:
            return tr("The map shows all there is; ⟨memblock.map-in⟩ zooms in.")
        window = moved(self.window, present(self.subject), direction)
        return self._become(
            window,
            tr("This is the upper end of memory.")
            if direction > 0
            else tr("This is the lower end of memory."),
        )

    def bring_into_sight(self, at: Range) -> None:
        """Move the window if a range is not in it."""
        if self.window is not None and not (at[0] < self.window[1] and self.window[0] < at[1]):
            self.window = centred(at, self.window[1] - self.window[0], self.window)

    def _become(self, window: Range | None, otherwise: str) -> str:
        if window == self.window:
            return otherwise
        self.window = window
        return ""

"""One person's way along a tour: which tour, on which boot, at which of its stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...model.lecture.tours.course import Course, Place
    from ...model.lecture.tours.page import TourPage
    from ...model.lecture.tours.tour import Tour
    from ...model.trace.events import Trace


class Touring:
    """No tour at first.  `trace` is of the boot that the `course` is laid through; `page` is what the stop of
    number `index` says, evaluated where one then stood."""

    def __init__(self) -> None:
        self.tour: Tour | None = None
        self.course: Course | None = None
        self.trace: Trace | None = None
        self.page: TourPage | None = None
        self.index = 0
        self.is_asked = False
        """Whether the question of the stop was asked."""

    @property
    def place(self) -> Place | None:
        """The stop that one is at, or was last."""
        return self.course.places[self.index] if self.course is not None else None

    def is_at_stop(self, trace: Trace, position: int) -> bool:
        """Whether one stands there."""
        return self.place is not None and trace is self.trace and position == self.place.position

    def end(self) -> None:
        """No tour any more."""
        self.tour = self.course = self.trace = self.page = None
        self.index, self.is_asked = 0, False

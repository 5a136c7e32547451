"""Where breakpoints would stop in all of a boot: worked out little by little, since conditions take time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from .breakpoints import Breakpoint, Breakpoints


@dataclass
class _Found:
    """What is known of one breakpoint: the events before `tested` that it would stop at."""

    spec: str
    condition: str | None
    events: array[int] = field(default_factory=lambda: array("I"))
    tested: int = 0


class HitPlaces:
    """The events at which the enabled breakpoints of a debugger would stop; log points never do."""

    def __init__(self, breakpoints: Breakpoints) -> None:
        self.breakpoints = breakpoints
        self.version = 0
        """Counts up with everything newly found or no longer true."""
        self._found: dict[int, _Found] = {}

    def look(self, tests: int) -> bool:
        """Test conditions at `tests` events more; whether all are tested now, as far as the boot goes."""
        points = {
            point.number: point for point in self.breakpoints.all() if point.enabled and not point.message
        }
        for number in self._found.keys() - points.keys():
            del self._found[number]
            self.version += 1
        for number, point in points.items():
            found = self._found.get(number)
            if found is None or (found.spec, found.condition) != (point.spec, point.condition):
                found = self._found[number] = _Found(point.spec, point.condition)
                self.version += 1
            tests -= self._test(point, found, tests)
        end = len(self.breakpoints.names.trace)
        return all(found.tested == end for found in self._found.values())

    def events(self) -> list[Sequence[int]]:
        """For each breakpoint, where it would stop as far as is known: events, in order."""
        return [found.events for found in self._found.values()]

    def _test(self, point: Breakpoint, found: _Found, tests: int) -> int:
        """Test at so many events more; returns at how many it was."""
        end = len(self.breakpoints.names.trace)
        if found.tested == end:
            return 0
        candidates = point.location.events(found.tested, end)
        if point.condition is None:
            hits, found.tested, tested = candidates, end, 0
        else:
            chosen = candidates[: max(tests, 0)]
            hits = [event for event in chosen if self.breakpoints.would_hit(point, event)]
            tested = len(chosen)
            found.tested = end if tested == len(candidates) else candidates[tested]
        if hits:
            found.events.extend(hits)
            self.version += 1
        return tested

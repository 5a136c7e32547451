"""Where breakpoints would stop in all of a boot: worked out little by little, since conditions take time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from msgspec import Struct, field

from .breakpoints import Breakpoint, Breakpoints

EVENTS_A_TEST = 25
"""Events that are looked through in the time of one test."""


class _Found(Struct):
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
        """Test conditions at `tests` events more, or look through so many times more events for what to test;
        whether that is done now as far as the boot goes."""
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
            tests = self._test(point, found, tests)
        end = len(self.breakpoints.names.trace)
        return all(found.tested == end for found in self._found.values())

    def events(self) -> list[Sequence[int]]:
        """For each breakpoint, where it would stop as far as is known: events, in order."""
        return [found.events for found in self._found.values()]

    def _test(self, point: Breakpoint, found: _Found, tests: int) -> int:
        """Test at so many events more; returns how many tests are left."""
        end = len(self.breakpoints.names.trace)
        while tests > 0 and found.tested < end:
            start, limit = found.tested, min(found.tested + tests * EVENTS_A_TEST, end)
            candidates = point.location.events(start, limit)
            if point.condition is None:
                hits, found.tested = candidates, limit
            else:
                chosen = candidates[:tests]
                tests -= len(chosen)
                hits = [event for event in chosen if self.breakpoints.would_hit(point, event)]
                found.tested = limit if len(chosen) == len(candidates) else candidates[len(chosen)]
            tests -= max((found.tested - start) // EVENTS_A_TEST, 1)
            if hits:
                found.events.extend(hits)
                self.version += 1
        return tests

"""Keyframes: the whole state of the machine at some positions of a trace, to go on from."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sized
from typing import Any

from msgspec import Struct

from .changes import Change, Target


class Keyframe(Struct, frozen=True):
    """Every target's snapshot at a position."""

    position: int
    snapshots: dict[str, Any]


class Keyframes:
    """The keyframes of a trace, taken as its changes come in; `targets` are the parts of the state."""

    INTERVAL = 4096
    """Change events between two keyframes, at the least."""

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self._frames: list[Keyframe] = []
        self._changed: set[str] = set()
        self._interval = self.INTERVAL
        self._until_next = self.INTERVAL

    def __len__(self) -> int:
        return len(self._frames)

    def only_the_first(self) -> None:
        """Take none beside the first."""
        self._interval = self._until_next = sys.maxsize

    def add_target(self, name: str, target: Target) -> None:
        """Name a part of the state."""
        self.targets[name] = target
        self._changed.add(name)

    def is_due(self, changes: tuple[Change, ...]) -> bool:
        """Whether the state is to be kept after an event that made these changes."""
        for change in changes:
            self._changed.add(change[0])
        self._until_next -= 1
        return not self._until_next

    def take(self, position: int) -> None:
        """Keep the state as it is now, at `position`."""
        snapshots = dict(self._frames[-1].snapshots) if self._frames else {}
        for name in self._changed:
            snapshots[name] = self.targets[name].snapshot()
        changed = [self.targets[name] for name in self._changed]
        copied = sum(len(target) for target in changed if isinstance(target, Sized))
        self._changed.clear()
        # A large state is copied the less often: all copies together stay in proportion to the changes.
        self._until_next = max(self._interval, copied)
        self._frames.append(Keyframe(position, snapshots))

    def before(self, position: int) -> Keyframe:
        """The last keyframe that is not after `position`."""
        return self._frames[bisect_right(self._frames, position, key=lambda frame: frame.position) - 1]

    def clear(self) -> None:
        """Give their memory back."""
        self._frames.clear()

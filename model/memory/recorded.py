"""Parts of the state that record themselves what is put into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..trace.changes import Assign, Change, DictTarget, ListTarget, Splice
from ..trace.events import Kind
from ..trace.recorder import BootTrace


class RecordedDict(DictTarget):
    """A dictionary that the trace knows as `target`; events that change it are of one `kind`.  In all methods
    `depth` counts the Python frames between the boot's own line and the call."""

    def __init__(self, target: str, kind: Kind, values: dict[str, Any] | None = None) -> None:
        super().__init__(values or {})
        self.target = target
        self.kind = kind
        self.trace = BootTrace()

    def put(self, key: Any, value: Any, depth: int = 1) -> None:
        """Let an entry be `value` (None: let there be none) and record it; equal values are no change."""
        old = self.get(key)
        if old != value:
            self.assign(key, value)
            self.trace.change(self.kind, (Assign(self.target, key, old, value),), depth + 1)

    def put_all(self, values: dict[str, Any], depth: int = 1) -> None:
        """Put several entries at once, as one event."""
        changes: list[Change] = []
        for key, value in values.items():
            old = self.get(key)
            if old != value:
                self.assign(key, value)
                changes.append(Assign(self.target, key, old, value))
        if changes:
            self.trace.change(self.kind, tuple(changes), depth + 1)


class RecordedList(ListTarget):
    """A list, in the same way."""

    def __init__(self, target: str, kind: Kind) -> None:
        super().__init__()
        self.target = target
        self.kind = kind
        self.trace = BootTrace()

    def replace(self, index: int, count: int, items: Sequence[Any], depth: int = 1) -> None:
        """Replace `count` items from `index` on and record it; equal items are no change."""
        removed, inserted = tuple(self[index : index + count]), tuple(items)
        if removed != inserted:
            self.splice(index, count, inserted)
            self.trace.change(self.kind, (Splice(self.target, index, removed, inserted),), depth + 1)

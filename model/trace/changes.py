"""Changes of the machine's state that can be undone, and the parts of the state they are made to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol


class Splice(NamedTuple):
    """In the list `target`, the items `removed` at `index` gave way to `inserted`."""

    target: str
    index: int  # pyright: ignore[reportIncompatibleMethodOverride]
    removed: tuple[Any, ...]
    inserted: tuple[Any, ...]


class Assign(NamedTuple):
    """In `target`, the field or entry `key` went from `old` to `new` (None: there is no such entry)."""

    target: str
    key: Any
    old: Any
    new: Any


Change = Splice | Assign


class Target(Protocol):
    """A part of the machine's state that changes are made to.  Snapshots are never modified once taken."""

    def splice(self, index: int, count: int, items: Sequence[Any]) -> None: ...
    def assign(self, key: Any, value: Any) -> None: ...
    def fits(self, change: Change) -> bool:
        """Whether a change can be made: what it says gives way is there."""
        ...

    def snapshot(self) -> Any: ...
    def restore(self, snapshot: Any) -> None: ...
    def view(self) -> Sequence[Any] | Mapping[Any, Any]:
        """Itself, for who looks at it: its items, or its entries."""
        ...


def is_at(items: Sequence[Any], change: Splice) -> bool:
    """Whether what a change removes is in a list, where it says."""
    start, end = change.index, change.index + len(change.removed)
    return start >= 0 and end <= len(items) and tuple(items[start:end]) == change.removed


class ListTarget(list[Any]):
    """A list whose items are immutable, as a `Target`."""

    def splice(self, index: int, count: int, items: Sequence[Any]) -> None:
        self[index : index + count] = items

    def assign(self, key: int, value: Any) -> None:
        self[key] = value

    def fits(self, change: Change) -> bool:
        return isinstance(change, Splice) and is_at(self, change)

    def snapshot(self) -> tuple[Any, ...]:
        return tuple(self)

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        self[:] = snapshot

    def view(self) -> Sequence[Any]:
        return self


class DictTarget(dict[Any, Any]):
    """A dictionary whose values are immutable, as a `Target`."""

    def splice(self, index: int, count: int, items: Sequence[Any]) -> None:
        raise TypeError("a dictionary has no order to splice")

    def assign(self, key: Any, value: Any) -> None:
        if value is None:
            self.pop(key, None)
        else:
            self[key] = value

    def fits(self, change: Change) -> bool:
        return isinstance(change, Assign) and self.get(change.key) == change.old

    def snapshot(self) -> dict[Any, Any]:
        return dict(self)

    def restore(self, snapshot: dict[Any, Any]) -> None:
        self.clear()
        self.update(snapshot)

    def view(self) -> Mapping[Any, Any]:
        return self

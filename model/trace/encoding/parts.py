"""What the parts of a state may hold, and the changes of them that a file tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..changes import Assign, Splice, Target
from ..content import Content
from .shapes import Build, Shapes


class Contents(NamedTuple):
    """What all parts of a state may hold, by their names; `shapes` makes it."""

    parts: Mapping[str, Content]
    shapes: Shapes


class EncodedPart:
    """Makes the changes of one part of the state, from what a file says of them."""

    def __init__(self, name: str, target: Target, content: Content, shapes: Shapes) -> None:
        self.name = name
        self.kind = int(content.kind)
        self.target = target
        self.items = shapes.builder(tuple[content.item, ...]) if content.item is not None else None
        self.named: dict[str, Build] = {key: shapes.builder(hint) for key, hint in content.named.items()}
        self.key = shapes.builder(content.key) if content.key is not None else None
        self.value = shapes.builder(content.value | None) if content.value is not None else None

    def splice(self, index: Any, removed: Any, inserted: Any) -> Splice | None:
        """A change of a list, done; None if it does not fit."""
        if self.items is None or type(index) is not int:
            return None
        change = Splice(self.name, index, self.items(removed), self.items(inserted))
        if not self.target.fits(change):
            return None
        self.target.splice(index, len(change.removed), change.inserted)
        return change

    def assign(self, key: Any, old: Any, new: Any) -> Assign | None:
        """A change of an entry, done; None if it does not fit."""
        value = self.named.get(key) if type(key) is str else None
        if value is None:
            if self.key is None or self.value is None:
                return None
            key, value = self.key(key), self.value
        change = Assign(self.name, key, value(old), value(new))
        if not self.target.fits(change):
            return None
        self.target.assign(key, change.new)
        return change

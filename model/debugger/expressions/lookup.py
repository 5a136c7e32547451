"""The parts of an expression that look into something: fields and items of the state, intervals and choices
after ``in``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from .lexer import ExpressionError
from .nodes import Node, Scope, integer, kind_of


class Field(Struct, frozen=True):
    """``x.name`` of a record or a mapping."""

    start: int
    end: int
    whole: Node
    name: str

    def value(self, scope: Scope) -> Any:
        whole: Any = self.whole.value(scope)
        keys = [*map(str, cast("Mapping[Any, Any]", whole))] if isinstance(whole, Mapping) else []
        if self.name in keys:
            return cast("Any", whole)[self.name]
        fields: Sequence[str] = getattr(cast("Any", whole), "_fields", ())
        if fields and not self.name.startswith("_"):
            found = getattr(cast("Any", whole), self.name, None)
            if found is not None and not callable(found):
                return found
        known = ", ".join(fields or keys)
        if not known:
            raise ExpressionError(f"{kind_of(whole)} has no fields", self.whole.start)
        raise ExpressionError(f"there is no field {self.name!r}, there are: {known}", self.whole.start)

    def parts(self) -> Sequence[Node]:
        return (self.whole,)


class ItemNode(Struct, frozen=True):
    """``x[i]`` of a list or a mapping."""

    start: int
    end: int
    whole: Node
    index: Node

    def value(self, scope: Scope) -> Any:
        whole, index = self.whole.value(scope), self.index.value(scope)
        if not isinstance(whole, Mapping | Sequence):
            raise ExpressionError(f"{kind_of(whole)} has no items", self.whole.start)
        try:
            return cast("Mapping[Any, Any]", whole)[index]
        except (KeyError, IndexError):
            raise ExpressionError(f"there is no item {index}", self.index.start) from None
        except TypeError:
            raise ExpressionError(f"{kind_of(index)} is no index", self.index.start) from None

    def parts(self) -> Sequence[Node]:
        return (self.whole, self.index)


class SpanNode(Struct, frozen=True):
    """The integers of an interval, from `low` up to `high`, which is not one of them."""

    low: int
    high: int

    def __contains__(self, item: Any) -> bool:
        return isinstance(item, int) and self.low <= item < self.high


class IntervalNode(Struct, frozen=True):
    """``[a, b)`` after ``in``; square brackets include their end, round ones do not."""

    start: int
    end: int
    low: Node
    high: Node
    brackets: str

    def value(self, scope: Scope) -> SpanNode:
        low = integer(self.low.value(scope), self.low)
        high = integer(self.high.value(scope), self.high)
        return SpanNode(low + (self.brackets[0] == "("), high + (self.brackets[1] == "]"))

    def parts(self) -> Sequence[Node]:
        return (self.low, self.high)


class Choice(Struct, frozen=True):
    """``{a, b, c}`` after ``in``."""

    start: int
    end: int
    items: tuple[Node, ...]

    def value(self, scope: Scope) -> tuple[Any, ...]:
        return tuple(item.value(scope) for item in self.items)

    def parts(self) -> Sequence[Node]:
        return self.items

"""The parts of an expression that look into something: fields and items of the state, intervals and choices
after ``in``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from ...language.words import tr
from .lexer import ExpressionError, UnknownField
from .nodes import Node, Scope, integer, kind_of
from .values import Array, Pointer, Structure


class Field(Struct, frozen=True):
    """``x.name`` or ``x->name`` of a structure, a record or a mapping."""

    start: int
    end: int
    whole: Node
    name: str

    def value(self, scope: Scope) -> Any:
        whole: Any = _behind(self.whole.value(scope), self.whole)
        keys = [*map(str, cast("Mapping[Any, Any]", whole))] if isinstance(whole, Mapping) else []
        if self.name in keys:
            return cast("Any", whole)[self.name]
        fields: Sequence[str] = getattr(cast("Any", whole), "_fields", ())
        if fields and not self.name.startswith("_"):
            found = getattr(cast("Any", whole), self.name, None)
            if found is not None and not callable(found):
                return found
        if scope.structured is not None and (made := scope.structured(whole)) is not whole:
            whole = made
            if self.name in whole:
                return whole[self.name]
        if isinstance(whole, Structure):
            raise UnknownField(self._unknown(whole, scope), self.whole.start)
        known = ", ".join(fields or keys)
        if not known:
            raise ExpressionError(tr("{whole} has no fields", whole=kind_of(whole)), self.whole.start)
        raise UnknownField(
            tr("there is no field {name!r}, there are: {known}", name=self.name, known=known),
            self.whole.start,
        )

    def _unknown(self, whole: Structure, scope: Scope) -> str:
        known = ", ".join(whole.members)
        if scope.types is not None and scope.types.member(whole.kind, self.name) is not None:
            return tr(
                "what {name} of {kind} holds is not modelled, only {known}",
                name=self.name,
                kind=whole.kind,
                known=known,
            )
        return tr(
            "there is no field {name!r} in {kind}, there are: {known}",
            name=self.name,
            kind=whole.kind,
            known=known,
        )

    def parts(self) -> Sequence[Node]:
        return (self.whole,)


def _behind(value: Any, node: Node) -> Any:
    """The structure that a pointer leads to.  Raises `ExpressionError` if that is not known."""
    if not isinstance(value, Pointer):
        return value
    if value.pointed:
        return value.pointed[0]
    if value.address == 0:
        raise ExpressionError(tr("this is a null pointer"), node.start)
    place = tr("there") if value.address is None else tr("at {address:#x}", address=value.address)
    raise ExpressionError(tr("what memory holds {place} is not modelled", place=place), node.start)


class ItemNode(Struct, frozen=True):
    """``x[i]`` of an array, a pointer, a list or a mapping."""

    start: int
    end: int
    whole: Node
    index: Node

    def value(self, scope: Scope) -> Any:
        whole, index = self.whole.value(scope), self.index.value(scope)
        if isinstance(whole, Pointer):
            return self._pointed(whole, integer(index, self.index))
        if not isinstance(whole, Mapping | Sequence):
            raise ExpressionError(tr("{whole} has no items", whole=kind_of(whole)), self.whole.start)
        try:
            return cast("Mapping[Any, Any]", whole)[index]
        except (KeyError, IndexError):
            length = tr(": there are {count}", count=len(whole)) if isinstance(whole, Array) else ""
            raise ExpressionError(
                tr("there is no item {index}{length}", index=index, length=length), self.index.start
            ) from None
        except TypeError:
            raise ExpressionError(tr("{index} is no index", index=kind_of(index)), self.index.start) from None

    def _pointed(self, whole: Pointer, index: int) -> Any:
        known = whole.pointed
        if known is not None and 0 <= index < len(known):
            return known[index]
        _behind(whole, self.whole)
        count = len(known or ())
        raise ExpressionError(
            tr("there is no item {index}: there are {count}", index=index, count=count), self.index.start
        )

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

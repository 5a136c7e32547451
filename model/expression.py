"""Expressions that people type: breakpoint conditions and what ``print`` shows.

Names, numbers with sizes (``1M``, ``0x200000``), strings, C's and Python's operators (``&&`` and ``and``),
chained comparisons, calls of kernel macros, fields and items (``memblock.reserved[2].base``), and after
``in``: an interval ``[0x48000000, 0x48100000)`` (a square bracket includes its end), a choice ``{0, 1}``, or
part of a string. Precedence is Python's, so that ``flags & 1 == 0`` means what it says.  Division is the
kernel's, without fractions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from .tokens import ExpressionError, UnknownName

MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Scope:
    """What an expression sees: `lookup` gives a name's value or raises KeyError; `functions` can be
    called."""

    lookup: Callable[[str], Any]
    functions: Mapping[str, Callable[..., Any]]


class Node(Protocol):
    """A part of an expression, at `start` in its text up to `end`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    def value(self, scope: Scope) -> Any: ...
    def parts(self) -> Sequence[Node]: ...


@dataclass(frozen=True)
class Literal:
    """A number, a string, True or False."""

    start: int
    end: int
    constant: Any

    def value(self, scope: Scope) -> Any:
        return self.constant

    def parts(self) -> Sequence[Node]:
        return ()


@dataclass(frozen=True)
class Name:
    """A name."""

    start: int
    end: int
    name: str

    def value(self, scope: Scope) -> Any:
        try:
            return scope.lookup(self.name)
        except KeyError:
            raise UnknownName(f"unknown name {self.name!r}", self.start) from None

    def parts(self) -> Sequence[Node]:
        return ()


BINARY: Mapping[str, Callable[[int, int], int]] = {
    "|": int.__or__,
    "^": int.__xor__,
    "&": int.__and__,
    "<<": int.__lshift__,
    ">>": int.__rshift__,
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "/": int.__floordiv__,
    "//": int.__floordiv__,
    "%": int.__mod__,
}

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda item, place: item in place,
    "not in": lambda item, place: item not in place,
}

LARGEST_SHIFT = 128


@dataclass(frozen=True)
class Unary:
    """``-x``, ``~x`` in 64 bits, or ``not x``."""

    start: int
    end: int
    operation: str
    operand: Node

    def value(self, scope: Scope) -> Any:
        operand = self.operand.value(scope)
        if self.operation == "not":
            return not operand
        number = _integer(operand, self.operand)
        return {"-": -number, "+": number, "~": ~number & MASK}[self.operation]

    def parts(self) -> Sequence[Node]:
        return (self.operand,)


@dataclass(frozen=True)
class Binary:
    """Arithmetic on two integers."""

    start: int
    end: int
    operation: str
    left: Node
    right: Node

    def value(self, scope: Scope) -> Any:
        left = _integer(self.left.value(scope), self.left)
        right = _integer(self.right.value(scope), self.right)
        if self.operation in ("/", "//", "%") and right == 0:
            raise ExpressionError("division by zero", self.right.start)
        if self.operation in ("<<", ">>") and not 0 <= right <= LARGEST_SHIFT:
            raise ExpressionError(f"cannot shift by {right}", self.right.start)
        return BINARY[self.operation](left, right)

    def parts(self) -> Sequence[Node]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Compare:
    """A chain of comparisons: `first`, then operators with what they compare to."""

    start: int
    end: int
    first: Node
    rest: tuple[tuple[str, Node], ...]

    def value(self, scope: Scope) -> Any:
        left_node, left = self.first, self.first.value(scope)
        for operation, right_node in self.rest:
            right = right_node.value(scope)
            try:
                holds = COMPARISONS[operation](left, right)
            except TypeError:
                words = f"cannot compare {_kind(left)} with {_kind(right)} by {operation}"
                raise ExpressionError(words, left_node.start) from None
            if not holds:
                return False
            left_node, left = right_node, right
        return True

    def parts(self) -> Sequence[Node]:
        return (self.first, *(node for _, node in self.rest))


@dataclass(frozen=True)
class Logic:
    """``and`` or ``or`` of several."""

    start: int
    end: int
    operation: str
    terms: tuple[Node, ...]

    def value(self, scope: Scope) -> Any:
        result: Any = None
        for term in self.terms:
            result = term.value(scope)
            if bool(result) == (self.operation == "or"):
                return result
        return result

    def parts(self) -> Sequence[Node]:
        return self.terms


@dataclass(frozen=True)
class Call:
    """A macro or function with its arguments."""

    start: int
    end: int
    name: str
    arguments: tuple[Node, ...]

    def value(self, scope: Scope) -> Any:
        function = scope.functions.get(self.name)
        if function is None:
            raise ExpressionError(f"unknown function {self.name!r}", self.start)
        arguments = [_integer(argument.value(scope), argument) for argument in self.arguments]
        try:
            return function(*arguments)
        except TypeError:
            raise ExpressionError(
                f"{self.name} does not take {len(arguments)} arguments", self.start
            ) from None
        except KeyError as error:
            raise ExpressionError(
                f"{self.name} needs {error.args[0]}, which is not known", self.start
            ) from None

    def parts(self) -> Sequence[Node]:
        return self.arguments


@dataclass(frozen=True)
class Field:
    """``x.name`` of a record or a mapping."""

    start: int
    end: int
    whole: Node
    name: str

    def value(self, scope: Scope) -> Any:
        whole = self.whole.value(scope)
        if isinstance(whole, Mapping) and self.name in whole:
            return cast("Mapping[str, Any]", whole)[self.name]
        fields: Sequence[str] = getattr(whole, "_fields", ())
        if fields and not self.name.startswith("_"):
            found = getattr(whole, self.name, None)
            if found is not None and not callable(found):
                return found
        known = ", ".join(
            fields or (map(str, cast("Mapping[Any, Any]", whole)) if isinstance(whole, Mapping) else ())
        )
        if not known:
            raise ExpressionError(f"{_kind(whole)} has no fields", self.whole.start)
        raise ExpressionError(f"there is no field {self.name!r}, there are: {known}", self.whole.start)

    def parts(self) -> Sequence[Node]:
        return (self.whole,)


@dataclass(frozen=True)
class Item:
    """``x[i]`` of a list or a mapping."""

    start: int
    end: int
    whole: Node
    index: Node

    def value(self, scope: Scope) -> Any:
        whole, index = self.whole.value(scope), self.index.value(scope)
        if not isinstance(whole, Mapping | Sequence):
            raise ExpressionError(f"{_kind(whole)} has no items", self.whole.start)
        try:
            return cast("Mapping[Any, Any]", whole)[index]
        except (KeyError, IndexError):
            raise ExpressionError(f"there is no item {index}", self.index.start) from None
        except TypeError:
            raise ExpressionError(f"{_kind(index)} is no index", self.index.start) from None

    def parts(self) -> Sequence[Node]:
        return (self.whole, self.index)


@dataclass(frozen=True)
class Span:
    """The integers of an interval, from `low` up to `high`, which is not one of them."""

    low: int
    high: int

    def __contains__(self, item: Any) -> bool:
        return isinstance(item, int) and self.low <= item < self.high


@dataclass(frozen=True)
class Interval:
    """``[a, b)`` after ``in``; square brackets include their end, round ones do not."""

    start: int
    end: int
    low: Node
    high: Node
    brackets: str

    def value(self, scope: Scope) -> Span:
        low = _integer(self.low.value(scope), self.low)
        high = _integer(self.high.value(scope), self.high)
        return Span(low + (self.brackets[0] == "("), high + (self.brackets[1] == "]"))

    def parts(self) -> Sequence[Node]:
        return (self.low, self.high)


@dataclass(frozen=True)
class Choice:
    """``{a, b, c}`` after ``in``."""

    start: int
    end: int
    items: tuple[Node, ...]

    def value(self, scope: Scope) -> tuple[Any, ...]:
        return tuple(item.value(scope) for item in self.items)

    def parts(self) -> Sequence[Node]:
        return self.items


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "a string"
    if isinstance(value, int):
        return "a number"
    return "nothing" if value is None else type(value).__name__


def _integer(value: Any, node: Node) -> int:
    if not isinstance(value, int):
        raise ExpressionError(f"a number is needed, not {_kind(value)},", node.start)
    return value


def walk(node: Node) -> Iterator[Node]:
    """A node and every part of it."""
    yield node
    for part in node.parts():
        yield from walk(part)

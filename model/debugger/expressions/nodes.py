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
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from ...language.words import tr
from ...memory.page_structs import NoStructPage
from .lexer import ExpressionError, UnknownName
from .values import VOID, Array, Pointer, Structure, Untold, number_of
from .whole_values import WholeValues

if TYPE_CHECKING:
    from .types import KernelTypes

MASK = (1 << 64) - 1


class Scope(Struct, frozen=True):
    """What an expression sees: `lookup` gives a name's value or raises KeyError; `functions` can be called;
    `types` are the kernel's, `symbols` its addresses, `structured` makes its structures of records."""

    lookup: Callable[[str], Any]
    functions: Mapping[str, Callable[..., Any]]
    types: KernelTypes | None = None
    symbols: Mapping[str, int] = {}
    structured: Callable[[Any], Any] | None = None


class Node(Protocol):
    """A part of an expression, at `start` in its text up to `end`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    def value(self, scope: Scope) -> Any: ...
    def parts(self) -> Sequence[Node]: ...


class Literal(Struct, frozen=True):
    """A number, a string, True or False."""

    start: int
    end: int
    constant: Any

    def value(self, scope: Scope) -> Any:
        return self.constant

    def parts(self) -> Sequence[Node]:
        return ()


class Name(Struct, frozen=True):
    """A name."""

    start: int
    end: int
    name: str

    def value(self, scope: Scope) -> Any:
        try:
            return scope.lookup(self.name)
        except KeyError:
            raise UnknownName(tr("unknown name {name!r}", name=self.name), self.start) from None
        except Untold as words:
            raise ExpressionError(str(words), self.start) from None

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
LARGEST_RESULT = 256
"""Bits of the largest number that is worked with."""


class Unary(Struct, frozen=True):
    """``-x``, ``~x`` in 64 bits, or ``not x``."""

    start: int
    end: int
    operation: str
    operand: Node

    def value(self, scope: Scope) -> Any:
        operand = self.operand.value(scope)
        if self.operation == "not":
            return int(not operand)
        number = integer(operand, self.operand)
        return {"-": -number, "+": number, "~": ~number & MASK}[self.operation]

    def parts(self) -> Sequence[Node]:
        return (self.operand,)


class Binary(Struct, frozen=True):
    """Arithmetic on two integers."""

    start: int
    end: int
    operation: str
    left: Node
    right: Node

    def value(self, scope: Scope) -> Any:
        left, right = self.left.value(scope), integer(self.right.value(scope), self.right)
        if isinstance(left, Pointer) and self.operation in ("+", "-"):
            size = scope.types.size(left.kind) if scope.types is not None else None
            return left.moved(right if self.operation == "+" else -right, size)
        left = integer(left, self.left)
        if self.operation in ("/", "//", "%") and right == 0:
            raise ExpressionError(tr("division by zero"), self.right.start)
        if self.operation in ("<<", ">>") and not 0 <= right <= LARGEST_SHIFT:
            raise ExpressionError(tr("cannot shift by {right}", right=right), self.right.start)
        result = BINARY[self.operation](left, right)
        if result.bit_length() > LARGEST_RESULT:
            raise ExpressionError(
                tr("a number of more than {largest_result} bits", largest_result=LARGEST_RESULT), self.start
            )
        return result

    def parts(self) -> Sequence[Node]:
        return (self.left, self.right)


class Compare(Struct, frozen=True):
    """A chain of comparisons, 1 if all hold, as in C, else 0: `first`, then operators with what they compare
    to."""

    start: int
    end: int
    first: Node
    rest: tuple[tuple[str, Node], ...]

    def value(self, scope: Scope) -> Any:
        left_node, left = self.first, _comparable(self.first, scope)
        for operation, right_node in self.rest:
            right = _comparable(right_node, scope)
            try:
                holds = COMPARISONS[operation](left, right)
            except TypeError:
                words = tr(
                    "cannot compare {left} with {right} by {operation}",
                    left=kind_of(left),
                    right=kind_of(right),
                    operation=operation,
                )
                raise ExpressionError(words, left_node.start) from None
            if not holds:
                return 0
            left_node, left = right_node, right
        return 1

    def parts(self) -> Sequence[Node]:
        return (self.first, *(node for _, node in self.rest))


class Logic(Struct, frozen=True):
    """``and`` or ``or`` of several: 1 or 0, as in C."""

    start: int
    end: int
    operation: str
    terms: tuple[Node, ...]

    def value(self, scope: Scope) -> Any:
        is_or = self.operation == "or"
        return int(any(bool(term.value(scope)) == is_or for term in self.terms) == is_or)

    def parts(self) -> Sequence[Node]:
        return self.terms


class Call(Struct, frozen=True):
    """A macro or function with its arguments."""

    start: int
    end: int
    name: str
    arguments: tuple[Node, ...]

    def value(self, scope: Scope) -> Any:
        function = scope.functions.get(self.name)
        if function is None:
            raise ExpressionError(tr("unknown function {name!r}", name=self.name), self.start)
        if isinstance(function, WholeValues):
            arguments = [argument.value(scope) for argument in self.arguments]
        else:
            arguments = [integer(argument.value(scope), argument) for argument in self.arguments]
        try:
            return function(*arguments)
        except TypeError:
            raise ExpressionError(
                tr("{name} does not take {count} arguments", name=self.name, count=len(arguments)), self.start
            ) from None
        except (ArithmeticError, ValueError, IndexError, MemoryError):
            raise ExpressionError(
                tr("{name} has no value for these arguments", name=self.name), self.start
            ) from None
        except (NoStructPage, Untold) as words:
            raise ExpressionError(f"{self.name}: {words}", self.start) from None
        except KeyError as error:
            raise ExpressionError(
                tr("{name} needs {args}, which is not known", name=self.name, args=error.args[0]), self.start
            ) from None

    def parts(self) -> Sequence[Node]:
        return self.arguments


def _comparable(node: Node, scope: Scope) -> Any:
    """What is compared: pointers by what they point to, structures not at all."""
    value = node.value(scope)
    if isinstance(value, Structure):
        raise ExpressionError(
            tr("{value} cannot be compared, only its members can,", value=kind_of(value)), node.start
        )
    return value.address if isinstance(value, Pointer) else value


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    if isinstance(value, Structure | Array):
        return (
            tr("a {kind}", kind=value.kind)
            if isinstance(value, Structure)
            else tr("an array of {kind}", kind=value.kind)
        )
    if isinstance(value, Pointer):
        return tr("a pointer to {kind}", kind=value.kind)
    if value is VOID:
        return "void"
    if isinstance(value, str):
        return tr("a string")
    if isinstance(value, int):
        return tr("a number")
    return "nothing" if value is None else type(value).__name__


def integer(value: Any, node: Node) -> int:
    """The value of a part that must be a number.  Raises `ExpressionError`."""
    number = number_of(value)
    if number is None:
        raise ExpressionError(tr("a number is needed, not {value},", value=kind_of(value)), node.start)
    return number


def walk(node: Node) -> Iterator[Node]:
    """A node and every part of it."""
    yield node
    for part in node.parts():
        yield from walk(part)

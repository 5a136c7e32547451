"""DWARF expressions, worked out with the registers and the stack of a kernel that stood."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ....model.build.dwarf.frames.records import Expression, Operation
from ....model.build.dwarf.places import CONSTANTS
from ..entry import U64
from ..memory import WORD

DEEPEST = 64
"""Values on the stack of an expression at most."""


class Unknown(Exception):
    """What an expression needs was not kept, or it does what is not done here."""


class Located(NamedTuple):
    """Where a variable is in memory."""

    address: int


class Around(NamedTuple):
    """What an expression may ask for.  All raise `Unknown`.

    `register` and `entry` tell a register by DWARF's number, now and when the function was entered;
    `memory` tells bytes by address and size; `cfa` is the canonical frame address, `base` what places on
    the stack are counted from; the kernel runs `moved` bytes further than it was linked.
    """

    register: Callable[[int], int]
    memory: Callable[[int, int], bytes]
    entry: Callable[[int], int]
    cfa: Callable[[], int]
    base: Callable[[], int]
    moved: int = 0


def nowhere() -> int:
    """An address that nobody tells."""
    raise Unknown


def evaluated(expression: Expression, around: Around) -> int | Located:
    """The value that an expression has, or the place in memory that it names.  Raises `Unknown`."""
    if len(expression) == 1:
        number = _register_number(expression[0])
        if number is not None:
            return around.register(number)
    stack = _Stack(around)
    for operation in expression:
        if operation.name == "DW_OP_stack_value":
            return stack.pop()
        stack.do(operation)
    return Located(stack.pop())


def address_of(expression: Expression, around: Around) -> int:
    """The same for an expression whose value is an address.  Raises `Unknown`."""
    found = evaluated(expression, around)
    return found.address if isinstance(found, Located) else found


def _register_number(operation: Operation) -> int | None:
    """The register that a step names, None if it names none."""
    if operation.name == "DW_OP_regx":
        return operation.given[0]
    digits = operation.name.removeprefix("DW_OP_reg")
    return int(digits) if digits != operation.name and digits.isdigit() else None


class _Stack:
    """The stack of an expression that is being worked out."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._values: list[int] = []

    def push(self, value: int) -> None:
        if len(self._values) >= DEEPEST:
            raise Unknown
        self._values.append(value & U64)

    def pop(self) -> int:
        if not self._values:
            raise Unknown
        return self._values.pop()

    def do(self, operation: Operation) -> None:
        """One step."""
        name, given = operation.name.removeprefix("DW_OP_"), operation.given
        around = self._around
        if name in BINARY:
            right, left = self.pop(), self.pop()
            self.push(BINARY[name](left, right))
        elif name in UNARY:
            self.push(UNARY[name](self.pop()))
        elif name.startswith("lit") and name[3:].isdigit():
            self.push(int(name[3:]))
        elif operation.name in CONSTANTS:
            self.push(given[0])
        elif name == "bregx":
            self.push(around.register(given[0]) + given[1])
        elif name.startswith("breg"):
            self.push(around.register(int(name[4:])) + given[0])
        elif name == "fbreg":
            self.push(around.base() + given[0])
        elif name == "call_frame_cfa":
            self.push(around.cfa())
        elif name == "addr":
            self.push(given[0] + around.moved)
        elif name == "plus_uconst":
            self.push(self.pop() + given[0])
        elif name in ("deref", "deref_size"):
            size = given[0] if name == "deref_size" else WORD
            self.push(int.from_bytes(around.memory(self.pop(), size), "little"))
        elif name in ("entry_value", "GNU_entry_value"):
            self.push(self._at_entry(given[0]))
        elif name == "dup":
            value = self.pop()
            self.push(value)
            self.push(value)
        elif name == "swap":
            right, left = self.pop(), self.pop()
            self.push(right)
            self.push(left)
        elif name == "drop":
            self.pop()
        elif name != "nop":
            raise Unknown

    def _at_entry(self, inner: Expression) -> int:
        number = _register_number(inner[0]) if len(inner) == 1 else None
        if number is None:
            raise Unknown
        return self._around.entry(number)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


BINARY: dict[str, Callable[[int, int], int]] = {
    "plus": lambda left, right: left + right,
    "minus": lambda left, right: left - right,
    "mul": lambda left, right: left * right,
    "and": lambda left, right: left & right,
    "or": lambda left, right: left | right,
    "xor": lambda left, right: left ^ right,
    "shl": lambda left, right: left << right if right < 64 else 0,
    "shr": lambda left, right: left >> right,
    "shra": lambda left, right: _signed(left) >> right,
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: _signed(left) < _signed(right),
    "le": lambda left, right: _signed(left) <= _signed(right),
    "gt": lambda left, right: _signed(left) > _signed(right),
    "ge": lambda left, right: _signed(left) >= _signed(right),
}
UNARY: dict[str, Callable[[int], int]] = {
    "neg": lambda value: -value,
    "not": lambda value: ~value,
    "abs": lambda value: abs(_signed(value)),
}

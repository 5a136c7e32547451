"""A stack frame, as DWARF describes it at one address of code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Operation(NamedTuple):
    """One step of a DWARF expression: its name (``DW_OP_breg29``) and what it is given."""

    name: str
    given: tuple[Any, ...]


Expression = tuple[Operation, ...]
"""Steps that compute an address or a value on a stack."""


class ValueType(NamedTuple):
    """How the bytes of a value are to be read: what C calls the type, how many bytes it has, and of a number
    whether it may be below 0, or is true or false.  `enumerators` are the names of an enumeration's values;
    a structure has `members` (name, offset in bytes and type of each), an array a `length` of `items`.  What
    is neither of these is not read (`is_number` is false)."""

    name: str
    size: int
    is_number: bool = False
    is_signed: bool = False
    is_boolean: bool = False
    enumerators: Mapping[int, str] = {}
    members: tuple[tuple[str, int, ValueType], ...] = ()
    items: ValueType | None = None
    length: int = 0


class Variable(NamedTuple):
    """A local variable or a parameter: the name that C has for it, its type, and where it is.  `place` is
    None where the compiler keeps it nowhere."""

    name: str
    type: ValueType
    place: Expression | None


class Scope(NamedTuple):
    """A function, or one that is inlined there, with the variables that are known at the address; the inner
    block's where two have one name."""

    function: str
    variables: tuple[Variable, ...]


class Rule(NamedTuple):
    """Where a register of the caller is.  `kind` is pyelftools' word for DWARF's: OFFSET (in memory, so many
    bytes from the canonical frame address), VAL_OFFSET (it is that address), REGISTER, EXPRESSION,
    VAL_EXPRESSION, SAME_VALUE or UNDEFINED."""

    kind: str
    given: Any = None


class CallFrame(NamedTuple):
    """How to get from a function's registers to its caller's: `cfa` computes the canonical frame address,
    `saved` has the rules of the registers by DWARF's numbers, and `back` is the number of the one that is
    the return address then."""

    cfa: Expression
    saved: Mapping[int, Rule]
    back: int


class Frame(NamedTuple):
    """All of it: the function first, in `scopes`, and in it what is inlined there, innermost last.  `base` is
    what the places of variables are counted from; `call` is None if nobody tells."""

    scopes: tuple[Scope, ...]
    base: Expression | None
    call: CallFrame | None

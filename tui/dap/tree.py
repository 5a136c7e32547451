"""What can be opened in an editor's view of variables: nodes with numbers, page by page.

Numbers are given out for what has been shown, and are forgotten when the boot is somewhere else: then the
editor asks anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from msgspec import Struct

from ...model.base.units import hex_address
from ...model.text.formats import formatted
from ...model.text.values import local_text
from .arguments import DapError

MOST_ROWS = 1000
"""Rows of one page."""
MOST_NUMBERS = 200_000
"""Nodes that have a number at a time."""

Rows = Callable[[int, int], "Iterator[Node]"]
"""Gives the rows of a node from a first one, at most so many."""


class Node(Struct, frozen=True):
    """A row: a name and what it is, in words.  Rows inside are counted, as `indexed` or as `named`, before
    anybody asks for them.  `expression` evaluates to it, `watch` is what a watch of it takes, `memory` where
    it lies."""

    name: str
    text: str
    kind: str = ""
    rows: Rows | None = None
    named: int = 0
    indexed: int = 0
    expression: str = ""
    watch: str = ""
    memory: int | None = None

    @property
    def count(self) -> int:
        """How many rows are inside."""
        return self.named + self.indexed

    def row(self, name: str) -> Node | None:
        """The row of a name inside; rows that are counted have their numbers as names."""
        if self.rows is None:
            return None
        at = int(name) if self.indexed and name.isascii() and name.isdigit() and len(name) < 9 else None
        rows = self.rows(0, self.named) if at is None else self.rows(at, 1)
        return next((row for row in rows if row.name == name), None)


class Handles:
    """The numbers of the nodes that have been shown since the last move."""

    def __init__(self) -> None:
        self._known_nodes: dict[int, Node] = {}
        self._numbers: dict[tuple[int, str], int] = {}
        self._last = 0

    def clear(self) -> None:
        """Forget all.  No number is given out twice, so that an old one is known to be old."""
        self._known_nodes.clear()
        self._numbers.clear()

    def add(self, node: Node, inside: int = 0) -> int:
        """The number of a node that lies in another one (0: in none); 0 if nothing is inside it."""
        return self.always(node, inside) if node.rows is not None and node.count else 0

    def always(self, node: Node, inside: int = 0) -> int:
        """The number of a node that can be asked for what is inside, if that is nothing too."""
        known = self._numbers.get((inside, node.name))
        if known is not None:
            self._known_nodes[known] = node
            return known
        if len(self._known_nodes) >= MOST_NUMBERS:
            self.clear()
        self._last += 1
        self._known_nodes[self._last] = node
        self._numbers[inside, node.name] = self._last
        return self._last

    def node(self, number: int) -> Node:
        """The node with a number.  Raises `DapError`."""
        found = self._known_nodes.get(number)
        if found is None:
            was = 0 < number <= self._last
            raise DapError(
                f"variablesReference {number} is of an earlier stop: ask for the scopes again"
                if was
                else f"there is no variablesReference {number}"
            )
        return found

    def page(self, number: int, only: str | None, start: int, count: int) -> Iterator[dict[str, Any]]:
        """A page of the rows inside a node, as the protocol has them; a row more says what is left out.
        Raises `DapError`."""
        node = self.node(number)
        if node.rows is None or only == ("named" if node.indexed else "indexed"):
            return
        wanted = count or node.count
        shown = min(wanted, MOST_ROWS)
        last = start
        for row in islice(node.rows(start, shown), shown):
            last += 1
            yield self.variable(row, number)
        if wanted > shown and last < node.count:
            yield {"name": "…", "value": f"{node.count - last} more", "variablesReference": 0}

    def variable(self, node: Node, inside: int) -> dict[str, Any]:
        """A row as the protocol has it."""
        return {"name": node.name, "value": node.text, **self.opened(node, inside)}

    def opened(self, node: Node, inside: int) -> dict[str, Any]:
        """What the protocol says of a row beside its name and value."""
        found: dict[str, Any] = {"variablesReference": self.add(node, inside)}
        if node.kind:
            found["type"] = node.kind
        if node.named:
            found["namedVariables"] = node.named
        if node.indexed:
            found["indexedVariables"] = node.indexed
        if node.expression:
            found["evaluateName"] = node.expression
        if node.memory is not None:
            found["memoryReference"] = hex_address(node.memory)
        found["presentationHint"] = {"kind": "data", "attributes": ["readOnly"]}
        return found


def of_rows(rows: Sequence[Node]) -> Rows:
    """The rows of a list that is at hand."""
    return lambda start, count: iter(rows[start : start + count])


def of_value(name: str, value: Any, expression: str = "") -> Node:
    """Any value that the debugger knows: numbers in every way that says something, lists and records by what
    is in them."""
    kind = _kind_of(value)
    fields: Sequence[str] = getattr(value, "_fields", ())
    if fields:
        names = [field for field in fields if not field.startswith("_")]
        return Node(
            name,
            local_text(name, value),
            kind,
            lambda start, count: (
                of_value(each, getattr(value, each), f"{expression}.{each}" if expression else "")
                for each in names[start : start + count]
            ),
            named=len(names),
            expression=expression,
        )
    if isinstance(value, Mapping):
        mapping = cast("Mapping[Any, Any]", value)
        return Node(
            name,
            f"{len(mapping)} entries",
            kind,
            lambda start, count: (
                of_value(str(key), mapping[key], _inside(expression, key))
                for key in islice(mapping, start, start + count)
            ),
            named=len(mapping),
            expression=expression,
        )
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        items = cast("Sequence[Any]", value)
        return Node(
            name,
            local_text(name, items) if _is_flat(items) else f"{len(items)} items",
            kind,
            lambda start, count: (
                of_value(str(start + at), each, f"{expression}[{start + at}]" if expression else "")
                for at, each in enumerate(items[start : start + count])
            ),
            indexed=len(items),
            expression=expression,
        )
    text = formatted(name, value) if isinstance(value, int) else local_text(name, value)
    return Node(name, text, kind, expression=expression)


def _is_flat(items: Sequence[Any]) -> bool:
    return len(items) <= 4 and all(isinstance(each, int | str) for each in items)


def _inside(expression: str, key: Any) -> str:
    if not expression:
        return ""
    return f"{expression}.{key}" if isinstance(key, str) and key.isidentifier() else f"{expression}[{key!r}]"


_KINDS = {"int": "integer", "str": "string", "tuple": "list", "dict": "mapping"}


def _kind_of(value: object) -> str:
    name = type(value).__name__
    return _KINDS.get(name, name)

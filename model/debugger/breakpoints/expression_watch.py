"""Watching an expression: it stops where an event that changes something it names changes its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ...trace.events import CHANGES, Kind, Trace
from ..expressions.lexer import ExpressionError, UnknownField
from ..expressions.scope import KERNEL_NAMES, Names

if TYPE_CHECKING:
    from ..expressions.parser import Expression

LONGEST = 200
"""Characters of a value that a stop tells."""


class WatchedExpression:
    """An expression on the state, and the parts of the state and variables that it names."""

    def __init__(
        self, names: Names, expression: Expression, targets: frozenset[str], variables: frozenset[str]
    ) -> None:
        self.names, self.expression = names, expression
        self.targets, self.variables = targets, variables

    def events(self, start: int, stop: int) -> Iterator[int]:
        """The events from `start` up to `stop` after which the value is another than before."""
        before: Any = None
        is_first = True
        for event in self._touching(start, stop):
            if is_first:
                before, is_first = self._value(event - 1), False
            after = self._value(event)
            if after != before:
                yield event
            before = after

    def check(self) -> None:
        """Raises `ExpressionError` if the expression asks for what there is never: a field that a structure
        has not.  What is not there yet is no error."""
        try:
            self._evaluated(-1)
        except UnknownField:
            raise
        except ExpressionError:
            return

    def words(self, event: int) -> str:
        """What an event did to the value."""
        return f"{self.expression.text} {self._text(event - 1)} → {self._text(event)}"

    def _touching(self, start: int, stop: int) -> list[int]:
        """The events that change something that the expression names."""
        trace: Trace = self.names.trace
        return sorted(
            event
            for kind in (*CHANGES, Kind.VARIABLE)
            for event in trace.of_kind(kind, start, stop)
            if any(
                change.target in self.targets or getattr(change, "key", None) in self.variables
                for change in trace.payload(event)
            )
        )

    def _value(self, event: int) -> Any:
        """What tells the value after an event from others; the words of what is wrong where there is none."""
        from ..expressions.values import comparable

        try:
            return comparable(self._evaluated(event))
        except ExpressionError as error:
            return str(error)

    def _text(self, event: int) -> str:
        from ..expressions.c_text import c_text

        try:
            text = c_text("", self._evaluated(event), "", self.names.symbols)
        except ExpressionError:
            return "(no value)"
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."

    def _evaluated(self, event: int) -> Any:
        state = self.names.state_after(event)
        lookup = self._lookup(event)
        return self.expression.evaluate(self.names.scope(lookup, {}, lambda: state))

    def _lookup(self, event: int) -> Callable[[str], Any]:
        """Names without any that depend on the function that is open."""
        return self.names.at_position(self.names.state_after(event), 0)


def watched_expression(names: Names, text: str) -> WatchedExpression | None:
    """The expression that is to be watched; None if the words are none, or name nothing that changes."""
    from ..expressions.kernel_state import TARGETS
    from ..expressions.parser import Expression

    if text.isidentifier() and text not in KERNEL_NAMES:
        return None
    try:
        expression = Expression.parse(text)
    except ExpressionError:
        return None
    named = {name.name for name in expression.names}
    targets = {target for name in named & TARGETS.keys() for target in TARGETS[name]}
    parts = {
        name for name in named if any(target.partition(".")[0] == name for target in names.trace.targets)
    }
    targets |= {target for target in names.trace.targets if target.partition(".")[0] in parts}
    variables = named & names.variables()
    if not targets and not variables:
        return None
    watched = WatchedExpression(names, expression, frozenset(targets), frozenset(variables))
    watched.check()
    return watched

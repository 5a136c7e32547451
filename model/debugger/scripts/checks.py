"""Commands that check: assert, and expect for where the last move stopped.  A check that fails is no error:
what follows is still done, and whoever runs the script hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...base.units import value_text
from ...language.words import tr, translatable
from ..commands.command import Command, CommandError, CommandOutcome
from ..debugger import Debugger
from ..expressions.lexer import ExpressionError
from ..expressions.lookup import Choice, Field, IntervalNode, ItemNode
from ..expressions.nodes import Call, Name, Node
from ..expressions.parser import Expression

STOPPED = ("breakpoint", "watch")
"""What ``expect stop`` alone expects."""
REASONS = ("breakpoint", "watch", "panic", "end", "start", "step", "next", "finish", "until", "goto", "phase")
_EXPECTED = re.compile(
    r"stop(?:\s+(?!at\b)(?P<reason>[a-z]+)(?:\s+(?P<number>\d{1,9}))?)?(?:\s+at\s+(?P<place>\S+))?"
)


def _assert(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        raise CommandError(
            tr("assert what? (an expression that is to hold: assert memblock.reserved.cnt < 64)")
        )
    if debugger.evaluate(rest):
        return CommandOutcome("")
    values = ", ".join(dict.fromkeys(_values(debugger, rest)))
    return CommandOutcome(
        tr("assertion failed: {rest}", rest=rest) + (f" ({values})" if values else ""), failed=True
    )


def _values(debugger: Debugger, text: str) -> Iterator[str]:
    """What the parts of an expression are that have names."""
    tree = Expression.parse(text).tree
    scope = debugger.scope()
    for part in _named(tree):
        source = text[part.start : part.end]
        try:
            value = part.value(scope)
        except ExpressionError:
            continue
        if isinstance(value, int | str):
            yield f"{source} = {value_text(source, value)}"


def _named(node: Node) -> Iterator[Node]:
    """The outermost parts that have a name of their own."""
    if isinstance(node, Name | Field | ItemNode | Call):
        yield node
    elif not isinstance(node, Choice | IntervalNode):
        for part in node.parts():
            yield from _named(part)


EXPECT_HELP = translatable("""check where and why the last move stopped
  expect stop                         at a breakpoint or a watch
  expect stop breakpoint [N]          at one, or at that one
  expect stop watch [N]
  expect stop REASON                  panic, end, start, step, next, finish, until, goto or phase
  … at FUNCTION                       in this function""")


def _expect(debugger: Debugger, rest: str) -> CommandOutcome:
    expected = _EXPECTED.fullmatch(rest)
    reason = expected["reason"] if expected else None
    if expected is None or (reason is not None and reason not in REASONS):
        raise CommandError(
            tr("expect reads like: expect stop [{reasons}] [N] [at FUNCTION]", reasons="|".join(REASONS))
        )
    stop, frames = debugger.last.stop, debugger.where().frames
    function = frames[-1].function.name if frames else ""
    number, place = expected["number"], expected["place"]
    holds = (
        stop.reason in ((reason,) if reason else STOPPED)
        and (number is None or stop.breakpoint == int(number))
        and (place is None or place == function)
    )
    if holds:
        return CommandOutcome("")
    where = tr(" in {function}", function=function) if function else ""
    return CommandOutcome(
        tr(
            "expected {rest}, stopped{where}: {reason}: {text}",
            rest=rest,
            where=where,
            reason=stop.reason,
            text=stop.text,
        ),
        failed=True,
    )


COMMANDS = (
    Command("assert", (), "assert EXPRESSION", translatable("check that an expression holds here"), _assert),
    Command("expect", (), "expect stop [REASON] [N] [at FUNCTION]", EXPECT_HELP, _expect),
)

"""Requests that ask in words: expressions of watches and of what the mouse points at, and the console, which
takes every command of the debugger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...model.debugger.commands.command import CommandError
from ...model.debugger.commands.interpreter import LONGEST_LINE, find, split_word
from ...model.debugger.expressions.lexer import ExpressionError, UnknownName
from ...model.debugger.expressions.scope import state_part
from .arguments import CompletionsArguments, DapError, EndArguments, EvaluateArguments
from .boot import Boot
from .launching import terminate
from .moving import tell_move, tell_stop
from .session import Session
from .tree import Node, of_value

if TYPE_CHECKING:
    from ...model.debugger.frames import Frame

CONSOLE = "repl"
MOST_COMPLETIONS = 200


def evaluate(session: Session, arguments: EvaluateArguments) -> dict[str, Any]:
    """``evaluate``: a line of the console, or an expression of anywhere else."""
    boot = session.here()
    frame = boot.frame(arguments.frame_id) if arguments.frame_id is not None else _innermost(boot)
    text = arguments.expression
    if len(text) > LONGEST_LINE:
        raise DapError(f"an expression has at most {LONGEST_LINE} characters, not {len(text)}")
    if arguments.context == CONSOLE and _is_command(boot, text):
        return {"result": _execute(session, boot, text), "variablesReference": 0}
    node = _value(session, boot, text.strip(), frame)
    told = session.handles.opened(node, 0)
    told.pop("evaluateName", None)
    return {"result": node.text, **told}


def _innermost(boot: Boot) -> Frame | None:
    frames = boot.frames()
    return frames[0] if frames else None


# ---- the console ----


def _is_command(boot: Boot, line: str) -> bool:
    """Whether a line of the console is for the interpreter: a bare expression is no command, and is
    evaluated; what is neither gets the interpreter's complaint."""
    word, _ = split_word(line.strip())
    if not word or boot.scripts.reader.is_open:
        return True
    try:
        find(boot.interpreter.commands, word)
    except CommandError:
        try:
            _evaluated(boot, line.strip(), _innermost(boot))
        except (ExpressionError, ArithmeticError):
            return True
        return False
    return True


def _execute(session: Session, boot: Boot, line: str) -> str:
    """Do what a line says; where it moved, that is told as for every move.  Raises `DapError` with the
    complaint."""
    debugger = boot.debugger
    start, last, printed = debugger.position, debugger.last, len(debugger.breakpoints.printed)
    result = boot.scripts.execute(line)
    if result.error:
        raise DapError(result.text)
    if debugger.last is not last:
        del debugger.breakpoints.printed[printed:]  # the answer has it already
        tell_move(session, boot, start, printed)
        tell_stop(session, boot, debugger.last.stop)
    if result.quit:
        terminate(session, EndArguments())
    return result.text


# ---- expressions ----


def _value(session: Session, boot: Boot, text: str, frame: Frame | None) -> Node:
    """What an expression is.  Raises `DapError`."""
    try:
        return of_value(text, _evaluated(boot, text, frame), text)
    except UnknownName as error:
        found = _local(session, boot, text, frame)
        if found is None:
            raise DapError(str(error)) from None
        return found
    except (ExpressionError, ArithmeticError) as error:
        raise DapError(str(error)) from None


def _evaluated(boot: Boot, text: str, frame: Frame | None) -> Any:
    """The value of an expression as a frame sees it.  Raises `ExpressionError`."""
    from ...model.debugger.expressions.parser import Expression

    debugger, expression = boot.debugger, Expression.parse(text)

    def value(lookup: Callable[[str], Any]) -> Any:
        scope = debugger.names.scope(lookup, debugger.macros(lookup), lambda: debugger.state)
        return expression.evaluate(scope)

    try:
        return value(lookup_in(boot, frame))
    except ExpressionError:
        # A member of one of the kernel's structures: the part of the state of its name has none.
        seen_from = frame.enter + 1 if frame is not None else debugger.position
        try:
            return value(debugger.names.at_position(debugger.state, seen_from))
        except ExpressionError:
            pass
        raise


def lookup_in(boot: Boot, frame: Frame | None) -> Callable[[str], Any]:
    """The names that a frame sees: its own arguments, and the state at the position.  A part of the state
    goes before the symbol of its name."""
    debugger = boot.debugger
    state, position = debugger.state, debugger.position
    seen_from = frame.enter + 1 if frame is not None else position
    names = debugger.names.at_position(state, seen_from)
    is_innermost = frame is None or frame == _innermost(boot)
    own: Mapping[str, Any] = dict(frame.arguments) if frame is not None else {}

    def lookup(name: str) -> Any:
        if name in ("event", "position"):
            return position
        if name == "result" and is_innermost:
            return debugger.names.at_position(state, position)(name)
        if name in debugger.names.symbols and name not in own and name not in state.variables:
            try:
                return state_part(state, name)
            except KeyError:
                pass
        return names(name)

    return lookup


def _local(session: Session, boot: Boot, name: str, frame: Frame | None) -> Node | None:
    """A local variable of a frame, where it is found soon: what the mouse points at is no reason to wait."""
    if frame is None or not name.isidentifier() or not boot.debugger.facts.can.locals:
        return None
    if boot.are_locals_slow:
        return None
    scopes = boot.locals_at_rest(session.cancelled)
    values = next((each.values for each in scopes if each.enter == frame.enter), ())
    return next((Node(name, value.text) for value in values if value.name == name), None)


# ---- completions ----


def completions(session: Session, arguments: CompletionsArguments) -> dict[str, Any]:
    """``completions``: commands and what may follow them, and names."""
    boot = session.here()
    if len(arguments.text) > LONGEST_LINE:
        raise DapError(f"a command has at most {LONGEST_LINE} characters, not {len(arguments.text)}")
    lines = arguments.text.splitlines() or [""]
    at = min(
        max((arguments.line or session.client.first_line) - session.client.first_line, 0), len(lines) - 1
    )
    typed = lines[at][: max(arguments.column - session.client.first_column, 0)]
    begun = typed.split(" ")[-1]
    line = typed.lstrip()
    whole = [each[len(line) - len(begun) :] for each in boot.interpreter.complete(line)]
    found = dict.fromkeys([*whole, *_names(boot, begun)])
    first = len(typed) - len(begun) + session.client.first_column
    targets = [
        {"label": text, "text": text, "start": first, "length": len(begun)}
        for text in list(found)[:MOST_COMPLETIONS]
    ]
    return {"targets": targets}


def _names(boot: Boot, begun: str) -> Iterable[str]:
    """The names that an expression may go on with."""
    if not begun.isidentifier():
        return ()
    frame = _innermost(boot)
    own = [name for name, _ in frame.arguments] if frame is not None else []
    parts = [part.expression for part in boot.debugger.state.parts if part.expression]
    names = (*own, *parts, *boot.debugger.names.variables())
    return sorted(name for name in names if name.startswith(begun))

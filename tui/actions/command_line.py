"""Commands as in gdb, typed at the foot of the screen, and what is done with their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..panes.pane import Pane
from ..shell.opened import bring
from ..shell.prompt import Question
from . import queries as asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..shell.app import BootstepApp

EXAMPLES = "break memblock_reserve if size >= 1M · until paging_init · print max_pfn · help"


def commands(app: BootstepApp) -> Question:
    """The line for commands."""

    def completions(line: str) -> Sequence[str]:
        found = app.session.commands.complete(line) if app.session is not None else []
        return [found[0] + " "] if len(found) == 1 else found

    history = app.session.commands.history if app.session is not None else []
    return Question(
        ":", EXAMPLES, lambda line: execute(app, line), history, stays=True, completions=completions
    )


def execute(app: BootstepApp, line: str) -> None:
    """Execute a command; an empty line repeats the last move."""
    if app.session is None:
        return
    line = line.strip()
    result = app.session.execute(line)
    if result.quit:
        app.exit(0)
    elif result.error:
        app.complain(result.text)
    elif result.moved:
        app.arrive(app.session.debugger.last.stop)
    elif result.answer is not None:
        asking.answered_typed(app, result.answer)
    else:
        app.say_and_show(in_short(line, result.text))
    app.console_pane.add(line, result.text, result.error)
    if "\n" in result.text.strip() and result.answer is None:
        before = app.prompt.row.before if app.prompt is not None else None
        bring(app, app.console_pane.NUMBER, before if isinstance(before, Pane) else None)


def in_short(command: str, answer: str) -> str:
    """One line for the status of an answer that may have many."""
    lines = answer.strip().splitlines()
    if len(lines) < 2:
        return answer.strip()
    word = command.split(maxsplit=1)[0] if command else "answer"
    return f"{word}: {len(lines)} lines in the console"

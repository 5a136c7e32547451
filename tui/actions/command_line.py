"""Commands as in gdb, typed at the foot of the screen, and what is done with their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.language.words import tr, translatable
from ..draw.lines import in_short
from ..panes.console.pane import ConsolePane
from ..session.question import Question
from .arrival import arrive, show_and_say
from .leaving import bring
from .live.quitting import quit_or_warn
from .queries import answer_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..session.context import Context

EXAMPLES = translatable("break memblock_reserve if size > 1M · until paging_init · help")
"""Lines that one may give; → types the first."""


def commands(context: Context, stays: bool = True) -> Question:
    """The line for commands, or for one."""

    def completions(line: str) -> Sequence[str]:
        found = context.session.commands.complete(line) if context.session is not None else []
        return [found[0] + " "] if len(found) == 1 else found

    history = context.session.commands.history if context.session is not None else []
    return Question(
        ":",
        f"→ {tr(EXAMPLES)}",
        lambda line: execute(context, line),
        history,
        stays=stays,
        completions=completions,
        example=EXAMPLES.partition(" · ")[0],
    )


def execute(context: Context, line: str) -> None:
    """Execute a command; an empty line repeats the last move."""
    if context.session is None:
        return
    line = line.strip().removeprefix(":").lstrip()
    result = context.session.execute(line)
    if result.open:
        context.status.say(
            tr("{word} …: more lines, up to one with end", word=context.session.scripts.reader.head.word)
        )
    elif result.quit:
        quit_or_warn(context)
    elif result.error:
        context.complain(result.text)
    elif result.moved:
        arrive(context, context.session.debugger.last.stop)
    elif result.answer is not None:
        answer_typed(context, result.answer)
    else:
        show_and_say(context, in_short(line, result.text))
    context.transcript.add(line, result.text, result.error)
    if "\n" in result.text.strip() and result.answer is None:
        bring(context, ConsolePane.ID, context.foot.opened_from())

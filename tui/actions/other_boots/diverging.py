"""To the first divergence of two boots that stand beside each other: the command ``diverge``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr, tr_lines, translatable_lines

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger
    from ...session.context import Context

HELP = translatable_lines("""to the first call that is not the same in both boots, in each of them
  diverge                           go there
  diverge tell                      tell all about it: arguments, states, who called, where in the source""")
TELL = "tell"


def commands(context: Context) -> tuple[Command, ...]:
    """The command, on the command line."""

    def diverge(debugger: Debugger, rest: str) -> CommandOutcome:
        follower = context.session.follower if context.session is not None else None
        if follower is None:
            raise CommandError(tr("There is one boot only: diff FILE or whatif puts another beside it."))
        held = follower.comparison.held
        if held is None:
            raise CommandError(tr("One of the boots is a log, which does not tell of every call."))
        if rest.strip() not in ("", TELL):
            raise CommandError(tr("diverge takes nothing, or the word tell"))
        from ....model.analysis.divergence.words import headline, held_lines

        if rest.strip() == TELL:
            return CommandOutcome("\n".join(held_lines(held)))
        if held.divergence is None:
            return CommandOutcome(tr("Both boots make the same calls."))
        debugger.goto(held.divergence.right.position)
        return CommandOutcome(headline(held.divergence))

    return (Command("diverge", (), "diverge [tell]", tr_lines(HELP), diverge, complete=lambda _: (TELL,)),)

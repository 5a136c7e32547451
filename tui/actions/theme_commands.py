"""The command for colours, which only the app has."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...model.debugger.commands.command import Command, CommandError, CommandOutcome
from ...model.language.words import tr
from ..draw.themes import ABOUT, THEMES

if TYPE_CHECKING:
    from ...model.debugger.debugger import Debugger
    from ..session.context import Context


def commands(context: Context) -> tuple[Command, ...]:
    """The command, on the command line."""

    def theme_command(debugger: Debugger, rest: str) -> CommandOutcome:
        if not rest:
            return CommandOutcome("\n".join(f"{name:<10} {tr(about)}" for name, about in ABOUT.items()))
        if rest not in THEMES:
            nearest = "".join(
                tr("; the nearest is {near}", near=near) for near in get_close_matches(rest, THEMES, 1)
            )
            raise CommandError(tr('there is no theme "{rest}"{nearest}', rest=rest, nearest=nearest))
        return CommandOutcome(context.dress(rest))

    return (Command("theme", (), "theme [NAME]", tr("the colours, one of four"), theme_command),)

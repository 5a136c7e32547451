"""All actions, by the ids that the table of keys gives them, and the commands they add to a debugger's."""

from __future__ import annotations

from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING

from . import (
    bookmarks,
    breakpoints,
    explaining,
    export,
    jumps,
    layout,
    leaving,
    page_export,
    playback,
    queries,
    searching,
    stepping,
)
from .action import Action
from .other_boots import what_if
from .quizzing import predicting
from .tours import walking

if TYPE_CHECKING:
    from ...model.debugger.commands.interpreter import CommandInterpreter
    from ...model.debugger.debugger import Debugger
    from ..session.context import Context
    from ..session.recording import Recording
    from ..session.session import Session

ACTIONS: dict[str, Action] = {
    **stepping.ACTIONS,
    **jumps.ACTIONS,
    **bookmarks.ACTIONS,
    **playback.ACTIONS,
    **queries.ACTIONS,
    **explaining.ACTIONS,
    **what_if.ACTIONS,
    **predicting.ACTIONS,
    **breakpoints.ACTIONS,
    **searching.ACTIONS,
    **export.ACTIONS,
    **page_export.ACTIONS,
    **layout.ACTIONS,
    **leaving.ACTIONS,
    **walking.ACTIONS,
}
"""What each key does."""


def unavailable(context: Context, id: str) -> str:
    """Why an action cannot be done now, in a sentence; nothing if it can."""
    return layout.in_help(context, id) or ACTIONS[id].unavailable(context)


async def run(context: Context, id: str, times: int) -> None:
    """Do an action that is available."""
    done = ACTIONS[id].run(context, times)
    if isawaitable(done):
        await done


def session_on(context: Context, boot: Recording) -> Session:
    """A session on a boot."""
    from ..session.session import Session

    session = Session(boot, partial(_interpreter, context))
    session.debugger.lines.source = context.kernel_source
    return session


def _interpreter(context: Context, debugger: Debugger) -> CommandInterpreter:
    """The command line, with the commands that a debugger alone does not have."""
    from ...model.lecture.commands import interpreter_of
    from . import machine_topics, playback_commands, theme_commands
    from .live import commands as live_commands
    from .other_boots import adopting, beside, diverging, what_if_commands
    from .presenting import commands as presenting_commands
    from .quizzing import commands as quiz_commands
    from .tours import commands as tour_commands

    commands = (
        *playback_commands.commands(context),
        *live_commands.commands(context),
        *quiz_commands.commands(context),
        *what_if_commands.commands(context),
        *beside.commands(context),
        *diverging.commands(context),
        *adopting.commands(context),
        *theme_commands.commands(context),
        *tour_commands.commands(context),
        *page_export.commands(context),
        *presenting_commands.commands(context),
    )
    return interpreter_of(debugger, commands, machine_topics.topics(context))

"""All actions, by the ids that the table of keys gives them, and the commands they add to a debugger's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from inspect import isawaitable
from typing import TYPE_CHECKING

from ...model.debugger.commands.moves import MOVES
from ..settings.bindings import PANE_KEYS, shows_pane
from . import layout

if TYPE_CHECKING:
    from ...model.debugger.commands.interpreter import CommandInterpreter
    from ...model.debugger.debugger import Debugger
    from ..session.context import Context
    from ..session.recording import Recording
    from ..session.session import Session
    from .action import Action

IDS: Mapping[str, tuple[str, ...]] = {
    "stepping": (*(move.id for move in MOVES.values()), "travel"),
    "jumps": ("place-back", "place-forward"),
    "bookmarks": ("bookmark", "to-bookmark"),
    "playback": ("play", "speed"),
    "queries": ("about", "ledger", "why", "command"),
    "explaining": ("explain", "words"),
    "other_boots.what_if": ("what-if", "undo", "redo", "both"),
    "quizzing.predicting": ("predict", "answer"),
    "breakpoints": ("breakpoint",),
    "searching": ("search", "next-match", "previous-match"),
    "export": ("copy", "copy-name", "write"),
    "page_export": ("export-page",),
    "layout": (
        *(key for key in PANE_KEYS.values() if shows_pane(key)),
        *("next-pane", "previous-pane", "zoom", "hide", "show-all", "taller", "shorter", "wider", "narrower"),
        *("order", "help", "palette", "quit", "suspend"),
    ),
    "leaving": ("clear",),
    "tours.walking": ("tours", "tour", "tour-next", "tour-previous"),
}
"""The actions of each module beside this one.  A module is loaded when one of its actions is asked for: most
keys are not pressed in most sessions."""
MODULES = {id: module for module, ids in IDS.items() for id in ids}
"""Where each action is."""


def action_of(id: str) -> Action:
    """What a key does."""
    found: Mapping[str, Action] = import_module(f".{MODULES[id]}", __package__).ACTIONS
    return found[id]


def unavailable(context: Context, id: str) -> str:
    """Why an action cannot be done now, in a sentence; nothing if it can."""
    return layout.in_help(context, id) or action_of(id).unavailable(context)


async def run(context: Context, id: str, times: int) -> None:
    """Do an action that is available."""
    done = action_of(id).run(context, times)
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
    from . import machine_topics, page_export, playback_commands, theme_commands
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

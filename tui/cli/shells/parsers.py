"""Every command's parser, as the command itself makes it: what completion and the manual page are made of."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple

from ....boots.loader.machine_file import shipped_machines, teaches
from ....model.language.words import tr, tr_lines
from .. import main
from ..parser import Parser, described

_LINE = re.compile(r"  bootstep (\w+)(?: \S+)*?  +(\S.*)")


class CommandParser(NamedTuple):
    """A command: its name, what it does in a line, and its parser (None: it takes no words)."""

    name: str
    about: str
    parser: Parser | None


def app_parser() -> Parser:
    """The parser of ``bootstep [MACHINE]``."""
    found = described(main._run)
    assert found is not None
    return found


def command_parsers() -> list[CommandParser]:
    """Those of all commands, in the order in which ``bootstep --help`` lists them."""
    about = {
        found[1]: found[2]
        for line in tr_lines(main.OVERVIEW).splitlines()
        if (found := _LINE.fullmatch(line))
    }
    return [CommandParser(name, about.get(name, ""), described(_run(name))) for name in main.MODULES]


def _run(name: str) -> Callable[[list[str]], int]:
    return import_module(f"..{main.MODULES[name]}", __package__).run


def whole_parser(
    make: Callable[[CommandParser], argparse.ArgumentParser | None], machines: Mapping[str, str]
) -> argparse.ArgumentParser:
    """One parser for all commands: the options of the app; each command that `make` gives a parser of as a
    subcommand; and the `machines`, which take the app's options, with what each is."""
    app = app_parser()
    options = _options_of(app)
    parser = argparse.ArgumentParser(
        "bootstep", add_help=False, parents=[options], description=app.description
    )
    commands = parser.add_subparsers(title=tr("commands"), metavar="COMMAND")
    for command in command_parsers():
        made = make(command)
        parents = [made] if made else []
        commands.add_parser(command.name, parents=parents, add_help=False, help=command.about)
    for name, about in machines.items():
        commands.add_parser(name, parents=[options], add_help=False, help=about)
    return parser


def _options_of(app: Parser) -> argparse.ArgumentParser:
    """A parser with the options of another, and none of its other arguments."""
    found = argparse.ArgumentParser(app.prog, add_help=False)
    for group in app._action_groups:  # pyright: ignore[reportPrivateUsage]
        inside = found.add_argument_group(group.title, group.description)
        for action in group._group_actions:  # pyright: ignore[reportPrivateUsage]
            if action.option_strings:
                inside._add_action(action)  # pyright: ignore[reportPrivateUsage]
    return found


def machines() -> Mapping[str, str]:
    """The machines that are shipped, and what each is there for."""
    return {name: teaches(name) for name in shipped_machines()}

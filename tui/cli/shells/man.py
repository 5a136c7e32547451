"""``bootstep man``: the manual page, as roff.

The package ``argparse-manpage`` writes it from the parsers, so that it says what ``--help`` says.  Options that
all commands with a machine share are told once.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..parser import Parser

SUMMARY = "step through the Linux kernel's early memory boot"


def run(words: Sequence[str]) -> int:
    """Print the manual page.  Raises `InputError`."""
    parser = Parser("bootstep man", description="the manual page, as roff: bootstep man | man -l -")
    parser.parse_args(words)
    print(page(), end="")
    return 0


def page() -> str:
    """The manual page."""
    from importlib.metadata import version

    from argparse_manpage.manpage import Manpage  # pyright: ignore[reportMissingTypeStubs]

    from .parsers import CommandParser, app_parser, whole_parser

    shared = {
        option
        for action in app_parser()._actions  # pyright: ignore[reportPrivateUsage]
        for option in action.option_strings
    }

    def without_shared(command: CommandParser) -> argparse.ArgumentParser | None:
        return _own(command.parser, shared) if command.parser else None

    told = {
        "version": version("bootstep"),
        "project_name": "bootstep",
        "manual_title": "bootstep",
        "description": SUMMARY,
        "date": "",
    }
    return str(Manpage(whole_parser(without_shared), told))


def _own(parser: argparse.ArgumentParser, shared: set[str]) -> argparse.ArgumentParser:
    """A parser with the arguments of a command that no others have."""
    own = argparse.ArgumentParser(parser.prog, add_help=False, description=parser.description)
    for action in parser._actions:  # pyright: ignore[reportPrivateUsage]
        if not shared.intersection(action.option_strings):
            own._add_action(action)  # pyright: ignore[reportPrivateUsage]
    return own

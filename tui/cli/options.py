"""The keys of the machine file, as options of the commands."""

from __future__ import annotations

import argparse

from ...boots.core.inputs import Machine
from ...boots.loader.machine_file import KEYS, read_machine


def add_keys(parser: argparse.ArgumentParser) -> None:
    """The keys of the machine file, as options."""
    group = parser.add_argument_group("keys of the machine file")
    for key in KEYS:
        if key.option:
            group.add_argument(key.words, action="append", dest=key.name, metavar=key.metavar, help=key.help)
        elif key.metavar:
            group.add_argument(key.words, dest=key.name, metavar=key.metavar, help=key.help)
        else:
            group.add_argument(key.words, dest=key.name, action="store_const", const="true", help=key.help)


def options_of(given: argparse.Namespace) -> dict[str, str | list[str]]:
    """The keys that were given as options."""
    return {key.name: getattr(given, key.name) for key in KEYS if getattr(given, key.name) is not None}


def machine_of(given: argparse.Namespace) -> Machine:
    """The machine of a command line."""
    return read_machine(given.machine, options_of(given))

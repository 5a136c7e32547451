"""The keys of the machine file, as options of the commands."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from ....boots.core.inputs import Machine
from ....boots.loader.machine_file import KEYS, read_machine
from ....model.language.words import tr
from .machine_kind import is_taken


def add_keys(parser: argparse.ArgumentParser) -> None:
    """The keys of the machine file, as options; a spelling that means something else to a command is left to
    it."""
    group = parser.add_argument_group(tr("keys of the machine file"))
    for key in KEYS:
        spelled = [word for word in key.spellings if not is_taken(parser, word)]
        if not spelled:
            continue
        if key.is_list:
            group.add_argument(
                *spelled, action="append", dest=key.name, metavar=key.metavar, help=tr(key.help)
            )
        elif key.metavar:
            group.add_argument(*spelled, dest=key.name, metavar=key.metavar, help=tr(key.help))
        else:
            group.add_argument(*spelled, dest=key.name, action="store_const", const="true", help=tr(key.help))


def options_of(given: argparse.Namespace) -> dict[str, str | list[str]]:
    """The keys that were given as options."""
    values = ((key.name, getattr(given, key.name, None)) for key in KEYS)
    return {name: value for name, value in values if value is not None}


def option_names() -> Mapping[str, str]:
    """The options as they are typed, by the names of their keys."""
    return {key.name: key.words for key in KEYS}


def machine_of(word: str | None, given: argparse.Namespace) -> Machine:
    """The machine that a word names (None: the default one), changed by options."""
    return read_machine(word, options_of(given))

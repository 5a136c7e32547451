"""Options that make a machine's boot another one: what ``bootstep diff`` varies."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from ....boots.loader.board.map_changes import EntryChange, HoleChange
from ....boots.loader.board.tree_changes import NodeChange, PropertyChange
from ....boots.loader.machine_file import read_machine
from ....boots.loader.what_if import Variation, parse_ram
from ....boots.loader.what_if_syntax import WhatIf
from ....boots.sources.model_boot import ModelBoot
from ....model.language.words import tr
from ....model.source.trace_source import TraceSource
from .options import add_keys, option_names, options_of
from .wish_options import WISHES, add_wishes
from .wishes import with_wishes

VARIATION = ("add", "ram", "set", "unset", "node", "delete", "entry", "hole")
"""What varies a machine beside its keys."""


def add_variation(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--add", default="", metavar="WORDS", help=tr("words behind the command line"))
    parser.add_argument("--ram", type=parse_ram, metavar="SIZE", help=tr("how much memory the board has"))
    change = tr("a property of a device tree, as in its source; may be given many times")
    parser.add_argument("--set", action="append", default=[], metavar="PATH:NAME=VALUE", help=change)
    parser.add_argument("--unset", action="append", default=[], metavar="PATH:NAME", help=tr("remove one"))
    add_keys(parser)
    add_wishes(parser)
    node = tr("a node of a device tree, as in its source; may be given many times")
    parser.add_argument("--node", action="append", default=[], metavar="'PATH { … };'", help=node)
    entry = tr("an entry behind a PC's e820 map; may be given many times")
    parser.add_argument("--entry", action="append", default=[], metavar="'START-END TYPE'", help=entry)
    hole = tr("a range that is not in a PC's e820 map; may be given many times")
    parser.add_argument("--hole", action="append", default=[], metavar="START-END", help=hole)
    parser.add_argument(
        "--delete", action="append", default=[], metavar="PATH", help=tr("remove a node of a device tree")
    )


def variation_names() -> Mapping[str, str]:
    """The options as they are typed, by their names in what a parser gives."""
    return {**{name: f"--{name}" for name in VARIATION}, **option_names(), **WISHES}


def unvaried_source(machine: str | None, given: argparse.Namespace) -> TraceSource:
    """The boot of a machine as it is; only what its log is to say is taken from the options.  Raises
    `InputError`."""
    options = {name: value for name, value in options_of(given).items() if name == "memblock_debug"}
    return ModelBoot.of(read_machine(machine, options))


def varied_source(machine: str | None, given: argparse.Namespace) -> TraceSource:
    """The boot of a machine as all options vary it.  Raises `InputError`."""
    start = WhatIf(read_machine(machine, options_of(given)), _variation(given))
    return ModelBoot.of_what_if(with_wishes(start, given))


def _variation(given: argparse.Namespace) -> Variation:
    changes = (
        *map(NodeChange.parse, given.node),
        *map(NodeChange.removal, given.delete),
        *map(PropertyChange.parse, given.set),
        *map(PropertyChange.removal, given.unset),
    )
    entries = (*map(EntryChange.parse, given.entry), *map(HoleChange.parse, given.hole))
    return Variation(more=given.add, ram=given.ram, changes=changes, entries=entries)

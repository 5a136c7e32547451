"""``bootstep diff``: what two boots differ in, without the app."""

from __future__ import annotations

from ...boots.loader.board.tree_changes import NodeChange, PropertyChange
from ...boots.loader.machine_file import read_machine
from ...boots.loader.what_if import Variation, parse_ram
from ...boots.loader.what_if_syntax import WhatIf
from ...boots.sources.model_boot import ModelBoot
from ...model.base.errors import InputError
from ...model.debugger.compare import difference_lines, differences
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import PositionNameError
from ...model.source.trace_source import TraceSource
from .options import Parser, add_keys, options_of


def run(words: list[str]) -> int:
    """Print what two boots differ in; 1 if they do.  Raises `InputError`."""
    parser = Parser("bootstep diff")
    parser.add_argument("machine", metavar="A", help="one machine")
    parser.add_argument(
        "other", nargs="?", metavar="B", help="the other (A again); all options change this one"
    )
    parser.add_argument("--add", default="", metavar="WORDS", help="words behind the command line")
    parser.add_argument("--ram", type=parse_ram, metavar="SIZE", help="how much memory the board has")
    change = "a property as in a device tree source; may be given many times"
    parser.add_argument("--set", action="append", default=[], metavar="PATH:NAME=VALUE", help=change)
    parser.add_argument("--unset", action="append", default=[], metavar="PATH:NAME", help="remove a property")
    parser.add_argument(
        "--at", default="end", metavar="POSITION", help="when (end), such as paging_init:return"
    )
    add_keys(parser)
    node = "a node as in a device tree source; may be given many times"
    parser.add_argument("--node", action="append", default=[], metavar="'PATH { … };'", help=node)
    parser.add_argument("--delete", action="append", default=[], metavar="PATH", help="remove a node")
    given = parser.parse_args(words)
    changes = (
        *map(NodeChange.parse, given.node),
        *map(NodeChange.removal, given.delete),
        *map(PropertyChange.parse, given.set),
        *map(PropertyChange.removal, given.unset),
    )
    variation = Variation(more=given.add, ram=given.ram, changes=changes)
    options = options_of(given)
    of_both = {name: value for name, value in options.items() if name == "memblock_debug"}
    left = ModelBoot.of(read_machine(given.machine, of_both))
    varied = WhatIf(read_machine(given.other or given.machine, options), variation)
    right = ModelBoot.of_what_if(varied)
    return _print(_booted(left, given.at), _booted(right, given.at))


def _booted(source: TraceSource, at: str) -> Debugger:
    source.run()
    debugger = Debugger(source.trace, source.facts)
    try:
        debugger.goto(debugger.position_names.find(at))
    except PositionNameError as error:
        raise InputError(f"--at {at}: {error}") from None
    return debugger


def _print(left: Debugger, right: Debugger) -> int:
    lines = list(difference_lines(left, right, differences(left, right)))
    print("\n".join(lines or ["no differences"]))
    return 1 if lines else 0

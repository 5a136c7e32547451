"""What-ifs as options of every command that takes a machine: ``--memory``, ``--numa``, ``--whatif``.

Nothing of the loader is imported: a boot without wishes starts sooner.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from ....model.language.words import tr
from .machine_kind import is_taken

WISHES: Mapping[str, str] = {"memory": "--memory", "numa": "--numa", "whatif": "--whatif"}
"""The options as they are typed, by their names in what a parser gives."""


def add_wishes(parser: argparse.ArgumentParser) -> None:
    """The options."""
    group = parser.add_argument_group(tr("what if"))
    if not is_taken(parser, "--memory"):
        group.add_argument("--memory", metavar="SIZE", help=tr("how much memory the board has, such as 8G"))
    if not is_taken(parser, "--numa"):
        group.add_argument(
            "--numa", metavar="N", help=tr("divide memory and CPUs among N nodes, as QEMU does")
        )
    if not is_taken(parser, "--whatif"):
        group.add_argument(
            "--whatif",
            action="append",
            metavar="'WISH'",
            help=tr(
                "what v asks for in the debugger: 'add mem=600M', 'delete /reserved-memory', 'ram 2G' …; "
                "may be given many times"
            ),
        )


def wishes_of(given: argparse.Namespace) -> Iterator[str]:
    """What the options wish, in the words of the debugger."""
    if getattr(given, "memory", None) is not None:
        yield f"ram {given.memory}"
    if getattr(given, "numa", None) is not None:
        yield f"numa {given.numa}"
    yield from getattr(given, "whatif", None) or ()

"""The options that give commands, and whether they are done without a screen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ....model.language.words import tr
from ...settings.terminals import is_terminal
from ..kinds.logs import STANDARD_INPUT

if TYPE_CHECKING:
    from ....model.debugger.scripts.blocks import Line


LONGEST_LINE = 1 << 16
"""Characters of a line at standard input that are read at once."""


class Given(Struct, frozen=True):
    """One ``-ex`` or ``-x`` of a command line: a command, or the name of a file of them."""

    option: str
    text: str

    def lines(self) -> Iterator[Line]:
        """The lines to do.  Raises `InputError`."""
        from ....model.debugger.scripts.blocks import Line
        from ....model.debugger.scripts.script_file import script_lines

        if self.option == "-ex":
            return iter((Line(self.text, f"-ex '{self.text}'"),))
        return script_lines(self.text)


class _Collected(argparse.Action):
    """Keeps ``-ex`` and ``-x`` in the order in which they were given."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        given = (*(getattr(namespace, self.dest) or ()), Given(self.option_strings[0], str(values)))
        setattr(namespace, self.dest, given)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What a command line may say of commands."""
    parser.add_argument(
        "-ex",
        "--eval-command",
        action=_Collected,
        dest="script",
        metavar="COMMAND",
        help=tr("do this command"),
    )
    parser.add_argument(
        "-x",
        "--command",
        action=_Collected,
        dest="script",
        metavar="FILE",
        help=tr("do the commands in a file"),
    )
    parser.add_argument(
        "--batch", action="store_true", help=tr("show no screen: print what the commands say")
    )
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        help=tr("of what they say: text, or a JSON object for each command"),
    )


def given_lines(script: Iterable[Given]) -> Iterator[Line]:
    """The lines of all that a command line gives.  Raises `InputError`."""
    for given in script:
        yield from given.lines()


def typed_lines() -> Iterator[Line] | None:
    """The lines at standard input, one by one as they come; None if there are none at all."""
    try:
        first = sys.stdin.readline(LONGEST_LINE)
    except (OSError, ValueError):  # nothing can be read there, or it is closed
        first = ""
    return _numbered(first) if first else None


def _numbered(line: str) -> Iterator[Line]:
    from ....model.debugger.scripts.blocks import Line

    number = 1
    while line:
        yield Line(line.rstrip("\n"), tr("standard input, line {number}", number=number))
        line, number = sys.stdin.readline(LONGEST_LINE), number + 1


def is_batch(given: argparse.Namespace) -> bool:
    """Whether commands are to be done without a screen: somebody says so, or there is no terminal for one and
    there are commands, or somewhere they may come from."""
    if given.batch or given.format:
        return True
    if given.script:
        return not all(map(is_terminal, (sys.stdin, sys.stdout, sys.stderr)))
    return sys.stdin is not None and not is_terminal(sys.stdin) and given.machine != STANDARD_INPUT

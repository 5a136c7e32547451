"""``bootstep completion``: a script that makes a shell complete commands, options, machines and files.

The package ``shtab`` writes it from the parsers: the shell then asks nobody, and no completion starts Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Any

from ....model.language.words import tr, tr_lines, translatable_lines
from ..parser import Parser

SHELLS = ("bash", "zsh", "fish")
HOW = translatable_lines("""\
for bash:  bootstep completion bash > ~/.local/share/bash-completion/completions/bootstep
for zsh:   bootstep completion zsh > DIR/_bootstep, with DIR in $fpath
for fish:  bootstep completion fish > ~/.config/fish/completions/bootstep.fish""")
MACHINES = {"bash": "_bootstep_machine", "zsh": "_bootstep_machine", "fish": "(__bootstep_machine)"}
"""What completes a machine: the names of those that are shipped, and files."""
FILES, DIRECTORIES = frozenset(("FILE", "DMESG", "LOG")), frozenset(("DIR",))
"""What arguments are called that take files and directories."""


def run(words: Sequence[str]) -> int:
    """Print the script for a shell.  Raises `InputError`."""
    parser = Parser(
        "bootstep completion",
        description=tr("what makes a shell complete bootstep's commands"),
        epilog=tr_lines(HOW),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    print(script(parser.parse_args(words).shell))
    return 0


def script(shell: str) -> str:
    """The script for one of `SHELLS`."""
    import shtab

    from .parsers import machines, whole_parser

    shipped = machines()
    parser = whole_parser(lambda command: command.parser, shipped)
    for each in _all(parser):
        for action in each._actions:  # pyright: ignore[reportPrivateUsage]
            _tell(action, shtab.FILE, shtab.DIRECTORY)
    return shtab.complete(parser, shell=shell, preamble=_preamble(shipped))


def _all(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """A parser and those of its subcommands."""
    below: list[argparse.ArgumentParser] = []
    for action in parser._actions:  # pyright: ignore[reportPrivateUsage]
        if isinstance(action, argparse._SubParsersAction):  # pyright: ignore[reportPrivateUsage]
            below += action.choices.values()  # pyright: ignore[reportUnknownMemberType]
    return [parser, *below]


def _tell(action: Any, file: Any, directory: Any) -> None:
    """Tell what completes an argument."""
    name = action.metavar if isinstance(action.metavar, str) else ""
    if not action.option_strings and name in ("MACHINE", "A", "B"):
        action.complete = MACHINES
    elif name in FILES:
        action.complete = file
    elif name in DIRECTORIES:
        action.complete = directory


def _preamble(machines: Mapping[str, str]) -> Any:
    """The functions that complete machines."""
    names = " ".join(machines)
    told = " ".join(quote(f"{name}:{about.replace(':', ' -')}") for name, about in machines.items())
    lines = " ".join(_fish_quoted(f"{name}\t{about}") for name, about in machines.items())
    return {
        "bash": f'_bootstep_machine() {{\n  compgen -W "{names}" -- "$1"\n  compgen -f -- "$1"\n}}\n',
        "zsh": "_bootstep_machine() {\n"
        f"  local -a shipped=({told})\n"
        "  _describe 'shipped machine' shipped\n  _files\n}\n",
        "fish": "function __bootstep_machine\n"
        f"  printf '%s\\n' {lines}\n"
        "  __fish_complete_path (commandline -ct)\nend\n",
    }


def _fish_quoted(text: str) -> str:
    """A word for fish, whose quotes take a backslash."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"

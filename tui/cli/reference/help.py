"""``bootstep help``: reference, topic by topic."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ....model.base.errors import InputError
from ....model.base.units import printable
from ....model.language.columns import padded
from ....model.language.words import tr, translatable
from ..parser import Parser


class Topic(NamedTuple):
    """What there is to look up: a module beside this one with ``lines()``, or a file that is printed as it
    is, to be copied."""

    about: str
    module: str = ""
    file: str = ""


TOPICS = {
    "json": Topic(translatable("the fields of everything that --format json prints"), "json_fields"),
    "machine-file": Topic(translatable("a machine file with every key there is"), "machine_file"),
    "tour-file": Topic(translatable("how a guided tour is written"), "tour_file"),
    "live-kernel": Topic(
        translatable("bootstep live: QEMU, boards behind OpenOCD, J-Link or TRACE32, what is recorded"),
        "live_kernel",
    ),
    "editors": Topic(
        translatable("bootstep dap: what is what in an editor, and how each is set up"), "editors"
    ),
    "vscode-extension": Topic(
        translatable("the package.json by which VS Code hears of bootstep"), file="vscode-extension.json"
    ),
    "nvim": Topic(translatable("Lua for nvim-dap"), file="nvim.lua"),
    "emacs": Topic(translatable("Lisp for Emacs's dape"), file="emacs.el"),
}
FILES = Path(__file__).parent / "files"
WIDTH = 18
"""Columns of the names in the list."""


def run(words: Sequence[str]) -> int:
    """Print a topic, a command's own help, or the list of topics.  Raises `InputError`."""
    parser = Parser("bootstep help", description=tr("reference: what is looked up rather than read"))
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help=tr("a topic, or a command; none: the list"))
    name: str | None = parser.parse_args(list(words)).topic
    if name is None:
        print("\n".join(_listed()))
        return 0
    if name in TOPICS:
        print("\n".join(lines_of(TOPICS[name])))
        return 0
    return _of_command(name)


def lines_of(topic: Topic) -> list[str]:
    """What is said of a topic, line by line."""
    if topic.file:
        return (FILES / topic.file).read_text(encoding="utf-8").splitlines()
    return import_module(f".{topic.module}", __package__).lines()


def _listed() -> list[str]:
    rows = [f"  {padded(name, WIDTH)}{tr(topic.about)}" for name, topic in TOPICS.items()]
    return [
        *(tr("bootstep help TOPIC tells of:"), *rows),
        tr("bootstep help COMMAND is bootstep COMMAND --help."),
        tr("Commands of the debugger tell of themselves: bootstep virt-1g --batch -ex 'help break'."),
    ]


def _of_command(name: str) -> int:
    """Raises `InputError` if there is no such command."""
    from ..main import MODULES, main

    if name not in MODULES:
        near = get_close_matches(name, [*TOPICS, *MODULES], 1)
        known = near or TOPICS
        raise InputError(
            tr("help: there is no topic {name}, but {known}", name=printable(name), known=", ".join(known))
        )
    try:
        return main([name, "--help"])
    except SystemExit:  # as argparse leaves
        return 0

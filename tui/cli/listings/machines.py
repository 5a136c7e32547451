"""``bootstep machines``: the machines that are shipped."""

from __future__ import annotations

from collections.abc import Sequence

from ....boots.loader.machine_file import read_machine, shipped_machines, teaches
from ..parser import Parser


def run(words: Sequence[str]) -> int:
    """Print the shipped machines, each with its release and what it teaches.  Raises `InputError`."""
    Parser("bootstep machines").parse_args(words)
    for name in shipped_machines():
        machine = read_machine(name)
        print(f"{name:16} {machine.arch:6} {machine.release!s:5} {teaches(name)}")
    return 0

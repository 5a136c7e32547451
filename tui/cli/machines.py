"""``bootstep machines``: the machines that are shipped."""

from __future__ import annotations

from ...boots.loader.machine_file import read_machine, shipped_machines, teaches


def run() -> int:
    """Print the shipped machines, each with its release and what it teaches."""
    for name in shipped_machines():
        machine = read_machine(name)
        print(f"{name:16} {machine.arch} {machine.release!s:5} {teaches(name)}")
    return 0

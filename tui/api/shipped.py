"""`machines`: what is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from msgspec import Struct

from ...boots.loader.machine_file import read_machine, shipped_machines, teaches
from ...model.build.release import Release
from ...model.views.html import table


class ShippedMachine(Struct, frozen=True):
    """A machine that comes with the program: the `name` that `boot` takes, the kernel's architecture and
    release, and what it is there to teach."""

    name: str
    arch: str
    release: Release
    teaches: str

    def __str__(self) -> str:
        return self.name


class ShippedMachines(Sequence[ShippedMachine]):
    """The shipped machines, by name."""

    def __init__(self, machines: Sequence[ShippedMachine]) -> None:
        self._machines = tuple(machines)

    @overload
    def __getitem__(self, index: int) -> ShippedMachine: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ShippedMachine, ...]: ...
    def __getitem__(self, index: int | slice) -> ShippedMachine | tuple[ShippedMachine, ...]:
        return self._machines[index]

    def __len__(self) -> int:
        return len(self._machines)

    def __repr__(self) -> str:
        return "\n".join(
            f"{each.name:16} {each.arch:6} {each.release!s:5} {each.teaches}" for each in self._machines
        )

    def _repr_html_(self) -> str:
        rows = ((each.name, each.arch, each.release, each.teaches) for each in self._machines)
        return table("shipped machines", ("name", "arch", "release", "teaches"), rows)


def machines() -> ShippedMachines:
    """The machines that are shipped."""
    found: list[ShippedMachine] = []
    for name in shipped_machines():
        machine = read_machine(name)
        found.append(ShippedMachine(name, machine.arch, machine.release, teaches(name)))
    return ShippedMachines(found)

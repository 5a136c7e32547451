"""Boots that tours are taken on; each is recorded once in a process."""

from __future__ import annotations

from functools import cache
from typing import Any

from bootstep.boots.loader.machine_file import read_machine, shipped_machines
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.opened import debugger_of
from bootstep.model.lecture.tours.shipped import shipped_names, tour_named
from bootstep.model.lecture.tours.tour import Tour
from bootstep.model.source.trace_source import TraceSource
from bootstep.tui.cli.tours.check import opened
from bootstep.tui.session.recording import Recording

OTHERS = {
    "arm64": ("virt-1g", "server-8g", "virt-1g-6.12"),
    "x86_64": ("pc-2g", "pc-8g-uefi", "pc-6g-numa2"),
}
"""Machines of each architecture on which a tour of a whole boot must hold, beside its own."""
NAMES = shipped_names()


@cache
def boot(machine: str) -> TraceSource:
    """The whole boot of a machine, or of a log."""
    source = opened(machine)
    source.run()
    return source


def debugger(machine: str) -> Debugger:
    """A debugger at its start."""
    return debugger_of(boot(machine))


class Done:
    """A boot that was recorded already."""

    def __init__(self, source: TraceSource) -> None:
        self._source = source

    def run(self, cancelled: object = None) -> None:
        """There is nothing left to record."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def recording(machine: str) -> Recording:
    """A boot as the app takes it: with its machine, so that what-ifs can be tried."""
    is_shipped = machine in shipped_machines()
    return Recording(Done(boot(machine)), machine=read_machine(machine) if is_shipped else None)


@cache
def tour(name: str) -> Tour:
    """A shipped tour."""
    return tour_named(name)


def machines(name: str) -> list[str]:
    """The machines that a shipped tour must hold on: three, but for tours of a log."""
    found = tour(name)
    if found.source == "log" or not found.arches:
        return [found.machine]
    return list(dict.fromkeys((found.machine, *(each for arch in found.arches for each in OTHERS[arch]))))

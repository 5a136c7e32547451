"""Boots that tours are taken on; each is recorded once in a process."""

from __future__ import annotations

from functools import cache

from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.opened import debugger_of
from bootstep.model.lecture.tours.shipped import SHIPPED, shipped_names, tour_named
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


def recording(machine: str) -> Recording:
    """The same, as the app takes it."""
    return Recording(boot(machine))


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


__all__ = ["NAMES", "SHIPPED", "boot", "debugger", "machines", "recording", "tour"]

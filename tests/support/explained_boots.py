"""Boots whose events are explained: an arm64 board, a PC with two nodes, a log; each boots once."""

from __future__ import annotations

from functools import cache

from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.opened import debugger_of
from opened_logs import DEBUGGED, opened

BOARD, PC, LOG = "virt-1g", "pc-6g-numa2", "a log"
BOOTS = (BOARD, PC, LOG)


@cache
def explained(name: str) -> Debugger:
    """A debugger at the end of a boot."""
    if name == LOG:
        log = opened(DEBUGGED)
        log.run()
        found = debugger_of(log)
    else:
        boot = ModelBoot.of(read_machine(name))
        boot.run()
        found = debugger_of(boot)
    found.end()
    return found


def first_call(debugger: Debugger, function: str) -> int:
    """The first call of a function."""
    found = debugger.occurrences.first(function)
    assert found is not None
    return found

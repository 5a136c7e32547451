"""A boot that is recorded while one looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .kept import Subject
from .snapshot import Facts

if TYPE_CHECKING:
    from ..boots.machine import Machine
    from ..model.debugger import Debugger
    from ..model.trace import Trace


@dataclass(frozen=True)
class Recording:
    """A boot ready to run into `trace`: `run` records all of it, and returns when it has.  `debugger` makes a
    debugger on it, once it has begun."""

    facts: Facts
    trace: Trace
    debugger: Callable[[], Debugger]
    run: Callable[[], None]
    subject: Subject | None = None
    """What things are kept under between runs."""

    def prepared(self) -> Debugger:
        """A debugger that has already replayed who got which memory, which takes a while for a large
        machine; call this when all is recorded."""
        debugger = self.debugger()
        debugger.owners.prepare()
        return debugger


def of_machine(machine: Machine) -> Recording:
    """The boot of a machine.  Reads what the machine names.  Raises `InputError`."""
    from ..boots.debugging import debugger_of
    from ..boots.load import load_kernel
    from ..boots.start_kernel import boot

    kernel = load_kernel(machine)
    facts = Facts(machine.name, kernel.layout, kernel.sizes.sizeof("struct page"), kernel.release)
    subject = Subject.of(machine)
    return Recording(facts, kernel.trace, lambda: debugger_of(kernel), lambda: boot(kernel), subject)

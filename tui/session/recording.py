"""A boot that is recorded while one looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..settings.session_store import Subject
from .snapshot import Facts

if TYPE_CHECKING:
    from ...boots.core.inputs import Machine
    from ...boots.core.kernel import Kernel
    from ...boots.loader.what_if_syntax import WhatIf
    from ...model.debugger.debugger import Debugger
    from ...model.trace.events import Trace


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
    machine: Machine | None = None
    """The machine as it was named, for others like it."""
    tried: WhatIf | None = None
    """What makes it another boot than the machine's own."""

    def prepared(self) -> Debugger:
        """A debugger that has already replayed who got which memory, which takes a while for a large
        machine; call this when all is recorded."""
        debugger = self.debugger()
        debugger.owners.prepare()
        debugger.history.touched.prepare()
        return debugger


def of_machine(machine: Machine) -> Recording:
    """The boot of a machine.  Reads what the machine names.  Raises `InputError`."""
    from ...boots.loader.load import load_kernel

    return _of_kernel(machine, load_kernel(machine))


def of_what_if(tried: WhatIf) -> Recording:
    """The boot of a machine that is varied.  Reads what the machine names.  Raises `InputError`."""
    from ...boots.loader.what_if import load_what_if

    return _of_kernel(tried.machine, load_what_if(tried.machine, tried.variation), tried)


def _of_kernel(machine: Machine, kernel: Kernel, tried: WhatIf | None = None) -> Recording:
    from ...boots.init.main import boot
    from ...boots.sources.session import debugger_of

    # What is recorded can be looked at while it grows: a boot may be as long as it is.
    kernel.machine = replace(kernel.machine, long=True)
    facts = Facts(machine.name, kernel.layout, kernel.sizes.sizeof("struct page"), kernel.release, kernel)
    return Recording(
        facts=facts,
        trace=kernel.trace,
        debugger=lambda: debugger_of(kernel),
        run=lambda: boot(kernel),
        subject=Subject.of(machine),
        machine=machine,
        tried=tried,
    )

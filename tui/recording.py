"""A boot that is recorded while one looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .snapshot import Facts

if TYPE_CHECKING:
    from ..boots.machine import Machine
    from ..model.trace import Trace


@dataclass(frozen=True)
class Recording:
    """A boot ready to run into `trace`: `run` records all of it, and returns when it has.  `symbols` are the
    kernel's, with their addresses."""

    facts: Facts
    trace: Trace
    symbols: Mapping[str, int]
    run: Callable[[], None]


def of_machine(machine: Machine) -> Recording:
    """The boot of a machine.  Reads what the machine names.  Raises `InputError`."""
    from ..boots.load import load_kernel
    from ..boots.start_kernel import boot

    kernel = load_kernel(machine)
    facts = Facts(machine.name, kernel.layout, kernel.sizes.sizeof("struct page"))
    return Recording(facts, kernel.trace, kernel.image.symbols, lambda: boot(kernel))

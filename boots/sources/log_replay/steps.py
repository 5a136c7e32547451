"""What a kernel did without a line that says so, as steps of a replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ....model.logs.kernel_log import KernelLog
from ....model.logs.records.memblock import ArrayDoubled, MemblockCall, MemblockDump, MemblockRequest
from ....model.logs.records.record import Understood
from ....model.logs.records.summary import CommandLine
from ....model.memory.state import State

BEFORE_PARAMETERS = ("BIOS-provided physical RAM map", "Machine model: ")
"""Lines that kernels print before they parse early parameters: setup_arch of x86, setup_machine_fdt."""


class Step(NamedTuple):
    """Something done to the `state` by a kernel's `function`, that the replay records as a call of it, after
    the line of that number (0: before all lines).

    `do` changes the state through its own recorded methods (``memblock_add_range``, `Zones.set_node` …); what
    it changes becomes one event.  `why` is the reason that it must have happened, in words; "" if the line
    itself says it.  `arguments` are by name.
    """

    line: int
    function: str
    do: Callable[[State], None]
    why: str = ""
    arguments: tuple[tuple[str, object], ...] = ()


def first_memblock_line(understood: Understood) -> int:
    """The first line of the file in which memblock speaks, 0 if it never does."""
    kinds = (MemblockCall, MemblockRequest, MemblockDump, ArrayDoubled)
    return min((record.line.number for record in understood.records if isinstance(record, kinds)), default=0)


def speaks_from_the_start(log: KernelLog, understood: Understood) -> bool:
    """Whether memblock says all that it does from its first call on: a kernel built so, which speaks before
    ``memblock=debug`` could be parsed, or without it."""
    calls = (record.line.number for record in understood.records if isinstance(record, MemblockCall))
    first = min(calls, default=0)
    if not log.extent.begins or not first:
        return False
    parsed = next((line.number for line in log.lines if line.text.startswith(BEFORE_PARAMETERS)), 0)
    told = next((record for record in understood.records if isinstance(record, CommandLine)), None)
    return first < parsed or (told is not None and told.whole and "memblock=debug" not in told.text)

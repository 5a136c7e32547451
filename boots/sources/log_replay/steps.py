"""What a kernel did without a line that says so, as steps of a replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ....model.logs.records.memblock import ArrayDoubled, MemblockCall, MemblockDump, MemblockRequest
from ....model.logs.records.record import Understood
from ....model.memory.state import State


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

"""What explanations of one boot stand on: its debugger, states at any position, /proc/iomem at its end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ...memory.state import Replica, State
from ...text.iomem import Resource, e820_tree, iomem_tree
from ...trace.events import Kind

if TYPE_CHECKING:
    from ...debugger.debugger import Debugger

KEPT = 4
"""Ends of a boot that is still recorded for which /proc/iomem is kept."""


class Ground:
    """One boot, and what is worked out of it once."""

    def __init__(self, debugger: Debugger) -> None:
        self.trace = debugger.trace
        self.facts = debugger.facts
        self.entries = debugger.arch.entries
        self.arch = debugger.arch
        self.names = debugger.position_names
        self.occurrences = debugger.occurrences
        self.owners = debugger.owners
        self.why = debugger.why
        self.phases = debugger.phases
        self.history = debugger.history
        self.shifts = debugger.names.shifts
        self.symbols = debugger.names.symbols
        self._replica: Replica | None = None
        self.iomem = lru_cache(KEPT)(self._iomem)

    @property
    def page_size(self) -> int:
        """PAGE_SIZE in bytes."""
        return 1 << self.shifts.page

    def state(self, position: int) -> State:
        """The state at a position, valid until the next question."""
        if self._replica is None:
            self._replica = Replica(self.trace)
        self._replica.move(position)
        return self._replica.state

    def end_of(self, enter: int) -> int:
        """The event with which a call returns, or the end of what is recorded."""
        return self.trace.partner(enter) or len(self.trace)

    def resources(self) -> Resource | None:
        """/proc/iomem as memory decides it at the end; None where too little is known."""
        return self.iomem(len(self.trace)) if self.trace.finished else None

    def _iomem(self, end: int) -> Resource | None:
        state, facts = self.state(end), self.facts
        kernel = [Resource(part.start, part.end - 1, part.name) for part in facts.parts]
        inside = [*kernel, *self._crash_kernels(end)]
        if facts.can.e820 and state.e820.e820_table:
            return e820_tree(state.e820.e820_table, inside)
        memory, reserved = state.memblock.memory.regions, state.memblock.reserved.regions
        return iomem_tree(memory, reserved, facts.page_shift, inside) if memory else None

    def _crash_kernels(self, end: int) -> Iterator[Resource]:
        for piece in self.owners.reserved(end):
            if piece.value.name.startswith("crash kernel"):
                yield Resource(piece.start, piece.end - 1, "Crash kernel")

    def has_calls(self) -> bool:
        """Whether it is told which function anything happens in."""
        return self.trace.last_of_kind(Kind.ENTER) >= 0


_grounds: WeakKeyDictionary[Debugger, Ground] = WeakKeyDictionary()


def ground_of(debugger: Debugger) -> Ground:
    """The ground of a debugger's boot, made when first asked for."""
    found = _grounds.get(debugger)
    if found is None or found.owners is not debugger.owners:
        found = _grounds[debugger] = Ground(debugger)
    return found

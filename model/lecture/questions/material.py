"""The boot that questions are made of: its trace, and its state at any position, which nobody else looks
at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from ...arch.spec import Arch
from ...base.units import sized_range
from ...build.address_map import Placement
from ...debugger.debugger import Debugger
from ...memory.pagetable.tables import Run
from ...memory.state import State
from ...source.facts import Facts
from ...text.events import named_arguments, range_of
from ...trace.events import Kind, Trace


class Material:
    """A boot that is recorded whole.  It has a debugger of its own, and moves that as it likes."""

    def __init__(self, trace: Trace, facts: Facts) -> None:
        self.trace = trace
        self.facts = facts
        self.debugger = Debugger(trace, facts)
        self.occurrences = self.debugger.occurrences
        self.owners = self.debugger.owners

    @property
    def arch(self) -> Arch:
        """The kernel's architecture."""
        return self.facts.arch

    def at(self, position: int) -> State:
        """The state at a position; valid until the next one is asked for."""
        self.debugger.replica.move(position)
        return self.debugger.state

    def placement(self, position: int) -> Placement | None:
        """How the address map lies at a position; None if there is none."""
        self.at(position)
        return self.debugger.placement()

    # ---- calls ----

    def calls(self, *names: str) -> Iterator[int]:
        """The ENTER events of functions, each in order, that returned."""
        for name in names:
            for function in self.occurrences.functions_named(name):
                for enter in self.occurrences.enters(function.number):
                    if self.trace.partner(enter):
                        yield enter

    def first_call(self, *names: str) -> int | None:
        """The first call of the first of these functions that is called at all, and returned."""
        for name in names:
            for enter in self.calls(name):
                return enter
        return None

    def after(self, enter: int) -> int:
        """The position just after a call."""
        return self.trace.partner(enter) + 1

    def name(self, enter: int) -> str:
        """The name of the function of an ENTER event."""
        return self.trace.function(enter).name

    def asker(self, event: int) -> str:
        """The innermost function around an event that is none of memblock's own, "" if there is none."""
        for enter in self.trace.outwards(event):
            name = self.name(enter)
            if not name.startswith("memblock_"):
                return name
        return ""

    def outermost(self, enter: int) -> int:
        """The call of memblock's own that a call of it was made in, or itself."""
        trace = self.trace
        while (caller := trace.parent(enter)) >= 0 and self.name(caller).startswith("memblock_"):
            enter = caller
        return enter

    def call_words(self, enter: int) -> str:
        """A call with the memory that it is about: ``memblock_reserve [0x48000000-0x480fffff] 1.0 MiB``."""
        found = range_of(named_arguments(self.trace, enter))
        if found is None or found[1] <= found[0]:
            return f"{self.name(enter)}()"
        return f"{self.name(enter)} {sized_range(found[0], found[1] - found[0])}"

    def place(self, enter: int) -> str:
        """A function and where it stands in the kernel's source: ``memblock_add_range,
        mm/memblock.c:588``."""
        function = self.trace.function(enter)
        place = str(self.debugger.lines.place(function.name, function.kernel_file))
        return f"{function.name}, {place}" if place else function.name

    def moment(self, position: int) -> str:
        """The name of a position."""
        return self.debugger.position_names.name(position)

    # ---- what happens between two positions ----

    def changes(self, start: int, stop: int) -> Iterator[Any]:
        """Every change from one position to another, in order."""
        return (change for _, changes in self.trace.changes(start, stop) for change in changes)

    def has(self, kind: Kind, start: int, stop: int) -> bool:
        """Whether an event of a kind happens from one position to another."""
        return next(self.trace.of_kind(kind, start, stop), None) is not None

    def runs(self, position: int) -> dict[str, Sequence[Run]]:
        """What the trees of page tables map at a position, by the trees' names."""
        return {name: tuple(tree.runs) for name, tree in self.at(position).trees.items()}

    @cached_property
    def zones_start(self) -> int | None:
        """The call that finds the nodes' zones; None if this boot has none."""
        return self.first_call("free_area_init")

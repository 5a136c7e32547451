"""The phases of a boot: what a timeline shows.

A phase begins with the first call of one of the functions that open it (init/main.c ``start_kernel``,
the architecture's kernel/setup.c ``setup_arch``) and lasts until the next one begins.
"""

from __future__ import annotations

from bisect import bisect_right

from msgspec import Struct

from ..arch.spec import PhaseOpener
from ..language.words import translatable
from .calls import CallIndex

OPENERS = (
    PhaseOpener(translatable("early parameters"), translatable("params"), ("parse_early_param",)),
    PhaseOpener(translatable("device tree unflattened"), translatable("tree"), ("unflatten_device_tree",)),
    PhaseOpener(translatable("sparse memory"), translatable("sparse"), ("sparse_init",)),
    PhaseOpener(
        translatable("CMA and reservations"),
        "CMA",
        ("dma_contiguous_reserve", "reserve_crashkernel", "arch_reserve_crashkernel"),
    ),
    PhaseOpener(translatable("command line"), translatable("cmdline"), ("setup_command_line",)),
    PhaseOpener(translatable("per-CPU areas"), translatable("per-CPU"), ("setup_per_cpu_areas",)),
    PhaseOpener(translatable("hash tables"), translatable("hash"), ("vfs_caches_init_early",)),
    PhaseOpener(
        translatable("handover to the buddy allocator"),
        translatable("buddy"),
        ("mm_init", "mm_core_init", "mem_init"),
    ),
)
"""The phases of every architecture; each has some more of its own."""

FIRST, FIRST_SHORT = translatable("start of the kernel"), "start"


class Phase(Struct, frozen=True):
    """The events from `start` up to `end`, not included; `short` is a name for where room is scarce."""

    name: str
    start: int
    end: int
    short: str


class Phases:
    """The phases of a trace, also while it grows."""

    def __init__(self, occurrences: CallIndex) -> None:
        self.occurrences = occurrences
        self._openers = (*OPENERS, *occurrences.arch.phases)
        self._starts: dict[str, int] = {}
        self._length = -1
        self._all: tuple[Phase, ...] = ()

    def all(self) -> tuple[Phase, ...]:
        """Every phase recorded so far, in order; together they cover the trace."""
        trace = self.occurrences.trace
        length = len(trace)
        if length != self._length:
            self._length = length
            self._all = self._compute(length)
        return self._all

    def _compute(self, length: int) -> tuple[Phase, ...]:
        for opener in self._openers:
            if opener.name not in self._starts:
                found = [
                    first for each in opener.functions if (first := self.occurrences.first(each)) is not None
                ]
                if found:
                    self._starts[opener.name] = min(found)
        starts = sorted((start, name) for name, start in self._starts.items())
        if not starts or starts[0][0] > 0:
            starts.insert(0, (0, FIRST))
        ends = [start for start, _ in starts[1:]] + [length]
        shorts = {FIRST: FIRST_SHORT, **{opener.name: opener.short for opener in self._openers}}
        return tuple(
            Phase(name, start, end, shorts[name]) for (start, name), end in zip(starts, ends, strict=True)
        )

    def at(self, position: int) -> int:
        """The index of the phase that a position is in: that of the event before it."""
        starts = [phase.start for phase in self.all()]
        return max(bisect_right(starts, max(position - 1, 0)) - 1, 0)

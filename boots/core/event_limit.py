"""Boots that are too long to be recorded are refused before they are endured.

What a boot does grows with the memory that it maps page by page, with the sections of memory, and with the
tests of it that are asked for.  How many events each of these takes at the least is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import Memblock
from ...model.trace.events import Trace, TraceFull

if TYPE_CHECKING:
    from .kernel import Kernel

USUAL_EVENTS = 3_500_000
"""So many are recorded of a boot that is not said to be long, in ten seconds and half a gigabyte: 300 GiB
that are mapped page by page.  A damaged device tree often tells of a terabyte."""
EVENTS_PER_TABLE = 20
EVENTS_PER_SECTION = 20
EVENTS_PER_TEST = 5


def bound(k: Kernel) -> None:
    """Let a boot end with `TraceFull` that takes longer than anybody expects."""
    if not k.machine.long:
        k.trace.MOST_EVENTS = min(k.trace.MOST_EVENTS, USUAL_EVENTS)


def memory_below(memblock: Memblock, end: int) -> int:
    """How many bytes of memory lie below a physical address."""
    regions = memblock.memory.regions
    return sum(max(min(region.base + region.size, end) - region.base, 0) for region in regions)


def refuse_if_too_long(k: Kernel, tables: int) -> None:
    """What lies ahead when memory is known and nothing is mapped yet; `tables` are those that the linear map
    will have.  Raises `TraceFull`."""
    # A map may tell of memory above what the kernel has sections for.
    sections = memory_below(k.memblock, 1 << k.layout.max_physmem_bits) >> k.layout.section_size_bits
    events = tables * EVENTS_PER_TABLE + sections * EVENTS_PER_SECTION + k.memtest_pattern * EVENTS_PER_TEST
    if len(k.trace) + events > k.trace.MOST_EVENTS:
        raise TraceFull(events)


def could_be_long(k: Kernel, full: TraceFull) -> bool:
    """Whether a boot that was refused would be recorded if it were said to be long."""
    events = full.args[0] if full.args else 0
    return not k.machine.long and events <= Trace.MOST_EVENTS

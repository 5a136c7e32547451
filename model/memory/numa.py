"""What the kernel learned of NUMA nodes: their memory, their distances, where each CPU's variables lie.

Mirrors mm/numa_memblks.c and, on PCs until 6.11, arch/x86/mm/numa.c.
"""

from __future__ import annotations

from typing import NamedTuple

from ..trace.events import Kind
from .recorded import RecordedList


class NumaMemblk(NamedTuple):
    """One ``struct numa_memblk``: memory from `start` up to `end`, and its node."""

    start: int
    end: int
    nid: int

    @property
    def last(self) -> int:
        """The last address, as it is printed."""
        return self.end - 1


class NumaTables:
    """Lists that record what is done to them: `meminfo` and `reserved_meminfo` of `NumaMemblk`; `distance` of
    rows, each the distances from one node to all; `per_cpu_offset` of numbers, one a CPU: what is added to
    the address of a per-CPU variable."""

    def __init__(self) -> None:
        self.meminfo = RecordedList("numa.numa_meminfo", Kind.NUMA)
        self.reserved_meminfo = RecordedList("numa.numa_reserved_meminfo", Kind.NUMA)
        self.distance = RecordedList("numa.numa_distance", Kind.NUMA)
        self.per_cpu_offset = RecordedList("numa.__per_cpu_offset", Kind.NUMA)

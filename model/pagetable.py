"""Page tables, held as runs."""
from __future__ import annotations

from typing import NamedTuple

from .trace import DictTarget, ListTarget


class Run(NamedTuple):
    """Neighbouring leaf entries of equal level, size and attributes whose outputs follow each other.

    Addresses are bytes, `va_end` is the first byte after; `attrs` is the descriptor with its output address
    cleared; `level` 3 is a page; `cont` tells whether the contiguous bit is set.
    """

    va_start: int
    va_end: int
    pa_start: int
    level: int
    page_size: int
    cont: bool
    attrs: int


class TableRun(NamedTuple):
    """Table pages of one level that follow each other in a walk by virtual address, with equal steps."""

    level: int
    pa_first: int
    pa_step: int
    count: int
    va_first: int
    va_step: int
    attrs: int
    """The bits of the descriptors that point at them (0 for the root), the output address cleared."""


class PageTables:
    """The kernel's page tables (the tree under the pgd that TTBR1 holds).

    `fields` holds ``root_pa`` and ``start_level``; `runs` the leaf runs by address; `tables` the table pages.
    """

    def __init__(self) -> None:
        self.fields = DictTarget()
        self.runs = ListTarget()
        self.tables = ListTarget()

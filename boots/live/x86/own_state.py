"""What a running x86 kernel has of its own in memory."""

from __future__ import annotations

from collections.abc import Mapping

from ....model.build.address_map import AddressMap
from ....model.memory.contents import Variable
from ..reading.own import LinearMap, OwnState
from .e820 import E820Reader
from .variables import PAIRS, VARIABLES

PAGE_OFFSET_L4 = 0xFFFF888000000000
"""``__PAGE_OFFSET_BASE_L4``: where physical memory is mapped unless KASLR or a fifth level moves that."""
LARGEST = 1 << 52
"""Bytes of physical memory that there may be."""


def linear_map(layout: AddressMap | None, variables: Mapping[str, Variable]) -> LinearMap | None:
    """All physical memory, from ``page_offset_base`` on."""
    start = variables.get("page_offset_base")
    if not isinstance(start, int):
        start = layout.page_offset if layout is not None else PAGE_OFFSET_L4
    return LinearMap(start, start + LARGEST, 0)


X86 = OwnState(VARIABLES, PAIRS, (E820Reader,), keeps_per_cpu_offset=True, linear_map=linear_map)

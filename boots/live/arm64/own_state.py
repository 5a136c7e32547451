"""What a running arm64 kernel has of its own in memory."""

from __future__ import annotations

from collections.abc import Mapping

from ....model.build.address_map import AddressMap
from ....model.memory.contents import Variable
from ..reading.own import LinearMap, OwnState
from .data_in_code import find_data
from .variables import VARIABLES

USUAL_VA_BITS = 48
NOT_YET = -1
"""What ``memstart_addr`` holds before memory is known."""


def linear_map(layout: AddressMap | None, variables: Mapping[str, Variable]) -> LinearMap | None:
    """PHYS_OFFSET (``memstart_addr``) stands at PAGE_OFFSET."""
    physical = variables.get("memstart_addr")
    if not isinstance(physical, int) or physical == NOT_YET:
        return None
    if layout is not None:
        return LinearMap(layout.direct_map.start, layout.direct_map.end, physical)
    start = (1 << 64) - (1 << USUAL_VA_BITS)
    return LinearMap(start, start + (1 << USUAL_VA_BITS - 1), physical)


ARM64 = OwnState(VARIABLES, linear_map=linear_map, find_data=find_data)

"""The index of what changes are about: the first and the last byte of a range count, no others.

Covers affected.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.index.affected import Shifts
from bootstep.model.index.affected_index import AffectedIndex
from bootstep.model.index.selectors import PHYSICAL, VIRTUAL
from small_boot import BLOCK, recorded

TRACE = recorded()


@pytest.mark.parametrize(("space", "first"), [(VIRTUAL, 0xFFFF_0000_0000_0000), (PHYSICAL, 0x4000_0000)])
def test_a_byte_is_found_in_the_one_change_that_maps_it(space: str, first: int) -> None:
    index = AffectedIndex(TRACE, space, Shifts(12, 27), False)

    def touching(byte: int) -> list[int]:
        return list(index.touching(byte, byte + 1, 0, len(TRACE)))

    (earlier,), (later,) = touching(first + BLOCK - 1), touching(first + BLOCK)
    assert earlier < later
    assert touching(first) == [earlier]
    assert touching(first - 1) == touching(first + 6 * BLOCK) == []
    assert list(index.touching(first, first + 2 * BLOCK, later, len(TRACE))) == [later]

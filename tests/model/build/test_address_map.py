"""What follows from an address map alone, for every number of levels."""

from __future__ import annotations

import pytest
from bootstep.model.build.address_map import Placement, Range
from msgspec.structs import replace
from small_boot import MAP


@pytest.mark.parametrize(
    ("levels", "pmd", "pud", "p4d", "pgdir"),
    [(2, 21, 21, 21, 21), (3, 21, 30, 30, 30), (4, 21, 30, 39, 39), (5, 21, 30, 39, 48)],
)
def test_a_level_that_there_is_not_is_folded_into_the_root(
    levels: int, pmd: int, pud: int, p4d: int, pgdir: int
) -> None:
    found = replace(MAP, levels=levels)
    shifts = (found.pmd_shift, found.pud_shift, found.p4d_size.bit_length() - 1, found.pgdir_shift)
    assert shifts == (pmd, pud, p4d, pgdir)


def test_a_range_has_its_first_address_and_not_its_end() -> None:
    there = Range(0x1000, 0x3000)
    assert (0x1000 in there, 0x2FFF in there, 0x3000 in there) == (True, True, False)
    assert there.size == 0x2000


def test_constants_have_the_kernels_names_and_those_of_the_architecture() -> None:
    found = replace(MAP, extra={"VA_BITS": 48}).constants()
    assert found["PAGE_OFFSET"] == MAP.direct_map.start
    assert found["NR_MEM_SECTIONS"] == 1 << 21
    assert found["VA_BITS"] == 48


def test_the_direct_map_begins_with_some_physical_address() -> None:
    here = Placement(MAP, 0x4000_0000)
    assert here.linear(0x4000_1000) == MAP.direct_map.start + 0x1000
    assert here.physical(MAP.direct_map.start + 0x1000) == 0x4000_1000
    assert here.linear(0x3FFF_F000) is None, "below the first"
    assert here.physical(MAP.direct_map.end) is None


def test_while_that_is_not_known_nothing_is_translated() -> None:
    here = Placement(MAP, None, "phys_base")
    assert here.linear(0x4000_0000) is None
    assert here.physical(MAP.direct_map.start) is None

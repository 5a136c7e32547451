"""Sizes and constants of a kernel's build.

Covers bounds.py.
"""

import json
from pathlib import Path

import bootstep.boots.loader.machine_file
import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.sizes import Sizes

KERNEL = bootstep.boots.loader.machine_file.SHIPPED / "kernels" / "6.1-4k48"


def read(path: Path) -> dict[str, object]:
    return json.loads(path.read_text())


@pytest.fixture
def sizes() -> Sizes:
    return Sizes.from_json(read(KERNEL / "sizes.json"), read(KERNEL / "consts.json"), "sizes.json")


def test_the_sizes_of_a_small_6_1_kernel(sizes: Sizes) -> None:
    assert sizes.sizeof("struct page") == 64
    assert sizes.sizeof("struct mem_section") == 16
    assert sizes.constant("MAX_RESERVED_REGIONS") == 64
    assert sizes.variable("__log_buf") == 2 << 20
    assert sizes.enumeration("zone_type")["ZONE_MOVABLE"] == 3
    assert ("phandle", 8, 4, "") in sizes.members["device_node"]


def test_what_is_unknown_is_named_with_its_source(sizes: Sizes) -> None:
    with pytest.raises(InputError, match="does not tell the size of struct folio"):
        sizes.sizeof("struct folio")
    with pytest.raises(InputError, match="does not tell NO_SUCH_CONSTANT"):
        sizes.constant("NO_SUCH_CONSTANT")


def test_a_structure_this_kernel_has_not_got_is_unknown(sizes: Sizes) -> None:
    with pytest.raises(InputError, match="struct io_tlb_pool"):
        sizes.sizeof("struct io_tlb_pool")


def test_computed_constants_fill_gaps_only(sizes: Sizes) -> None:
    completed = sizes.completed({"PAGE_SHIFT": 16, "FRESH": 7})
    assert completed.constant("PAGE_SHIFT") == 12
    assert completed.constant("FRESH") == 7


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="does not look like the sizes of a kernel"):
        Sizes.from_json({"sizeof": [1, 2]}, {}, "x.json")

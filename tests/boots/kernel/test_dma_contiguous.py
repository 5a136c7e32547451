"""The default CMA area.

Covers boots/mm/cma.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.kernel.dma_contiguous import dma_contiguous_reserve, early_cma
from bootstep.model.memory.memblock import memblock_reserve
from device_tree_kernel import GIB, MIB, kernel_with_tree, log, regions

FOUR_GIB = 4 * GIB


def kernel(size: int = GIB) -> Kernel:
    k = kernel_with_tree("", memory=((GIB, size),))
    k.memstart_addr = GIB
    k.high_memory = k.layout.page_offset + size
    return k


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (None, "cma: Reserved 64 MiB at 0x000000007c000000"),
        ("128M", "cma: Reserved 128 MiB at 0x0000000078000000"),
        ("64M@0x50000000", "cma: Reserved 64 MiB at 0x0000000050000000"),
        ("64M@0x50000000-0x60000000", "cma: Reserved 64 MiB at 0x000000005c000000"),
        ("1M", "cma: Reserved 4 MiB at 0x000000007fc00000"),
    ],
)
def test_an_area_is_placed_as_the_command_line_says(value: str | None, line: str) -> None:
    k = kernel()
    if value:
        early_cma(k, value)
    dma_contiguous_reserve(k, FOUR_GIB)
    assert log(k) == [line]
    assert k.totalcma_pages == k.cma.cma_areas[0].page_count


def test_cma_0_is_no_area() -> None:
    k = kernel()
    early_cma(k, "0")
    dma_contiguous_reserve(k, FOUR_GIB)
    assert log(k) == []


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (
            "3G",
            [
                "cma: Size (0x00000000c0000000) of region at 0x0000000000000000 exceeds limit "
                "(0x0000000080000000)",
                "cma: Failed to reserve 3072 MiB",
            ],
        ),
        (
            "64M@0x50100000",
            [
                "cma: Region at 0x0000000050100000 must be aligned to 0x0000000000400000 bytes",
                "cma: Failed to reserve 64 MiB",
            ],
        ),
        (
            "64M@0x7e000000",
            [
                "cma: Region at 0x000000007e000000 defined on low/high memory boundary (0x0000000080000000)",
                "cma: Failed to reserve 64 MiB",
            ],
        ),
    ],
)
def test_an_area_that_does_not_fit_is_not_reserved(value: str, lines: list[str]) -> None:
    k = kernel()
    early_cma(k, value)
    dma_contiguous_reserve(k, FOUR_GIB)
    assert log(k) == lines
    assert regions(k, "reserved") == []


def test_a_fixed_place_that_is_taken_is_refused() -> None:
    k = kernel()
    memblock_reserve(k.memblock, 0x50000000, 64 * MIB)
    early_cma(k, "64M@0x50000000")
    dma_contiguous_reserve(k, FOUR_GIB)
    assert log(k)[-1] == "cma: Failed to reserve 64 MiB"


def test_with_memory_above_4_gib_and_no_limit_the_area_is_put_there() -> None:
    k = kernel(8 * GIB)
    dma_contiguous_reserve(k, 0)
    assert log(k) == ["cma: Reserved 64 MiB at 0x0000000100000000"]


def test_a_size_without_a_value_is_an_error() -> None:
    k = kernel()
    assert early_cma(k, None) == -22

"""The bounce buffer."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.kernel.swiotlb import (
    SWIOTLB_VERBOSE,
    setup_io_tlb_npages,
    swiotlb_adjust_size,
    swiotlb_init,
)
from device_tree_kernel import GIB, MIB, kernel_with_tree, log, regions


def kernel(size: int = GIB, cpus: int = 2) -> Kernel:
    k = kernel_with_tree("", memory=((GIB, size),))
    k.arm64_dma_phys_limit = 4 * GIB
    k.cpu_possible = tuple(range(cpus))
    return k


def test_memory_out_of_reach_makes_a_buffer_of_64_mib() -> None:
    k = kernel()
    swiotlb_init(k, True, SWIOTLB_VERBOSE)
    assert log(k) == [
        "software IO TLB: area num 2.",
        "software IO TLB: mapped [mem 0x000000007c000000-0x0000000080000000] (64MB)",
    ]


def test_without_need_there_is_none() -> None:
    k = kernel()
    swiotlb_init(k, False, SWIOTLB_VERBOSE)
    assert regions(k, "reserved") == []


@pytest.mark.parametrize(
    ("value", "need", "lines"),
    [
        ("noforce", True, []),
        ("force", False, ["area num 2.", "mapped [mem 0x000000007c000000-0x0000000080000000] (64MB)"]),
        ("1024,force", False, ["area num 2.", "mapped [mem 0x000000007fe00000-0x0000000080000000] (2MB)"]),
        ("1000", True, ["area num 2.", "mapped [mem 0x000000007fe00000-0x0000000080000000] (2MB)"]),
        ("128,8", True, ["area num 8.", "SWIOTLB bounce buffer size roundup to 2MB"]),
    ],
)
def test_the_command_line_decides_size_and_need(value: str, need: bool, lines: list[str]) -> None:
    k = kernel()
    setup_io_tlb_npages(k, value)
    swiotlb_init(k, need, SWIOTLB_VERBOSE)
    assert log(k)[: len(lines)] == [f"software IO TLB: {line}" for line in lines]


def test_areas_are_a_power_of_two() -> None:
    k = kernel(cpus=3)
    swiotlb_init(k, True, 0)
    assert log(k) == ["software IO TLB: area num 4."]


def test_where_there_is_little_room_the_buffer_is_halved_until_it_fits() -> None:
    k = kernel(20 * MIB)
    swiotlb_init(k, True, SWIOTLB_VERBOSE)
    name = "swiotlb_memblock_alloc"
    assert log(k)[1:4] == [
        f"software IO TLB: {name}: Failed to allocate 67108864 bytes tlb structure",
        f"software IO TLB: {name}: Failed to allocate 33554432 bytes tlb structure",
        "software IO TLB: SWIOTLB bounce buffer size adjusted 32768 -> 8192 slabs",
    ]
    assert log(k)[4].endswith("(16MB)")


def test_the_architecture_may_shrink_it_unless_the_command_line_spoke() -> None:
    k = kernel()
    swiotlb_adjust_size(k, MIB)
    assert log(k) == ["software IO TLB: SWIOTLB bounce buffer size adjusted to 1MB"]
    swiotlb_adjust_size(k, 2 * MIB)
    assert k.default_nslabs == 512

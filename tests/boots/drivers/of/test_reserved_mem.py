"""What the device tree reserves.

Covers reserved_regions.py.
"""

from __future__ import annotations

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.of.reserved_mem import early_init_fdt_scan_reserved_mem
from bootstep.model.memory.memblock import memblock_reserve
from device_tree_kernel import GIB, MIB, kernel_with_tree, log, regions


def kernel_reserving(children: str, before: tuple[int, int] | None = None) -> Kernel:
    nodes = f"reserved-memory {{ #address-cells = <2>; #size-cells = <2>; ranges; {children} }};"
    k = kernel_with_tree(nodes, memory=((GIB, GIB),))
    if before:
        memblock_reserve(k.memblock, *before)
    early_init_fdt_scan_reserved_mem(k)
    return k


def test_a_node_with_an_address_is_reserved_there() -> None:
    k = kernel_reserving("fw@60000000 { reg = <0 0x60000000 0 0x100000>; };")
    assert regions(k, "reserved") == [(0x60000000, MIB)]


def test_no_map_memory_is_marked_and_not_reserved() -> None:
    k = kernel_reserving("tz@60000000 { reg = <0 0x60000000 0 0x100000>; no-map; };")
    assert regions(k, "reserved") == []
    assert [(r.base, r.size) for r in k.memblock.memory.regions if r.flags] == [(0x60000000, MIB)]


def test_memory_in_use_cannot_be_kept_out_of_the_linear_map() -> None:
    k = kernel_reserving("tz@60000000 { reg = <0 0x60000000 0 0x100000>; no-map; };", (0x60000000, MIB))
    assert log(k) == [
        "OF: fdt: Reserved memory: failed to reserve memory for node 'tz@60000000': "
        "base 0x0000000060000000, size 1 MiB"
    ]


def test_reserved_memory_with_other_cell_counts_is_ignored() -> None:
    k = kernel_with_tree("reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges; };")
    early_init_fdt_scan_reserved_mem(k)
    assert log(k) == ["OF: fdt: Reserved memory: unsupported node format, ignoring"]


def test_a_node_that_is_disabled_reserves_nothing() -> None:
    k = kernel_reserving('fw@60000000 { status = "disabled"; reg = <0 0x60000000 0 0x100000>; };')
    assert regions(k, "reserved") == []


def test_a_node_without_an_address_gets_one_from_its_ranges_highest_first() -> None:
    ranges = "0 0x50000000 0 0x10000000"
    k = kernel_reserving(
        f"pool {{ size = <0 0x400000>; alignment = <0 0x100000>; alloc-ranges = <{ranges}>; }};"
    )
    assert regions(k, "reserved") == [(0x5FC00000, 4 * MIB)]


def test_ranges_without_memory_leave_a_node_without_any() -> None:
    k = kernel_reserving("pool { size = <0 0x400000>; alloc-ranges = <0 0x80000000 0 0x10000000>; };")
    assert log(k)[-1] == "OF: reserved mem: failed to allocate memory for node 'pool': size 4 MiB"


def test_a_reusable_pool_is_aligned_for_cma_and_may_be_the_default() -> None:
    k = kernel_reserving(
        'linux,cma { compatible = "shared-dma-pool"; reusable; size = <0 0x2000000>; linux,cma-default; };'
    )
    assert log(k) == [
        "Reserved memory: created CMA memory pool at 0x000000007e000000, size 32 MiB",
        "OF: reserved mem: initialized node linux,cma, compatible id shared-dma-pool",
    ]
    assert k.cma.dma_contiguous_default_area == k.cma.cma_areas[0]
    assert k.totalcma_pages == 8192


def test_a_misaligned_cma_region_is_freed_again() -> None:
    k = kernel_reserving(
        'c@60100000 { compatible = "shared-dma-pool"; reusable; reg = <0 0x60100000 0 0x400000>; };'
    )
    assert log(k) == [
        "Reserved memory: incorrect alignment of CMA region",
        "OF: reserved mem: node c@60100000 compatible matching fail",
    ]
    assert regions(k, "reserved") == []


def test_overlapping_regions_are_reported_by_address() -> None:
    k = kernel_reserving(
        "b@60080000 { reg = <0 0x60080000 0 0x100000>; }; a@60000000 { reg = <0 0x60000000 0 0x100000>; };"
    )
    assert log(k) == [
        "OF: reserved mem: OVERLAP DETECTED!\n"
        "a@60000000 (0x0000000060000000--0x0000000060100000) overlaps with "
        "b@60080000 (0x0000000060080000--0x0000000060180000)"
    ]


def test_memreserve_entries_are_reserved() -> None:
    k = kernel_with_tree("/memreserve/ 0x60000000 0x1000;\n", memory=((GIB, GIB),))
    early_init_fdt_scan_reserved_mem(k)
    assert regions(k, "reserved") == [(0x60000000, 0x1000)]


def test_a_crash_dumps_header_is_reserved_unless_something_is_there() -> None:
    k = kernel_with_tree("", memory=((GIB, GIB),))
    k.elfcorehdr_addr, k.elfcorehdr_size = 0x60000000, 0x1000
    early_init_fdt_scan_reserved_mem(k)
    early_init_fdt_scan_reserved_mem(k)
    assert regions(k, "reserved") == [(0x60000000, 0x1000)]
    assert log(k) == [
        "OF: fdt: Reserving 4 KiB of memory at 0x60000000 for elfcorehdr",
        "OF: fdt: elfcorehdr is overlapped",
    ]

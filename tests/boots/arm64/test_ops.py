"""What generic code asks of arm64, and which steps a release takes.

Covers boots/core/arch.py, boots/core/order.py, kernel/assumptions.py,
mm/hugetlbpage.py, mm/memory.py, order.py, variables.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.arm64.order import ORDERS
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.core.order import order_of
from bootstep.boots.loader.architectures import ARCHITECTURES
from bootstep.model.build.release import Release
from device_tree_kernel import GIB, MIB, bare_kernel


@pytest.fixture
def k() -> Kernel:
    return bare_kernel()


def test_the_variables_of_arm64_are_followed_beside_those_of_every_kernel(k: Kernel) -> None:
    names = list(k.variable_names)
    assert list(k.state.variables) == [name for name in names if k.has_variable(name)]
    assert set(Kernel.variable_names) < set(names)
    assert "memstart_addr" not in Kernel.variable_names
    assert names[names.index("memstart_addr") - 1] == "boot_command_line"
    k.memstart_addr = GIB
    assert k.state.variables["memstart_addr"] == GIB


@pytest.mark.parametrize(
    ("release", "first", "of_scan"),
    [
        (Release(5, 7), "stext", "v5_7"),
        (Release(5, 8, 0), "__primary_switch", "v5_7"),
        (Release(5, 17, 0), "__primary_switch", "of"),
        (Release(6, 8), "__primary_switch", "of"),
        (Release(6, 9, 0), "primary_entry", "of"),
        (Release(7, 0), "primary_entry", "of"),
    ],
)
def test_a_release_takes_the_steps_of_the_last_order_that_it_has_reached(
    release: Release, first: str, of_scan: str
) -> None:
    order = order_of(ORDERS, release)
    assert order.enter.__name__ == first
    assert ("v6_8" in order.paging_init.__module__) == ((5, 8) <= release < (6, 9))
    assert order.scan_firmware.__module__.split(".")[-2] == of_scan


def test_an_older_release_than_all_takes_the_steps_of_the_oldest() -> None:
    assert order_of(ORDERS, Release(4, 19)) is ORDERS[0]


def test_orders_are_told_oldest_first() -> None:
    since = [order.since for order in ORDERS]
    assert since == sorted(set(since))


def test_a_kernel_has_the_hooks_of_its_architecture_and_keeps_them_when_it_boots_again(k: Kernel) -> None:
    assert k.arch is ARCHITECTURES["arm64"].ops
    assert (k.again().arch, k.again().order) == (k.arch, k.order)


def test_the_linear_map_begins_at_memstart_addr_and_so_do_the_page_structs(k: Kernel) -> None:
    k.memstart_addr = GIB
    assert k.phys_to_virt(GIB + 5) == k.layout.page_offset + 5
    assert k.virt_to_phys(k.phys_to_virt(3 * GIB + 7)) == 3 * GIB + 7
    assert k.arch.max_dma_address(k) == GIB
    assert k.arch.arch_pfn_offset(k) == GIB >> 12


def test_low_memory_and_a_crash_kernels_too_ends_where_devices_reach(k: Kernel) -> None:
    k.arm64_dma_phys_limit = 4 * GIB
    assert k.arch.arch_low_address_limit(k) == 4 * GIB - 1
    assert k.arch.crash_limits(k) == (4 * GIB, 1 << 48, 2 * MIB, 128 * MIB)


def test_huge_pages_have_the_sizes_of_blocks_and_of_contiguous_runs(k: Kernel) -> None:
    sizes = [1 << shift for shift in range(12, 40) if k.arch.arch_hugetlb_valid_size(k, 1 << shift)]
    assert sizes == [64 << 10, 2 * MIB, 32 * MIB, GIB]

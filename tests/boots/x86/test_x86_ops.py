"""What generic code asks of x86-64, and what a PC may not be.

Covers ops.py, order.py, variables.py, mm/hugetlbpage.py, kernel/assumptions.py.
"""

from __future__ import annotations

import pytest
from booted_pc import GIB, MIB, loaded_pc
from bootstep.boots.core import kernel
from bootstep.boots.core.order import order_of
from bootstep.boots.x86.order import ORDERS
from bootstep.boots.x86.variables import Kernel
from bootstep.model.build.release import Release
from msgspec.structs import replace

GB_PAGES = "max"


def test_the_variables_of_x86_are_followed_beside_those_of_every_kernel() -> None:
    k = loaded_pc()
    names = list(k.variable_names)
    assert set(kernel.Kernel.variable_names) < set(names)
    assert "phys_base" not in kernel.Kernel.variable_names
    assert names[names.index("boot_command_line") + 1] == "phys_base"
    k.pfn_mapped = (0, 0x100)
    assert k.state.variables["pfn_mapped"] == (0, 0x100)


def test_before_the_first_instruction_variables_have_their_first_values() -> None:
    k = loaded_pc()
    assert (k.cr3, k.pci_mem_start, k.crashk_res) == ("early_top_pgt", 0xAEEDBABE, (0, 0))


@pytest.mark.parametrize("release", [(6, 1), (6, 6), (6, 12)])
def test_every_release_enters_by_startup_64_and_maps_before_it_knows_nodes(release: tuple[int, int]) -> None:
    order = order_of(ORDERS, Release(*release))
    steps = (order.enter, order.scan_firmware, order.memblock_init, order.paging_init, order.bootmem_init)
    assert [step.__name__ for step in steps] == [
        "startup_64",
        "e820__memory_setup",
        "e820__memblock_setup",
        "init_mem_mapping",
        "initmem_init",
    ]


def test_the_direct_map_and_the_image_have_physical_addresses() -> None:
    k = loaded_pc()
    ops = k.arch
    assert ops.phys_to_virt(k, MIB) == 0xFFFF888000100000
    assert ops.virt_to_phys(k, 0xFFFF888000100000) == MIB
    assert ops.max_dma_address(k) == 16 * MIB
    assert ops.arch_low_address_limit(k) == 4 * GIB - 1
    assert ops.arch_pfn_offset(k) == 0


def test_protections_are_those_of_the_headers() -> None:
    k = loaded_pc()
    assert k.arch.prot(k, "PAGE_KERNEL") == 0x8000000000000163
    assert k.arch.prot(k, "PAGE_KERNEL_RO") == 0x8000000000000161
    assert k.arch.table_prot(k) == 0x67
    k.supported_pte_mask &= ~(1 << 63)
    assert k.arch.prot(k, "PAGE_KERNEL") == 0x163, "without NX nothing is marked so"


def test_huge_pages_are_2_mib_and_with_the_cpu_1_gib() -> None:
    old, new = loaded_pc(), loaded_pc(cpu=GB_PAGES)
    assert [k.arch.arch_hugetlb_valid_size(k, 2 * MIB) for k in (old, new)] == [True, True]
    assert [k.arch.arch_hugetlb_valid_size(k, GIB) for k in (old, new)] == [False, True]
    assert not new.arch.arch_hugetlb_valid_size(new, 4 * MIB)


def test_a_kernel_that_is_not_at_2_mib_never_gets_far() -> None:
    k = loaded_pc()
    assert k.arch.cannot_start(k) == ""
    k.machine = replace(k.machine, load_address=0x1001000)
    assert "not at a multiple of 2.0 MiB" in k.arch.cannot_start(k)


def test_a_kernel_outside_ram_collides() -> None:
    k = loaded_pc()
    assert list(k.arch.collisions(k)) == []
    far: Kernel = loaded_pc()
    far.machine = replace(far.machine, load_address=16 * GIB)
    assert any("kernel" in words for words in far.arch.collisions(far))


def test_bases_that_nobody_tells_are_said_to_be_unknown() -> None:
    options = {"RANDOMIZE_BASE": "y", "RANDOMIZE_MEMORY": "y"}
    k = loaded_pc(options=options, kaslr="{ text = 0xffffffff8c400000 }")
    assert any("the direct map, vmalloc, vmemmap" in words for words in k.arch.assumed(k))
    assert not list(loaded_pc().arch.assumed(loaded_pc()))

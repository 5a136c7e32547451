"""The list of setup_data is reserved and read."""

from __future__ import annotations

import struct

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.x86.kernel.early.setup_data import (
    memblock_x86_reserve_range_setup_data,
    parse_setup_data,
)
from bootstep.boots.x86.mm.fixmap import early_ioremap_init
from bootstep.boots.x86.variables import Kernel
from bootstep.model.build.kconfig import KConfig
from bootstep.model.firmware.boot_params import (
    SETUP_E820_EXT,
    SETUP_IMA,
    SETUP_INDIRECT,
    SETUP_PCI,
    SETUP_RNG_SEED,
    SetupData,
    packed_entries,
)
from device_tree_kernel import log, regions
from e820_machine import GIB, RAM, entries, pc_kernel, ranges_of


def kernel(*nodes: SetupData) -> Kernel:
    k = pc_kernel(setup_data=nodes)
    early_ioremap_init(k)
    return k


def test_each_node_is_reserved_to_the_byte() -> None:
    k = kernel(SetupData(0x7E000018, SETUP_PCI, 0x100), SetupData(0x20000, SETUP_RNG_SEED, 32))
    memblock_x86_reserve_range_setup_data(k)
    assert regions(k, "reserved") == [(0x20000, 48), (0x7E000018, 0x110)]


def test_what_an_indirect_node_points_to_is_reserved_too() -> None:
    data = struct.pack("<IIQQ", SETUP_PCI, 0, 0x2000, 0x7D000000)
    k = kernel(SetupData(0x7E000000, SETUP_INDIRECT, len(data), data))
    memblock_x86_reserve_range_setup_data(k)
    assert regions(k, "reserved") == [(0x7D000000, 0x2000), (0x7E000000, 0x28)]


def test_a_node_that_points_to_another_such_reserves_itself_only() -> None:
    data = struct.pack("<IIQQ", SETUP_INDIRECT, 0, 0x2000, 0x7D000000)
    k = kernel(SetupData(0x7E000000, SETUP_INDIRECT, len(data), data))
    memblock_x86_reserve_range_setup_data(k)
    assert regions(k, "reserved") == [(0x7E000000, 0x28)]


def test_a_seed_is_overwritten_with_its_length() -> None:
    k = kernel(SetupData(0x20000, SETUP_RNG_SEED, 32), SetupData(0x30000, SETUP_PCI, 64))
    parse_setup_data(k)
    assert [node.length for node in k.setup_data] == [0, 64]


def test_what_does_not_fit_into_an_early_mapping_ends_the_boot() -> None:
    for type in (SETUP_E820_EXT, SETUP_RNG_SEED):
        with pytest.raises(KernelPanic):
            parse_setup_data(kernel(SetupData(0x20000, type, 1 << 20)))


def test_ranges_of_memory_are_added_to_the_map() -> None:
    data = packed_entries(entries([(0, GIB, RAM), (4 * GIB, 5 * GIB, RAM)]))
    k = kernel(SetupData(0x20000, SETUP_E820_EXT, len(data), data))
    parse_setup_data(k)
    assert ranges_of(k) == [(0, GIB, RAM), (4 * GIB, 5 * GIB, RAM)]


def test_measurements_are_reserved_by_kernels_that_measure() -> None:
    node = SetupData(0x20000, SETUP_IMA, 16, struct.pack("<QQ", 0x7C000000, 0x3000))
    k = kernel(node)
    k.config = KConfig.parse("CONFIG_IMA=y\n", "test")
    parse_setup_data(k)
    assert regions(k, "reserved") == [(0x7C000000, 0x3000)]
    k = kernel(node)
    parse_setup_data(k)
    assert regions(k, "reserved") == []
    assert log(k)[-1] == "Passed IMA kexec data, but CONFIG_IMA not set. Ignoring."

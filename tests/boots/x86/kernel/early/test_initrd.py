"""The initrd is kept where it is, or moved.  Covers boots/x86/mm/pfn_mapped.py."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.x86.kernel.early.initrd import early_reserve_initrd, reserve_initrd
from bootstep.boots.x86.mm.pfn_mapped import pfn_range_is_mapped
from bootstep.boots.x86.variables import Kernel
from bootstep.model.memory.memblock import memblock_add
from device_tree_kernel import log, regions
from e820_machine import GIB, MIB, pc_kernel

START, SIZE = 0x7FFDC000, 0x3600


def kernel(mapped: int, **params: int) -> Kernel:
    """A kernel with 2 GiB of which so many bytes are mapped."""
    k = pc_kernel(params={"hdr_ramdisk_image": START, "hdr_ramdisk_size": SIZE, **params})
    memblock_add(k.memblock, MIB, 2 * GIB - MIB)
    k.pfn_mapped = (0, mapped >> 12)
    k.max_pfn_mapped = mapped >> 12
    k.memblock.debug = False
    return k


def test_its_end_is_rounded_up_to_a_page() -> None:
    k = kernel(2 * GIB)
    early_reserve_initrd(k)
    assert regions(k, "reserved") == [(START, 0x4000)]


def test_what_is_mapped_stays() -> None:
    k = kernel(2 * GIB)
    early_reserve_initrd(k)
    reserve_initrd(k)
    assert (k.initrd_start, k.initrd_end) == (k.phys_to_virt(START), k.phys_to_virt(START) + SIZE)
    assert log(k)[-1] == "RAMDISK: [mem 0x7ffdc000-0x7ffdffff]"
    assert regions(k, "reserved") == [(START, 0x4000)]


def test_what_is_not_mapped_is_moved_and_its_old_place_freed() -> None:
    k = kernel(GIB)
    early_reserve_initrd(k)
    reserve_initrd(k)
    moved = GIB - 0x4000
    assert k.initrd_start == k.phys_to_virt(moved)
    assert regions(k, "reserved") == [(moved, 0x4000)]
    assert log(k)[-2:] == [
        "Allocated new RAMDISK: [mem 0x3fffc000-0x3ffff5ff]",
        "Move RAMDISK from [mem 0x7ffdc000-0x7ffdf5ff] to [mem 0x3fffc000-0x3ffff5ff]",
    ]


def test_a_kernel_that_cannot_move_it_panics() -> None:
    k = kernel(MIB)
    with pytest.raises(KernelPanic, match="Cannot find place for new RAMDISK of size 13824"):
        reserve_initrd(k)


def test_of_a_boot_loader_without_a_number_none_is_taken() -> None:
    k = kernel(2 * GIB, type_of_loader=0)
    early_reserve_initrd(k)
    reserve_initrd(k)
    assert regions(k, "reserved") == []
    assert k.initrd_start == 0


def test_the_command_line_tells_where_the_zero_page_does_not() -> None:
    k = kernel(2 * GIB, hdr_ramdisk_image=0, hdr_ramdisk_size=0)
    k.phys_initrd_start, k.phys_initrd_size = GIB, MIB
    reserve_initrd(k)
    assert k.initrd_start == k.phys_to_virt(GIB)


def test_pages_are_mapped_if_one_range_has_them_all() -> None:
    k = pc_kernel()
    k.pfn_mapped = (0, 100, 200, 300)
    assert pfn_range_is_mapped(k, 200, 300)
    assert not pfn_range_is_mapped(k, 50, 250)

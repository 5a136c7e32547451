"""The trampoline below 1 MiB.  Covers init.py."""

from __future__ import annotations

from bootstep.boots.x86.realmode.init import real_mode_size_needed, reserve_real_mode
from bootstep.boots.x86.variables import Kernel
from bootstep.model.memory.memblock import memblock_add, memblock_reserve
from device_tree_kernel import log, regions
from e820_machine import GIB, MIB, pc_kernel


def kernel() -> Kernel:
    k = pc_kernel()
    memblock_add(k.memblock, 0x1000, 0x9E000)
    memblock_add(k.memblock, MIB, GIB)
    return k


def test_it_lies_as_high_as_it_can_and_all_of_the_first_mib_is_reserved() -> None:
    k = kernel()
    size = real_mode_size_needed(k)
    assert size == 0x6000
    reserve_real_mode(k)
    assert k.real_mode_header == k.phys_to_virt(0x9F000 - size)
    assert regions(k, "reserved") == [(0, MIB)]


def test_a_second_call_does_nothing() -> None:
    k = kernel()
    reserve_real_mode(k)
    lines = len(log(k))
    reserve_real_mode(k)
    assert len(log(k)) == lines


def test_without_room_there_is_no_trampoline() -> None:
    k = kernel()
    memblock_reserve(k.memblock, 0, MIB)
    reserve_real_mode(k)
    assert k.real_mode_header == 0
    assert "No sub-1M memory is available for the trampoline" in log(k)

"""Where a crash kernel's memory is put since 6.7: crashkernel= in admin-guide/kernel-parameters.txt.

Covers boots/arm64/mm/reserve_crashkernel.py.
"""

from __future__ import annotations

from bootstep.boots.arm64.mm.init import arch_reserve_crashkernel
from bootstep.boots.core.kernel import Kernel
from device_tree_kernel import GIB, MIB, kernel_with_tree, log, regions


def reserved(crashkernel: str, size: int = 8 * GIB, low_limit: int = 4 * GIB) -> Kernel:
    k = kernel_with_tree("", memory=((GIB, size),))
    k.config.options["CRASH_RESERVE"] = "y"
    k.arm64_dma_phys_limit = low_limit
    k.boot_command_line = f"crashkernel={crashkernel}"
    arch_reserve_crashkernel(k)
    return k


def test_low_memory_is_taken_first() -> None:
    assert regions(reserved("256M"), "reserved") == [(4 * GIB - 256 * MIB, 256 * MIB)]


def test_what_does_not_fit_low_is_put_high_with_128_mib_below() -> None:
    k = reserved("4G")
    assert k.crashk_res == (5 * GIB, 9 * GIB - 1)
    assert log(k) == [
        "crashkernel low memory reserved: 0xf8000000 - 0x100000000 (128 MB)",
        "crashkernel reserved: 0x0000000140000000 - 0x0000000240000000 (4096 MB)",
    ]


def test_high_memory_can_be_asked_for_and_its_low_part_too() -> None:
    k = reserved("1G,high crashkernel=64M,low")
    assert k.crashk_res == (8 * GIB, 9 * GIB - 1)
    assert k.crashk_low_res == (4 * GIB - 64 * MIB, 4 * GIB - 1)


def test_without_high_memory_high_is_low() -> None:
    k = reserved("256M,high", size=2 * GIB)
    assert (k.crashk_res, k.crashk_low_res) == ((3 * GIB - 256 * MIB, 3 * GIB - 1), (0, 0))


def test_a_base_is_kept_or_refused() -> None:
    assert reserved("128M@0x60000000").crashk_res == (0x60000000, 0x67FFFFFF)
    assert log(reserved("128M@0x10000000")) == ["crashkernel reservation failed - memory is in use."]


def test_more_than_there_is_is_not_even_tried() -> None:
    assert log(reserved("16G")) == []


def test_more_than_is_free_cannot_be_had() -> None:
    k = reserved("2099M", size=2100 * MIB)
    assert k.crashk_res != (0, 0)
    arch_reserve_crashkernel(k)
    assert log(k)[-1] == f"cannot allocate crashkernel (size:{2099 * MIB:#x})"

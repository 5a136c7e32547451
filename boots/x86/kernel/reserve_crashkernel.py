"""Memory for a crash kernel.  Mirrors ``reserve_crashkernel()`` of arch/x86/kernel/setup.c, until 6.6; since
6.7 kernel/crash_reserve.c does it for all architectures."""

from __future__ import annotations

from typing import NamedTuple

from ....model.memory.memblock import memblock_phys_alloc_range, memblock_phys_free, memblock_phys_mem_size
from ....model.trace.recorder import traced
from ...core.arch import CrashLimits
from ...kernel import crash_reserve
from ...kernel.crash_core import parse_crashkernel, parse_crashkernel_high, parse_crashkernel_low
from ...kernel.swiotlb import IO_TLB_SHIFT
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup.c"

SZ_1M = 1 << 20
CRASH_ALIGN = 16 << 20
CRASH_ADDR_LOW_MAX = 4 << 30
CRASH_ADDR_HIGH_MAX = 64 << 40
"""Four levels of page tables reach no further, and a crash kernel may have no more."""
ENOMEM = 12


def crash_low_size_default(k: Kernel) -> int:
    """The low memory that a crash kernel above 4 GiB needs, in bytes: room for bounce buffers and for other
    devices' (arch/x86/include/asm/crash_reserve.h)."""
    return max((k.default_nslabs << IO_TLB_SHIFT) + (8 << 20), 256 << 20)


def crash_limits(k: Kernel) -> CrashLimits:
    """What generic code needs to know since 6.7 (arch/x86/include/asm/crash_reserve.h)."""
    return CrashLimits(CRASH_ADDR_LOW_MAX, CRASH_ADDR_HIGH_MAX, CRASH_ALIGN, crash_low_size_default(k))


class Request(NamedTuple):
    """What ``crashkernel=`` asks for, in bytes: size, base (0: anywhere), and whether it shall not be looked
    for below 4 GiB first."""

    size: int
    base: int
    high: bool = False


@traced
def reserve_crashkernel_low(k: Kernel) -> int:
    """Memory below 4 GiB for a crash kernel that lies above: as ``crashkernel=size,low`` says, or as much as
    is usual.  Returns 0 or an error."""
    low_mem_limit = min(memblock_phys_mem_size(k.memblock), CRASH_ADDR_LOW_MAX)
    error, low_size, _ = parse_crashkernel_low(k, k.boot_command_line, low_mem_limit)
    if error:
        low_size = crash_low_size_default(k)
    elif not low_size:
        return 0
    low_base = memblock_phys_alloc_range(k.memblock, low_size, CRASH_ALIGN, 0, CRASH_ADDR_LOW_MAX)
    if not low_base:
        k.pr_err("Cannot reserve {}MB crashkernel low memory, please try smaller size.", low_size // SZ_1M)
        return -ENOMEM
    k.pr_info(
        "Reserving {}MB of low memory at {}MB for crashkernel (low RAM limit: {}MB)",
        *(low_size // SZ_1M, low_base // SZ_1M, low_mem_limit // SZ_1M),
    )
    k.crashk_low_res = (low_base, low_base + low_size - 1)
    return 0


def crashkernel_request(k: Kernel, total_mem: int) -> Request | None:
    """What the command line asks for; None if that is nothing, or makes no sense."""
    error, size, base = parse_crashkernel(k, k.boot_command_line, total_mem)
    if not error and size:
        return Request(size, base)
    error, size, base = parse_crashkernel_high(k, k.boot_command_line, total_mem)
    return None if error or not size else Request(size, base, True)


def _allocate(k: Kernel, request: Request) -> int:
    """Allocate where it is asked for, or else low before high.  Returns a physical address; 0, and says so,
    if there is no room."""
    size, wanted, high = request
    if wanted:
        if memblock_phys_alloc_range(k.memblock, size, SZ_1M, wanted, wanted + size) == wanted:
            return wanted
        k.pr_info("crashkernel reservation failed - memory is in use.")
        return 0
    for end in (CRASH_ADDR_HIGH_MAX,) if high else (CRASH_ADDR_LOW_MAX, CRASH_ADDR_HIGH_MAX):
        base = memblock_phys_alloc_range(k.memblock, size, CRASH_ALIGN, CRASH_ALIGN, end)
        if base:
            return base
    k.pr_info("crashkernel reservation failed - No suitable area found.")
    return 0


@traced
def reserve_crashkernel(k: Kernel) -> None:
    """Reserve the memory that ``crashkernel=`` asks for (until 6.6)."""
    if not k.config.enabled("KEXEC_CORE"):
        return
    total_mem = memblock_phys_mem_size(k.memblock)
    request = crashkernel_request(k, total_mem)
    base = _allocate(k, request) if request else 0
    if not request or not base:
        return
    size = request.size
    if base >= CRASH_ADDR_LOW_MAX and reserve_crashkernel_low(k):
        memblock_phys_free(k.memblock, base, size)
        return
    k.pr_info(
        "Reserving {}MB of memory at {}MB for crashkernel (System RAM: {}MB)",
        *(size // SZ_1M, base // SZ_1M, total_mem // SZ_1M),
    )
    k.crashk_res = (base, base + size - 1)


@traced
def arch_reserve_crashkernel(k: Kernel) -> None:
    """Reserve the memory that ``crashkernel=`` asks for (since 6.7)."""
    # The option has a name of its own since 6.9.
    if not k.config.enabled("CRASH_RESERVE" if k.release >= (6, 9) else "KEXEC_CORE"):
        return
    request = crash_reserve.parse_crashkernel(k, k.boot_command_line, memblock_phys_mem_size(k.memblock))
    if not request.ret:
        crash_reserve.reserve_crashkernel_generic(k, request)

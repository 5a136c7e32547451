"""Memory for a crash kernel.  Mirrors arch/arm64/mm/init.c: ``reserve_crashkernel()``, until 6.6; since 6.7
kernel/crash_reserve.c does it for all architectures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ....model.base.pfn import PFN_ALIGN
from ....model.memory.memblock import memblock_phys_alloc_range, memblock_phys_free, memblock_phys_mem_size
from ....model.trace.recorder import traced
from ...core.arch import CrashLimits
from ...kernel.crash_core import parse_crashkernel, parse_crashkernel_high, parse_crashkernel_low
from .pgtable_prot import phys_mask_shift

if TYPE_CHECKING:
    from ..variables import Kernel

KERNEL_FILE = "arch/arm64/mm/init.c"

CRASH_ALIGN = 2 << 20
CRASH_HIGH_SEARCH_BASE = 4 << 30
DEFAULT_CRASH_KERNEL_LOW_SIZE = 128 << 20
ENOENT = 2


def crash_limits(k: Kernel) -> CrashLimits:
    """What generic code needs to know since 6.7 (arch/arm64/include/asm/crash_reserve.h)."""
    high_max = 1 << phys_mask_shift(k)
    return CrashLimits(k.arm64_dma_phys_limit, high_max, CRASH_ALIGN, DEFAULT_CRASH_KERNEL_LOW_SIZE)


class Request(NamedTuple):
    """What ``crashkernel=`` asks for, in bytes: size, base (0: anywhere), whether it may lie high, and how
    much low memory it then needs besides."""

    size: int
    base: int
    high: bool = False
    low_size: int = 0


@traced
def reserve_crashkernel_low(k: Kernel, low_size: int) -> int:
    """Memory below the DMA limit for a crash kernel that lies above it.  Returns 0 or -12."""
    low_base = memblock_phys_alloc_range(k.memblock, low_size, CRASH_ALIGN, 0, k.arm64_dma_phys_limit)
    if not low_base:
        k.pr_err("cannot allocate crashkernel low memory (size:0x{:x}).", low_size)
        return -12
    low_end = low_base + low_size
    k.pr_info(
        "crashkernel low memory reserved: 0x{:08x} - 0x{:08x} ({} MB)", low_base, low_end, low_size >> 20
    )
    k.crashk_low_res = (low_base, low_end - 1)
    return 0


def crashkernel_request(k: Kernel) -> Request | None:
    """What the command line asks for; None if that is nothing, or makes no sense."""
    cmdline = k.boot_command_line
    error, size, base = parse_crashkernel(k, cmdline, memblock_phys_mem_size(k.memblock))
    if error != -ENOENT:
        return None if error or not size else Request(size, base)
    error, size, base = parse_crashkernel_high(k, cmdline, 0)
    if error or not size:
        return None
    error, low_size, base = parse_crashkernel_low(k, cmdline, 0)
    if error == -ENOENT:
        # Since 6.2 there is low memory even if nobody asks for it.
        low_size = DEFAULT_CRASH_KERNEL_LOW_SIZE if k.release >= (6, 2) else 0
    elif error:
        return None
    return Request(size, base, True, low_size)


def places(k: Kernel, request: Request) -> Iterator[tuple[int, int, int]]:
    """Where to look, in this order: from, up to (physical addresses), and how much low memory is needed for
    what is found there."""
    _, base, high, low_size = request
    low_end, high_end = k.arm64_dma_phys_limit, 1 << phys_mask_shift(k)
    if base:
        yield base, base + request.size, low_size
    elif high:
        # Since 6.5 high means above 4 GiB, and low memory is the next best.
        yield CRASH_HIGH_SEARCH_BASE if k.release >= (6, 5) else 0, high_end, low_size
        if k.release >= (6, 5):
            yield 0, low_end, low_size
    else:
        yield 0, low_end, low_size
        # Since 6.2 high memory will do, with some low memory.
        if k.release >= (6, 2):
            yield low_end if k.release >= (6, 5) else 0, high_end, DEFAULT_CRASH_KERNEL_LOW_SIZE


def _allocate(k: Kernel, request: Request) -> tuple[int, int]:
    """Allocate in the first place with room.  Returns where that is, 0 for nowhere, and how much low memory
    is needed besides."""
    for start, end, low_size in places(k, request):
        base = memblock_phys_alloc_range(k.memblock, request.size, CRASH_ALIGN, start, end)
        if base:
            return base, low_size
    return 0, 0


@traced
def reserve_crashkernel(k: Kernel) -> None:
    """Reserve the memory that ``crashkernel=`` asks for."""
    request = crashkernel_request(k) if k.config.enabled("KEXEC_CORE") else None
    if request is None:
        return
    request = request._replace(size=PFN_ALIGN(request.size, k.layout.page_shift))
    size = request.size
    base, low_size = _allocate(k, request)
    if not base:
        if request.base and k.release >= (6, 5):
            k.pr_warn("crashkernel reservation failed - memory is in use.")
        else:
            k.pr_warn("cannot allocate crashkernel (size:0x{:x})", size)
        return
    if base >= k.arm64_dma_phys_limit and low_size and reserve_crashkernel_low(k, low_size):
        memblock_phys_free(k.memblock, base, size)
        return
    k.pr_info("crashkernel reserved: 0x{:016x} - 0x{:016x} ({} MB)", base, base + size, size >> 20)
    k.crashk_res = (base, base + size - 1)

"""Memory for a crash kernel, as all architectures reserve it since 6.7.  Mirrors kernel/crash_reserve.c
(kernel/crash_core.c until 6.8), and ``arch_reserve_crashkernel`` of arch/arm64/mm/init.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...model.memory.memblock import memblock_phys_alloc_range, memblock_phys_free, memblock_phys_mem_size
from ...model.trace.recorder import traced
from ..arm64.mm.pgtable_prot import phys_mask_shift
from .crash_core import EINVAL, ENOENT, SUFFIX_HIGH, SUFFIX_LOW, __parse_crashkernel

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/crash_reserve.c"

ENOMEM = 12
CRASH_ALIGN = 2 << 20
DEFAULT_CRASH_KERNEL_LOW_SIZE = 128 << 20


class CrashRequest(NamedTuple):
    """What ``crashkernel=`` asks for: 0 or an error; size, base (0: anywhere) and the part that must be low,
    in bytes; whether the rest should be high."""

    ret: int
    size: int = 0
    base: int = 0
    low_size: int = 0
    high: bool = False


def _lowest_and_highest(k: Kernel) -> tuple[int, int]:
    """CRASH_ADDR_LOW_MAX and CRASH_ADDR_HIGH_MAX."""
    return k.arm64_dma_phys_limit, 1 << phys_mask_shift(k)


@traced
def parse_crashkernel(k: Kernel, cmdline: str, system_ram: int) -> CrashRequest:
    """Read ``crashkernel=size[@base]``, or else the pair of ``,high`` and ``,low``."""
    ret, size, base = __parse_crashkernel(k, cmdline, system_ram, "")
    low_size, high = 0, False
    if ret == -ENOENT:
        ret, size, base = __parse_crashkernel(k, cmdline, 0, SUFFIX_HIGH)
        if ret or not size:
            return CrashRequest(-EINVAL)
        ret, low_size, base = __parse_crashkernel(k, cmdline, 0, SUFFIX_LOW)
        if ret == -ENOENT:
            ret, low_size = 0, DEFAULT_CRASH_KERNEL_LOW_SIZE
        elif ret:
            return CrashRequest(ret)
        high = True
    if not size or size >= system_ram:
        ret = -EINVAL
    return CrashRequest(ret, size, base, low_size, high)


@traced
def reserve_crashkernel_low(k: Kernel, low_size: int) -> int:
    """Reserve `low_size` bytes that every device reaches.  Returns 0 or an error."""
    base = memblock_phys_alloc_range(k.memblock, low_size, CRASH_ALIGN, 0, _lowest_and_highest(k)[0])
    if not base:
        k.pr_err("cannot allocate crashkernel low memory (size:0x{:x}).", low_size)
        return -ENOMEM
    k.pr_info(
        "crashkernel low memory reserved: 0x{:08x} - 0x{:08x} ({} MB)",
        *(base, base + low_size, low_size >> 20),
    )
    k.crashk_low_res = (base, base + low_size)
    return 0


def _search(k: Kernel, request: CrashRequest) -> tuple[int, int]:
    """Find room: where it is asked for, or low (high), or else high (low).  Returns where, or 0, and how much
    must be low."""
    low_max, high_max = _lowest_and_highest(k)
    low, high = (0, low_max, request.low_size), (low_max, high_max, request.low_size)
    if request.base:
        attempts = [(request.base, request.base + request.size, request.low_size)]
    elif request.high:
        attempts = [high, low] if low_max != high_max else [high]
    else:
        attempts = [low, (low_max, high_max, DEFAULT_CRASH_KERNEL_LOW_SIZE)]
    for start, end, low_size in attempts:
        base = memblock_phys_alloc_range(k.memblock, request.size, CRASH_ALIGN, start, end)
        if base:
            return base, low_size
    return 0, 0


@traced
def reserve_crashkernel_generic(k: Kernel, request: CrashRequest) -> None:
    """Reserve what was asked for, or say that it cannot be had."""
    size = request.size
    base, low_size = _search(k, request)
    if not base:
        if request.base:
            k.pr_warn("crashkernel reservation failed - memory is in use.")
        else:
            k.pr_warn("cannot allocate crashkernel (size:0x{:x})", size)
        return
    if base >= _lowest_and_highest(k)[0] and low_size and reserve_crashkernel_low(k, low_size):
        memblock_phys_free(k.memblock, base, size)
        return
    k.pr_info("crashkernel reserved: 0x{:016x} - 0x{:016x} ({} MB)", base, base + size, size >> 20)
    k.crashk_res = (base, base + size)


@traced
def arch_reserve_crashkernel(k: Kernel) -> None:
    """Reserve the memory that ``crashkernel=`` asks for, if it asks for any."""
    if not k.config.enabled("CRASH_RESERVE"):
        return
    request = parse_crashkernel(k, k.boot_command_line, memblock_phys_mem_size(k.memblock))
    if not request.ret:
        reserve_crashkernel_generic(k, request)

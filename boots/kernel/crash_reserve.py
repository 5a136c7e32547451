"""Memory for a crash kernel, as all architectures reserve it since 6.7.  Mirrors kernel/crash_reserve.c
(kernel/crash_core.c until 6.8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...model.memory.memblock import memblock_phys_alloc_range, memblock_phys_free
from ...model.trace.recorder import traced
from .crash_core import EINVAL, ENOENT, SUFFIX_HIGH, SUFFIX_LOW, __parse_crashkernel

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/crash_reserve.c"

ENOMEM = 12


class CrashRequest(NamedTuple):
    """What ``crashkernel=`` asks for: 0 or an error; size, base (0: anywhere) and the part that must be low,
    in bytes; whether the rest should be high."""

    ret: int
    size: int = 0
    base: int = 0
    low_size: int = 0
    high: bool = False


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
            ret, low_size = 0, k.arch.crash_limits(k).low_size
        elif ret:
            return CrashRequest(ret)
        high = True
    if not size or size >= system_ram:
        ret = -EINVAL
    return CrashRequest(ret, size, base, low_size, high)


@traced
def reserve_crashkernel_low(k: Kernel, low_size: int) -> int:
    """Reserve `low_size` bytes that every device reaches.  Returns 0 or an error."""
    limits = k.arch.crash_limits(k)
    base = memblock_phys_alloc_range(k.memblock, low_size, limits.align, 0, limits.low_max)
    if not base:
        k.pr_err("cannot allocate crashkernel low memory (size:0x{:x}).", low_size)
        return -ENOMEM
    k.pr_info(
        "crashkernel low memory reserved: 0x{:08x} - 0x{:08x} ({} MB)",
        *(base, base + low_size, low_size >> 20),
    )
    k.crashk_low_res = (base, base + low_size - 1)
    return 0


def _search(k: Kernel, request: CrashRequest) -> tuple[int, int]:
    """Find room: where it is asked for, or low (high), or else high (low).  Returns where, or 0, and how much
    must be low."""
    low_max, high_max, align, default_low_size = k.arch.crash_limits(k)
    low, high = (0, low_max, request.low_size), (low_max, high_max, request.low_size)
    if request.base:
        attempts = [(request.base, request.base + request.size, request.low_size)]
    elif request.high:
        attempts = [high, low] if low_max != high_max else [high]
    else:
        attempts = [low, (low_max, high_max, default_low_size)]
    for start, end, low_size in attempts:
        base = memblock_phys_alloc_range(k.memblock, request.size, align, start, end)
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
    if base >= k.arch.crash_limits(k).low_max and low_size and reserve_crashkernel_low(k, low_size):
        memblock_phys_free(k.memblock, base, size)
        return
    k.pr_info("crashkernel reserved: 0x{:016x} - 0x{:016x} ({} MB)", base, base + size, size >> 20)
    k.crashk_res = (base, base + size - 1)

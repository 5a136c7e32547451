"""Memory that the memory type range registers do not cache.  Mirrors arch/x86/kernel/cpu/mtrr/cleanup.c.

/proc/mtrr tells the registers that are in use, not the type of what none of them is about.  Where one makes
memory write-back, all else is supposed to be uncachable: registers that change nothing are not wasted.
``enable_mtrr_cleanup``, by which the kernel writes other registers, is not followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ....model.firmware.pc_firmware import Mtrr
from ....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED
from ....model.trace.recorder import traced
from ...core.params import early_param
from ..mm.cpu_features import boot_cpu_has
from ..variables import Kernel
from .e820.ranges import e820__range_update
from .e820.table import e820__update_table_print

KERNEL_FILE = "arch/x86/kernel/cpu/mtrr/cleanup.c"

WRITE_BACK, UNCACHABLE, WRITE_PROTECT = "write-back", "uncachable", "write-protect"
FIXED_END = 1 << 20
FOUR_GIB = 1 << 32
AMD_K8 = 0xF

Range = tuple[int, int]
"""Physical addresses from one up to another."""


@early_param("disable_mtrr_trim")
@traced
def disable_mtrr_trim_setup(k: Kernel, p: str | None) -> int:
    """``disable_mtrr_trim``: use memory that is not cached all the same."""
    k.disable_mtrr_trim = True
    return 0


def mtrr_tom2(k: Kernel, end: int) -> int:
    """Up to where memory above 4 GiB is write-back without a register, as AMD's CPUs have it
    (``amd_special_default_mtrr``): all memory up to `end`, since BIOSes see to that.  0 where there is no
    such thing; virtual machines have none."""
    cpu = k.machine.cpu_features
    is_amd = cpu.vendor in ("AuthenticAMD", "HygonGenuine") and cpu.family >= AMD_K8
    return end if is_amd and not cpu.has("hypervisor") and end > FOUR_GIB else 0


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """Sorted; those that overlap or touch are one."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _without(ranges: Sequence[Range], start: int, end: int) -> list[Range]:
    """What of the ranges is not in [start, end)."""
    pieces = (piece for low, high in ranges for piece in ((low, min(high, start)), (max(low, end), high)))
    return [(low, high) for low, high in pieces if low < high]


def _uncached(k: Kernel, registers: Iterable[Mtrr]) -> Iterator[Range]:
    """What registers make uncachable; below 1 MiB others count."""
    for mtrr in registers:
        if mtrr.type not in (UNCACHABLE, WRITE_PROTECT):
            continue
        if mtrr.base < FIXED_END:
            k.pr_warn(
                "WARNING: BIOS bug: VAR MTRR {} contains strange UC entry under 1M,"
                " check with your system vendor!",
                mtrr.register,
            )
        yield max(mtrr.base, FIXED_END), mtrr.base + mtrr.size


def x86_get_mtrr_mem_range(k: Kernel, ranges: Iterable[Range]) -> list[Range]:
    """Memory that is cached: these ranges and what registers make write-back, without what others make
    uncachable."""
    registers = k.firmware.x86.mtrr
    cached = [(mtrr.base, mtrr.base + mtrr.size) for mtrr in registers if mtrr.type == WRITE_BACK]
    found = _merged([*ranges, *cached])
    for start, end in _uncached(k, registers):
        found = _without(found, start, max(start, end))
    return found


@traced
def real_trim_memory(k: Kernel, start: int, limit: int) -> int:
    """Reserve memory (from an address up to another) in the map.  Returns how many bytes were usable."""
    return e820__range_update(k, start, limit - start, E820_TYPE_RAM, E820_TYPE_RESERVED)


def _trim(k: Kernel, cached: Sequence[Range], end: int) -> int:
    """Reserve what is not cached: before, between and, up to `end`, behind.  Returns how many bytes were
    usable."""
    ends = [0, *(last for _, last in cached)]
    starts = [*(first for first, _ in cached), end]
    holes = [(low, high) for low, high in zip(ends, starts, strict=True) if low < high]
    return sum(real_trim_memory(k, low, high) for low, high in holes)


@traced
def mtrr_trim_uncached_memory(k: Kernel, end_pfn: int) -> bool:
    """Reserve in the map what is not cached, from 0 to the pfn where RAM ends: to use it would be very slow.
    Returns whether there was any."""
    if not k.config.enabled("MTRR") or not boot_cpu_has(k, "mtrr") or k.disable_mtrr_trim:
        return False
    types = {mtrr.type for mtrr in k.firmware.x86.mtrr}
    if WRITE_BACK not in types or types - {WRITE_BACK, UNCACHABLE}:
        return False
    end = end_pfn << k.layout.page_shift
    tom2 = mtrr_tom2(k, end)
    cached = x86_get_mtrr_mem_range(k, [(FOUR_GIB, tom2)] if tom2 else [])
    total_trim_size = _trim(k, cached, end)
    if not total_trim_size:
        return False
    k.pr_warn(
        "WARNING: BIOS bug: CPU MTRRs don't cover all of memory, losing {}MB of RAM.", total_trim_size >> 20
    )
    k.warn_on("1")
    k.pr_info("update e820 for mtrr")
    e820__update_table_print(k)
    return True

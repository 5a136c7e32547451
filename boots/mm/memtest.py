"""Testing free memory before it is used.  Mirrors mm/memtest.c.  The memory we have is good: nothing is found
bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import MEMBLOCK_NONE, NUMA_NO_NODE, for_each_free_mem_range
from ...model.trace.recorder import traced
from ..core.params import early_param
from ..lib.cmdline import simple_strtoull

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/memtest.c"

EINVAL, ERANGE = 22, 34
PATTERNS = (
    0,
    0xFFFFFFFFFFFFFFFF,
    0x5555555555555555,
    0xAAAAAAAAAAAAAAAA,
    0x1111111111111111,
    0x2222222222222222,
    0x4444444444444444,
    0x8888888888888888,
    0x3333333333333333,
    0x6666666666666666,
    0x9999999999999999,
    0xCCCCCCCCCCCCCCCC,
    0x7777777777777777,
    0xBBBBBBBBBBBBBBBB,
    0xDDDDDDDDDDDDDDDD,
    0xEEEEEEEEEEEEEEEE,
    0x7A6C7258554E494C,
)


@early_param("memtest")
@traced
def parse_memtest(k: Kernel, arg: str | None) -> int:
    """``memtest[=n]``: how many patterns to try, all without a number."""
    if arg is None:
        k.memtest_pattern = len(PATTERNS)
        return 0
    number, rest = simple_strtoull(arg.removeprefix("+"))
    if rest.removesuffix("\n") or rest == arg:
        return -EINVAL
    if number >> 32:
        return -ERANGE
    k.memtest_pattern = number
    return 0


@traced
def do_one_pass(k: Kernel, pattern: int, start: int, end: int) -> None:
    """Write a pattern to all free memory from `start` up to `end`, and read it back."""
    for free_start, free_end, _ in for_each_free_mem_range(k.memblock, NUMA_NO_NODE, MEMBLOCK_NONE):
        this_start = min(max(free_start, start), end)
        this_end = min(max(free_end, start), end)
        if this_start < this_end:
            shown = int.from_bytes(pattern.to_bytes(8, "little"), "big")
            k.pr_info("  {:#018x} - {:#018x} pattern {:016x}", this_start, this_end, shown)
            k.access(this_start, this_end - this_start)


@traced
def early_memtest(k: Kernel, start: int, end: int) -> None:
    """Test the free memory between two addresses with as many patterns as were asked for; zeroes come
    last."""
    if not k.memtest_pattern:
        return
    k.pr_info("early_memtest: # of tests: {}", k.memtest_pattern)
    for number in reversed(range(k.memtest_pattern)):
        do_one_pass(k, PATTERNS[number % len(PATTERNS)], start, end)

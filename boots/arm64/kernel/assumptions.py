"""What had to be supposed of a kernel and its CPU, since no file of the machine tells."""

from __future__ import annotations

from collections.abc import Iterator

from ..variables import Kernel
from .cpu import find_cpu
from .kaslr_early import has_nokaslr, seed_in
from .virt import likely_exception_level


def assumed(k: Kernel) -> Iterator[str]:
    """A sentence for each."""
    yield from _assumed_kaslr(k)
    yield from _assumed_level(k)


def _assumed_kaslr(k: Kernel) -> Iterator[str]:
    """What is to be said of a kernel that was moved, or would be, to where nobody knows."""
    drawn = k.machine.kaslr
    if not k.config.enabled("RANDOMIZE_BASE") or has_nokaslr(k.machine.cmdline or ""):
        return
    if drawn is None:
        # A CPU that makes random numbers makes KASLR's seed itself where the device tree has none.
        if find_cpu(k.machine.cpu).rng and not seed_in(k.fdt):
            words = "KASLR's seed would be random numbers of this CPU, which nobody knows"
            yield f"{words}: the kernel is not moved"
        return
    if drawn.offset is None:
        yield (
            "KASLR moved this kernel, nothing tells how far: the least it may be is assumed; the virtual"
            " addresses of the image turn on it, and how many page tables that takes"
        )
    if drawn.linear_map is None and drawn.offset != 0:
        yield (
            "KASLR may have moved the linear map too, nothing tells where to: here it is not moved; virtual"
            " addresses of memory turn on it, how many page tables they and vmemmap take, and in the log the"
            " from= of memblock_alloc_try_nid and its like"
        )


def _assumed_level(k: Kernel) -> Iterator[str]:
    """What is to be said of a level that nobody told, if something turns on it."""
    if not k.machine.exception_level and "kvm-arm.mode=protected" in (k.machine.cmdline or "").split():
        level = likely_exception_level(k.fdt, k.firmware)
        yield (
            f"the kernel starts at EL{level}, as firmware that is asked the way this one is starts kernels:"
            " whether a hypervisor's memory is reserved turns on it (exception_level)"
        )

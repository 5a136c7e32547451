"""The bounce buffer for devices that cannot reach all memory.  Mirrors kernel/dma/swiotlb.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import ALIGN
from ...model.memory.memblock import memblock_alloc, memblock_alloc_low
from ...model.trace.recorder import traced
from ..core.params import early_param
from ..lib.cmdline import simple_strtoull

if TYPE_CHECKING:
    from ..core.kernel import Kernel
    from ..core.subsystems import ReservedMem

KERNEL_FILE = "kernel/dma/swiotlb.c"

EINVAL = 22
SZ_1M = 1 << 20
IO_TLB_SHIFT = 11
IO_TLB_SEGSIZE = 128
IO_TLB_DEFAULT_SIZE = 64 << 20
IO_TLB_MIN_SLABS = SZ_1M >> IO_TLB_SHIFT
SWIOTLB_VERBOSE, SWIOTLB_FORCE, SWIOTLB_ANY = 1, 2, 4


def _roundup_pow_of_two(value: int) -> int:
    return 1 << (value - 1).bit_length()


@traced
def round_up_default_nslabs(k: Kernel) -> bool:
    """Make the number of slots a power of two that gives every area a whole segment.  Returns whether it
    grew."""
    if not k.default_nareas:
        return False
    if k.default_nslabs < IO_TLB_SEGSIZE * k.default_nareas:
        k.default_nslabs = _roundup_pow_of_two(IO_TLB_SEGSIZE * k.default_nareas)
        return True
    if k.default_nslabs & (k.default_nslabs - 1) == 0:
        return False
    k.default_nslabs = _roundup_pow_of_two(k.default_nslabs)
    return True


@traced
def swiotlb_adjust_nareas(k: Kernel, nareas: int) -> None:
    """Divide the buffer into as many areas, each with its own lock; rounded up to a power of two."""
    k.default_nareas = _roundup_pow_of_two(nareas or 1)
    k.pr_info("software IO TLB: area num {}.", k.default_nareas)
    if round_up_default_nslabs(k):
        k.pr_info(
            "software IO TLB: SWIOTLB bounce buffer size roundup to {}MB",
            k.default_nslabs << IO_TLB_SHIFT >> 20,
        )


def _limit_nareas(nareas: int, nslots: int) -> int:
    """``limit_nareas``: no more areas than there are whole segments."""
    return nslots // IO_TLB_SEGSIZE if nslots < nareas * IO_TLB_SEGSIZE else nareas


@early_param("swiotlb")
@traced
def setup_io_tlb_npages(k: Kernel, p: str | None) -> int:
    """``swiotlb=[slots][,areas][,force|noforce]``"""
    rest = p or ""
    if rest[:1].isdigit():
        slots, rest = simple_strtoull(rest)
        k.default_nslabs = ALIGN(slots, IO_TLB_SEGSIZE)
    rest = rest.removeprefix(",")
    if rest[:1].isdigit():
        nareas, rest = simple_strtoull(rest)
        swiotlb_adjust_nareas(k, nareas)
    rest = rest.removeprefix(",")
    if rest == "force":
        k.swiotlb_force_bounce = True
    elif rest == "noforce":
        k.swiotlb_force_disable = True
    return 0


@traced
def swiotlb_size_or_default(k: Kernel) -> int:
    """The size of the buffer that there would be, in bytes."""
    return k.default_nslabs << IO_TLB_SHIFT


@traced
def swiotlb_adjust_size(k: Kernel, size: int) -> None:
    """Let the architecture choose another size (bytes), unless the command line did."""
    if k.default_nslabs != IO_TLB_DEFAULT_SIZE >> IO_TLB_SHIFT:
        return
    size = ALIGN(size, 1 << IO_TLB_SHIFT)
    k.default_nslabs = ALIGN(size >> IO_TLB_SHIFT, IO_TLB_SEGSIZE)
    if round_up_default_nslabs(k):
        size = k.default_nslabs << IO_TLB_SHIFT
    k.pr_info("software IO TLB: SWIOTLB bounce buffer size adjusted to {}MB", size >> 20)


@traced
def swiotlb_print_info(k: Kernel, start: int, nslabs: int) -> None:
    """Say where the buffer is."""
    size = nslabs << IO_TLB_SHIFT
    k.pr_info("software IO TLB: mapped [mem {:#018x}-{:#018x}] ({}MB)", start, start + size, size >> 20)


@traced
def swiotlb_memblock_alloc(k: Kernel, nslabs: int, flags: int) -> int:
    """Allocate the buffer, below the DMA limit unless any memory will do.  Returns its physical address or
    0."""
    size = ALIGN(nslabs << IO_TLB_SHIFT, k.layout.page_size)
    if flags & SWIOTLB_ANY:
        tlb = memblock_alloc(k.memblock, size, k.layout.page_size)
    else:
        tlb = memblock_alloc_low(k.memblock, size, k.layout.page_size, k.arch.arch_low_address_limit(k))
    if not tlb:
        k.pr_warn(
            "software IO TLB: {}: Failed to allocate {} bytes tlb structure", "swiotlb_memblock_alloc", size
        )
    return tlb


def _alloc_slots_and_areas(k: Kernel, nslabs: int, nareas: int) -> bool:
    """Allocate what describes the buffer's slots and areas."""
    page_size = k.layout.page_size
    size = ALIGN(k.sizes.sizeof("struct io_tlb_slot") * nslabs, page_size)
    if not memblock_alloc(k.memblock, size, page_size):
        k.pr_warn(
            "software IO TLB: {}: Failed to allocate {} bytes align={:#x}",
            "swiotlb_init_remap",
            size,
            page_size,
        )
        return False
    areas = k.sizes.sizeof("struct io_tlb_area") * nareas
    if not memblock_alloc(k.memblock, areas, k.sizes.constant("SMP_CACHE_BYTES")):
        k.pr_warn("software IO TLB: {}: Failed to allocate mem->areas.", "swiotlb_init_remap")
        return False
    return True


@traced
def swiotlb_init_remap(k: Kernel, addressing_limit: bool, flags: int) -> None:
    """Allocate the buffer, half the size each time there is no room, and what describes it."""
    if (not addressing_limit and not k.swiotlb_force_bounce) or k.swiotlb_force_disable:
        return
    if not k.default_nareas:
        swiotlb_adjust_nareas(k, len(k.cpu_possible))
    nslabs = k.default_nslabs
    nareas = _limit_nareas(k.default_nareas, nslabs)
    while not (tlb := swiotlb_memblock_alloc(k, nslabs, flags)):
        if nslabs <= IO_TLB_MIN_SLABS:
            return
        nslabs = ALIGN(nslabs >> 1, IO_TLB_SEGSIZE)
        nareas = _limit_nareas(nareas, nslabs)
    if k.default_nslabs != nslabs:
        k.pr_info(
            "software IO TLB: SWIOTLB bounce buffer size adjusted {} -> {} slabs", k.default_nslabs, nslabs
        )
        k.default_nslabs = nslabs
    if k.release < (6, 6):
        # Before 6.6 the areas were allocated, and used, as if the buffer had its full size.
        nareas = k.default_nareas
    if _alloc_slots_and_areas(k, nslabs, nareas) and flags & SWIOTLB_VERBOSE:
        swiotlb_print_info(k, tlb, nslabs)


@traced
def swiotlb_init(k: Kernel, addressing_limit: bool, flags: int) -> None:
    """Set up the bounce buffer if some memory is out of a device's reach (`addressing_limit`), or if it is
    forced."""
    swiotlb_init_remap(k, addressing_limit, flags)


@traced
def rmem_swiotlb_setup(k: Kernel, rmem: ReservedMem) -> int:
    """Make a restricted bounce buffer of a node of reserved memory.  Returns 0 or an error."""
    properties = rmem.node.properties
    if any(name in properties for name in ("reusable", "linux,cma-default", "linux,dma-default", "no-map")):
        return -EINVAL
    k.pr_info(
        "software IO TLB: Reserved memory: created restricted DMA pool at {:#018x}, size {} MiB",
        rmem.base,
        rmem.size // SZ_1M,
    )
    return 0

"""The contiguous memory allocator's areas.  Mirrors mm/cma.c, up to what is reserved for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import ALIGN, IS_ALIGNED
from ...model.memory.memblock import (
    NUMA_NO_NODE,
    memblock_alloc_range_nid,
    memblock_end_of_DRAM,
    memblock_is_region_reserved,
    memblock_phys_free,
    memblock_reserve,
    memblock_set_bottom_up,
)
from ...model.trace.recorder import traced
from ..core.subsystems import CmaArea

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/cma.c"

EINVAL, ENOMEM, EBUSY, ENOSPC = 22, 12, 16, 28
SZ_1M = 1 << 20
SZ_4G = 1 << 32


@traced
def cma_init_reserved_mem(k: Kernel, base: int, size: int, order_per_bit: int, name: str) -> int:
    """Make an area of reserved memory (bytes); it becomes ``k.cma.cma_areas[-1]``.  Returns 0 or an error."""
    if k.cma_area_count == k.sizes.constant("MAX_CMA_AREAS"):
        k.pr_err("cma: Not enough slots for CMA reserved regions!")
        return -ENOSPC
    if not size or not memblock_is_region_reserved(k.memblock, base, size):
        return -EINVAL
    if not IS_ALIGNED(base | size, k.sizes.constant("CMA_MIN_ALIGNMENT_BYTES")):
        return -EINVAL
    shift = k.layout.page_shift
    k.cma.cma_areas.append(CmaArea(base >> shift, size >> shift, order_per_bit, name))
    k.cma_area_count += 1
    k.totalcma_pages += size >> shift
    return 0


def _highmem_start(k: Kernel) -> int:
    """``__pa(high_memory - 1) + 1``: the physical address above which memory is not mapped linearly."""
    return k.virt_to_phys(k.high_memory - 1) + 1


def _alloc_above_4g(k: Kernel, size: int, alignment: int, limit: int, nid: int) -> int:
    """Allocate bottom up above 4 GiB, if there is room: compaction then moves pages out of the area, not into
    it, and the low zones are left alone."""
    # Since 5.12.
    if k.memblock.bottom_up or memblock_end_of_DRAM(k.memblock) < SZ_4G + size or k.release < (5, 12):
        return 0
    memblock_set_bottom_up(k.memblock, True)
    address = memblock_alloc_range_nid(k.memblock, size, alignment, SZ_4G, limit, nid, True)
    memblock_set_bottom_up(k.memblock, False)
    return address


def _alloc_area(k: Kernel, base: int, size: int, limit: int, alignment: int, nid: int) -> int:
    """Allocate an area anywhere from `base` to `limit`: no kernel of 64 bits has high memory above it."""
    address = _alloc_above_4g(k, size, alignment, limit, nid)
    # Until 5.8 another node will do too.
    exact_nid = k.release >= (5, 9)
    return address or memblock_alloc_range_nid(k.memblock, size, alignment, base, limit, nid, exact_nid)


def _failed(k: Kernel, size: int, nid: int, error: int) -> int:
    if k.release >= (6, 8):
        # Since 6.8 the node is named.
        k.pr_err("cma: Failed to reserve {} MiB on node {}", size // SZ_1M, nid)
    else:
        k.pr_err("cma: Failed to reserve {} MiB", size // SZ_1M)
    return error


@traced
def cma_declare_contiguous_nid(
    k: Kernel,
    base: int,
    size: int,
    limit: int,
    alignment: int,
    order_per_bit: int,
    fixed: bool,
    name: str,
    nid: int,
) -> int:
    """Reserve `size` bytes at `base` (`fixed`), or anywhere from `base` to `limit` (0: the end of memory),
    and make an area of them.  Returns 0 or an error."""
    memblock_end = memblock_end_of_DRAM(k.memblock)
    if k.cma_area_count == k.sizes.constant("MAX_CMA_AREAS"):
        k.pr_err("cma: Not enough slots for CMA reserved regions!")
        return -ENOSPC
    if not size or alignment & (alignment - 1):
        return -EINVAL
    if not k.config.enabled("NUMA") and k.release >= (6, 8):
        nid = NUMA_NO_NODE

    alignment = max(alignment, k.sizes.constant("CMA_MIN_ALIGNMENT_BYTES"))
    if fixed and base & (alignment - 1):
        k.pr_err("cma: Region at {:#018x} must be aligned to {:#018x} bytes", base, alignment)
        return _failed(k, size, nid, -EINVAL)
    base, size, limit = ALIGN(base, alignment), ALIGN(size, alignment), limit & -alignment
    if not base:
        fixed = False
    if not IS_ALIGNED(size >> k.layout.page_shift, 1 << order_per_bit):
        return -EINVAL

    highmem_start = _highmem_start(k)
    if fixed and base < highmem_start < base + size:
        k.pr_err(
            "cma: Region at {:#018x} defined on low/high memory boundary ({:#018x})", base, highmem_start
        )
        return _failed(k, size, nid, -EINVAL)
    if limit == 0 or limit > memblock_end:
        limit = memblock_end
    if base + size > limit:
        k.pr_err("cma: Size ({:#018x}) of region at {:#018x} exceeds limit ({:#018x})", size, base, limit)
        return _failed(k, size, nid, -EINVAL)

    if fixed:
        if (
            memblock_is_region_reserved(k.memblock, base, size)
            or memblock_reserve(k.memblock, base, size) < 0
        ):
            return _failed(k, size, nid, -EBUSY)
    else:
        base = _alloc_area(k, base, size, limit, alignment, nid)
        if not base:
            return _failed(k, size, nid, -ENOMEM)
    return _make_area(k, base, size, order_per_bit, name, nid)


def _make_area(k: Kernel, base: int, size: int, order_per_bit: int, name: str, nid: int) -> int:
    """Make the area of what was reserved and say so; give it back if that fails."""
    error = cma_init_reserved_mem(k, base, size, order_per_bit, name)
    if error:
        memblock_phys_free(k.memblock, base, size)
        return _failed(k, size, nid, error)
    if k.release >= (6, 8):
        k.pr_info("cma: Reserved {} MiB at {:#018x} on node {}", size // SZ_1M, base, nid)
    else:
        k.pr_info("cma: Reserved {} MiB at {:#018x}", size // SZ_1M, base)
    return 0


@traced
def cma_declare_contiguous(
    k: Kernel, base: int, size: int, limit: int, alignment: int, order_per_bit: int, fixed: bool, name: str
) -> int:
    """`cma_declare_contiguous_nid` on no particular node."""
    return cma_declare_contiguous_nid(
        k, base, size, limit, alignment, order_per_bit, fixed, name, NUMA_NO_NODE
    )

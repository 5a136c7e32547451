"""Regions of memory the device tree reserves: finding room for them, and setting them up.  Mirrors
drivers/of/of_reserved_mem.c; `reserved_mem` reads the nodes.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from ....model.firmware.devicetree.tree import DTNode
from ....model.memory.memblock import (
    MEMBLOCK_ALLOC_ANYWHERE,
    memblock_clear_nomap,
    memblock_mark_nomap,
    memblock_phys_alloc_range,
    memblock_phys_free,
    memblock_set_bottom_up,
)
from ....model.trace.recorder import traced
from ...core.subsystems import ReservedMem
from ...kernel.dma_coherent import rmem_dma_setup
from ...kernel.dma_contiguous import rmem_cma_setup
from ...kernel.swiotlb import rmem_swiotlb_setup
from ...lib.cmdline import U64
from ...lib.sort import sort
from .base import cells_of, of_is_compatible, of_read_number
from .fdt import address_and_size

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/of/of_reserved_mem.c"

ENOENT, ENOMEM, EINVAL = 2, 12, 22
SZ_1K, SZ_1M = 1 << 10, 1 << 20


RESERVEDMEM_OF_TABLE = (
    ("shared-dma-pool", rmem_cma_setup),
    ("shared-dma-pool", rmem_dma_setup),
    ("restricted-dma-pool", rmem_swiotlb_setup),
)
"""``__reservedmem_of_table``: what sets up which kind of region, in the order they are linked."""


@traced
def early_init_dt_alloc_reserved_memory_arch(
    k: Kernel, size: int, align: int, start: int, end: int, nomap: bool
) -> int:
    """Allocate a region (bytes) between two addresses; `nomap` keeps it out of the linear map.  Returns where
    it is, or 0."""
    end = end or MEMBLOCK_ALLOC_ANYWHERE
    align = align or k.sizes.constant("SMP_CACHE_BYTES")
    base = memblock_phys_alloc_range(k.memblock, size, align, start, end)
    if base and nomap and memblock_mark_nomap(k.memblock, base, size):
        memblock_phys_free(k.memblock, base, size)
    return base


@traced
def fdt_reserved_mem_save_node(k: Kernel, path: str, base: int, size: int) -> None:
    """Remember a region; since 6.12 it is also set up at once."""
    if len(k.of.reserved_mem) == k.total_reserved_mem_cnt:
        k.pr_err("OF: reserved mem: not enough space for all defined regions.")
        return
    node = k.fdt.find(path)
    assert node is not None
    rmem = ReservedMem(node, base, size)
    k.of.reserved_mem.append(rmem)
    if k.release >= (6, 12):
        fdt_init_reserved_mem_node(k, path, base, size)
    if k.release < (6, 11):
        # Since 6.11 mm/memblock.c has a variable of this name too, and a debugger finds that one.
        k.reserved_mem_count += 1


def size_and_alignment(k: Kernel, node: DTNode) -> tuple[int, int] | None:
    """What a node without an address asks for, in bytes; None, with a message, if it does so wrongly."""
    size = node.properties["size"]
    if len(size) != 4 * k.dt_root_size_cells:
        k.pr_err("OF: reserved mem: invalid size property in '{}' node.", node.name)
        return None
    alignment = node.properties.get("alignment", bytes(4 * k.dt_root_addr_cells))
    if len(alignment) != 4 * k.dt_root_addr_cells:
        k.pr_err("OF: reserved mem: invalid alignment property in '{}' node.", node.name)
        return None
    align = of_read_number(cells_of(alignment))
    properties = node.properties
    is_cma = (
        of_is_compatible(node, "shared-dma-pool") and "reusable" in properties and "no-map" not in properties
    )
    if k.config.enabled("CMA") and is_cma:
        align = max(align, k.sizes.constant("CMA_MIN_ALIGNMENT_BYTES"))
    return of_read_number(cells_of(size)), align


@traced
def __reserved_mem_alloc_in_range(k: Kernel, size: int, align: int, start: int, end: int, nomap: bool) -> int:
    """Allocate in a range, from the side where it touches a region that is reserved already."""
    reserved = [(rmem.base, rmem.base + rmem.size) for rmem in k.of.reserved_mem if rmem.size]
    bottom_up = any(first <= start <= last for first, last in reserved)
    top_down = any(first <= end <= last for first, last in reserved)
    before = k.memblock.bottom_up
    if bottom_up != top_down:
        memblock_set_bottom_up(k.memblock, bottom_up)
    base = early_init_dt_alloc_reserved_memory_arch(k, size, align, start, end, nomap)
    if bottom_up != top_down:
        memblock_set_bottom_up(k.memblock, before)
    return base


def _alloc_in_ranges(k: Kernel, node: DTNode, size: int, align: int, ranges: bytes) -> int:
    """Allocate in the first of ``alloc-ranges`` that has room."""
    cells = cells_of(ranges)
    nomap = "no-map" in node.properties
    alloc = early_init_dt_alloc_reserved_memory_arch
    if k.release >= (6, 5):
        # Since 6.5 a region is put where it touches one that is reserved already.
        alloc = __reserved_mem_alloc_in_range
    for at in range(0, len(cells), k.dt_root_addr_cells + k.dt_root_size_cells):
        start, length = address_and_size(k, cells, at)
        base = alloc(k, size, align, start, (start + length) & U64, nomap)
        if base:
            return base
    return 0


@traced
def __reserved_mem_alloc_size(k: Kernel, path: str) -> tuple[int, int] | None:
    """Find room for a node that gives a size but no address.  Returns where it is and its size (bytes), or
    None."""
    node = k.fdt.find(path)
    if node is None or "size" not in node.properties:
        return None
    wanted = size_and_alignment(k, node)
    if wanted is None:
        return None
    size, align = wanted
    ranges = node.properties.get("alloc-ranges")
    if ranges is None:
        base = early_init_dt_alloc_reserved_memory_arch(k, size, align, 0, 0, "no-map" in node.properties)
    elif len(ranges) % (4 * (k.dt_root_addr_cells + k.dt_root_size_cells)):
        k.pr_err("OF: reserved mem: invalid alloc-ranges property in '{}', skipping node.", node.name)
        return None
    else:
        base = _alloc_in_ranges(k, node, size, align, ranges)
    if not base:
        k.pr_err(
            "OF: reserved mem: failed to allocate memory for node '{}': size {} MiB", node.name, size // SZ_1M
        )
        return None
    if k.release >= (6, 12):
        # Since 6.12 a region is saved and set up as soon as there is room for it.
        fdt_reserved_mem_save_node(k, path, base, size)
    return base, size


@traced
def __reserved_mem_init_node(k: Kernel, path: str, base: int, size: int) -> int:
    """Let the first that is willing set up a region of its compatible.  Returns 0 or the last one's error."""
    node = k.fdt.find(path)
    assert node is not None
    error = -ENOENT
    for compatible, initfn in RESERVEDMEM_OF_TABLE:
        if not k.image.has(initfn.__name__) or not of_is_compatible(node, compatible):
            continue
        error = initfn(k, ReservedMem(node, base, size))
        if not error:
            k.pr_info("OF: reserved mem: initialized node {}, compatible id {}", node.name, compatible)
            break
    return error


@traced
def fdt_init_reserved_mem_node(k: Kernel, path: str, base: int, size: int) -> None:
    """Set up one region; give its memory back if nobody could."""
    node = k.fdt.find(path)
    assert node is not None
    nomap = "no-map" in node.properties
    error = __reserved_mem_init_node(k, path, base, size)
    if error not in (0, -ENOENT):
        k.pr_info("OF: reserved mem: node {} compatible matching fail", node.name)
        give_back = memblock_clear_nomap if nomap else memblock_phys_free
        give_back(k.memblock, base, size)
    elif k.release >= (6, 4):
        # Since 6.4 every region is listed.
        k.pr_info(
            "OF: reserved mem: {:#018x}..{:#018x} ({} KiB) {} {} {}",
            base,
            base + size - 1,
            size // SZ_1K,
            "nomap" if nomap else "map",
            "reusable" if "reusable" in node.properties else "non-reusable",
            node.name,
        )


def _compare(k: Kernel, one: ReservedMem, other: ReservedMem) -> int:
    """``__rmem_cmp``: by address; what has no place yet comes before what lies at 0."""
    mine, its = (one.base, one.size), (other.base, other.size)
    if mine == its and k.release >= (6, 5):
        # Since 6.5 equals are in the order of the device tree; before, in whatever order sort() leaves them.
        return _number(one.node) - _number(other.node)
    return (mine > its) - (mine < its)


def _number(node: DTNode) -> int:
    """How many nodes come before this one in its parent."""
    siblings = node.parent.children if node.parent is not None else []
    return next((number for number, each in enumerate(siblings) if each is node), 0)


@traced
def __rmem_check_for_overlap(k: Kernel) -> None:
    """Sort the regions by address and complain of those that overlap."""
    if len(k.of.reserved_mem) < 2:
        return
    sort(k.release, k.of.reserved_mem, partial(_compare, k))
    for this, following in pairwise(k.of.reserved_mem):
        if this.base + this.size > following.base:
            k.pr_err(
                "OF: reserved mem: OVERLAP DETECTED!\n"
                "{} ({:#018x}--{:#018x}) overlaps with {} ({:#018x}--{:#018x})",
                this.name,
                this.base,
                this.base + this.size,
                following.name,
                following.base,
                following.base + following.size,
            )


@traced
def fdt_init_reserved_mem(k: Kernel) -> None:
    """Find room for the regions without an address, and set all of them up."""
    __rmem_check_for_overlap(k)
    for index, rmem in enumerate(k.of.reserved_mem):
        path, place = rmem.node.path, (rmem.base, rmem.size)
        if not rmem.size:
            found = __reserved_mem_alloc_size(k, path)
            if found is None:
                continue
            place = found
            k.of.reserved_mem[index] = ReservedMem(rmem.node, *place)
        fdt_init_reserved_mem_node(k, path, *place)

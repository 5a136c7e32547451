"""What the device tree reserves, as 5.7 reads it.  Mirrors drivers/of/fdt.c (``__fdt_scan_reserved_mem``) and
drivers/of/of_reserved_mem.c of that release.

Memory that must not be mapped is taken out of memblock; since 5.12 it is marked (../reserved_mem.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .....model.memory.memblock import (
    MEMBLOCK_ALLOC_ANYWHERE,
    memblock_add,
    memblock_find_in_range,
    memblock_free,
    memblock_remove,
    memblock_reserve,
)
from .....model.trace.recorder import traced
from ....core.subsystems import ReservedMem
from ..base import cells_of, of_fdt_device_is_available
from ..fdt import address_and_size
from ..reserved_mem import __reserved_mem_check_root
from ..reserved_regions import (
    SZ_1M,
    __reserved_mem_init_node,
    __rmem_check_for_overlap,
    fdt_reserved_mem_save_node,
    size_and_alignment,
)
from .fdt import node_at, of_scan_flat_dt, visitor

if TYPE_CHECKING:
    from .....model.firmware.devicetree.tree import DTNode
    from ....core.kernel import Kernel

KERNEL_FILE = "drivers/of/of_reserved_mem.c"

ENOENT, ENOMEM, EINVAL = 2, 12, 22


@traced
def early_init_dt_reserve_memory_arch(k: Kernel, base: int, size: int, nomap: bool) -> int:
    """Reserve a range, or take it away (`nomap`).  Returns 0 or an error (drivers/of/fdt.c)."""
    take = memblock_remove if nomap else memblock_reserve
    return take(k.memblock, base, size)


@traced
def __reserved_mem_reserve_reg(k: Kernel, node: str, uname: str) -> int:
    """Reserve every range of a node's ``reg``; the first of them is saved.  Returns 0 or an error
    (drivers/of/fdt.c)."""
    properties = node_at(k, node).properties
    reg, range_cells = properties.get("reg"), k.dt_root_addr_cells + k.dt_root_size_cells
    if reg is None:
        return -ENOENT
    if len(reg) % (4 * range_cells):
        k.pr_err("OF: fdt: Reserved memory: invalid reg property in '{}', skipping node.", uname)
        return -EINVAL
    cells = cells_of(reg)
    for at in range(0, len(cells), range_cells):
        base, size = address_and_size(k, cells, at)
        if not size or early_init_dt_reserve_memory_arch(k, base, size, "no-map" in properties):
            words = "failed to reserve memory for node '{}': base {:#018x}, size {} MiB"
            k.pr_info("OF: fdt: Reserved memory: " + words, uname, base, size // SZ_1M)
        if at == 0:
            fdt_reserved_mem_save_node(k, node, base, size)
    return 0


@visitor
@traced
def __fdt_scan_reserved_mem(k: Kernel, node: str, uname: str, depth: int, data: str) -> int:
    """Reserve what a node below ``/reserved-memory`` gives addresses for; what has only a size is remembered.
    Ends the scan behind those nodes (drivers/of/fdt.c)."""
    if not k.of.found_reserved_memory:
        return _find_reserved_memory(k, node)
    if depth < 2:
        return 1
    if not of_fdt_device_is_available(node_at(k, node)):
        return 0
    error = __reserved_mem_reserve_reg(k, node, uname)
    if error == -ENOENT and "size" in node_at(k, node).properties:
        fdt_reserved_mem_save_node(k, node, 0, 0)
    return 0


def _find_reserved_memory(k: Kernel, node: str) -> int:
    """Note that ``/reserved-memory`` is reached.  1, which ends the scan, if it has other cell counts than
    the root."""
    if node != "/reserved-memory":
        return 0
    if __reserved_mem_check_root(k, node):
        k.pr_err("OF: fdt: Reserved memory: unsupported node format, ignoring")
        return 1
    k.of.found_reserved_memory = True
    return 0


@traced
def early_init_dt_alloc_reserved_memory_arch(
    k: Kernel, size: int, align: int, start: int, end: int, nomap: bool
) -> int:
    """Find a region (bytes) between two addresses and reserve it, or take it away (`nomap`).  Returns where
    it is, or 0."""
    align = align or k.sizes.constant("SMP_CACHE_BYTES")
    base = memblock_find_in_range(k.memblock, start, end or MEMBLOCK_ALLOC_ANYWHERE, size, align)
    if not base:
        return 0
    take = memblock_remove if nomap else memblock_reserve
    return 0 if take(k.memblock, base, size) else base


@traced
def __reserved_mem_alloc_size(k: Kernel, node: str, uname: str) -> tuple[int, int] | None:
    """Find room for a node that gives a size but no address: in the first of its ``alloc-ranges`` with any.
    Returns where it is and its size (bytes), or None."""
    properties = node_at(k, node).properties
    wanted = size_and_alignment(k, node_at(k, node)) if "size" in properties else None
    if wanted is None:
        return None
    (size, align), nomap = wanted, "no-map" in properties
    base = 0
    for start, end in _places(k, node_at(k, node)):
        base = early_init_dt_alloc_reserved_memory_arch(k, size, align, start, end, nomap)
        if base:
            break
    if not base:
        k.pr_info("OF: reserved mem: failed to allocate memory for node '{}'", uname)
        return None
    return base, size


def _places(k: Kernel, node: DTNode) -> list[tuple[int, int]]:
    """The ranges a node may be put into; (0, 0) stands for anywhere."""
    ranges, range_cells = node.properties.get("alloc-ranges"), k.dt_root_addr_cells + k.dt_root_size_cells
    if ranges is None:
        return [(0, 0)]
    if len(ranges) % (4 * range_cells):
        k.pr_err("OF: reserved mem: invalid alloc-ranges property in '{}', skipping node.", node.name)
        return []
    cells = cells_of(ranges)
    found = (address_and_size(k, cells, at) for at in range(0, len(cells), range_cells))
    return [(start, start + length) for start, length in found]


@traced
def fdt_init_reserved_mem(k: Kernel) -> None:
    """Find room for the regions without an address, and set all of them up; a region that its driver refuses
    is given back."""
    __rmem_check_for_overlap(k)
    for index, (node, base, size) in enumerate(k.of.reserved_mem):
        # What was saved of it says where in the flat tree the node is.
        k.scanned_node = node
        if not size:
            found = __reserved_mem_alloc_size(k, node.path, node.name)
            if found is None:
                continue
            base, size = found
            k.of.reserved_mem[index] = ReservedMem(node, base, size)
        error = __reserved_mem_init_node(k, node.path, base, size)
        if error in (0, -ENOENT):
            continue
        k.pr_info("OF: reserved mem: node {} compatible matching fail", node.name)
        memblock_free(k.memblock, base, size)
        if "no-map" in node.properties:
            memblock_add(k.memblock, base, size)


@traced
def early_init_fdt_scan_reserved_mem(k: Kernel) -> None:
    """Reserve all that the device tree says is not for the kernel to use freely (drivers/of/fdt.c)."""
    for base, size in k.fdt.memreserve:
        if not size:
            break
        early_init_dt_reserve_memory_arch(k, base, size, False)
    of_scan_flat_dt(k, "__fdt_scan_reserved_mem", "")
    fdt_init_reserved_mem(k)

"""What the device tree reserves: ``/memreserve/``, ``/reserved-memory``, a crash dump's header.

Mirrors drivers/of/fdt.c (``early_init_fdt_scan_reserved_mem``); since 6.12 the scan of ``/reserved-memory``
is in drivers/of/of_reserved_mem.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.devicetree.tree import DTNode
from ....model.memory.memblock import (
    memblock_alloc,
    memblock_is_region_reserved,
    memblock_mark_nomap,
    memblock_overlaps_region,
    memblock_reserve,
)
from ....model.trace.recorder import traced
from .base import cells_of, of_fdt_device_is_available
from .fdt import address_and_size
from .reserved_regions import (
    SZ_1M,
    __reserved_mem_alloc_size,
    __rmem_check_for_overlap,
    fdt_init_reserved_mem,
    fdt_reserved_mem_save_node,
)

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/of/fdt.c"

ENOENT, ENODEV, EBUSY, EINVAL = 2, 19, 16, 22


@traced
def early_init_dt_reserve_memory(k: Kernel, base: int, size: int, nomap: bool) -> int:
    """Reserve a range, or keep it out of the linear map (`nomap`), which is refused for memory in use."""
    if not nomap:
        return memblock_reserve(k.memblock, base, size)
    mb = k.memblock
    if memblock_overlaps_region(mb, "memory", base, size) and memblock_is_region_reserved(mb, base, size):
        return -EBUSY
    return memblock_mark_nomap(mb, base, size)


def _message_prefix(k: Kernel) -> str:
    """The scan's messages carry the prefix of the file it is in."""
    return "OF: reserved mem: " if k.release >= (6, 12) else "OF: fdt: "


def _range_bytes(k: Kernel) -> int:
    return 4 * (k.dt_root_addr_cells + k.dt_root_size_cells)


@traced
def __reserved_mem_reserve_reg(k: Kernel, path: str) -> int:
    """Reserve every range of a node's ``reg``; before 6.12 the first of them is saved.  Returns 0 or an
    error."""
    node = k.fdt.find(path)
    reg = node.properties.get("reg") if node else None
    if node is None or reg is None:
        return -ENOENT
    if len(reg) % _range_bytes(k):
        k.pr_err(
            _message_prefix(k) + "Reserved memory: invalid reg property in '{}', skipping node.", node.name
        )
        return -EINVAL
    cells, range_cells = cells_of(reg), _range_bytes(k) // 4
    for at in range(0, len(cells), range_cells):
        base, size = address_and_size(k, cells, at)
        if not size or early_init_dt_reserve_memory(k, base, size, "no-map" in node.properties):
            k.pr_err(
                _message_prefix(k)
                + "Reserved memory: failed to reserve memory for node '{}': base {:#018x}, size {} MiB",
                node.name,
                base,
                size // SZ_1M,
            )
        if at == 0 and k.release < (6, 12):
            fdt_reserved_mem_save_node(k, path, base, size)
    return 0


@traced
def __reserved_mem_check_root(k: Kernel, path: str) -> int:
    """Whether ``/reserved-memory`` has the root's cell counts, and ``ranges``.  Returns 0 or an error."""
    node = k.fdt.find(path)
    assert node is not None
    size_cells, address_cells = node.cells("#size-cells"), node.cells("#address-cells")
    if size_cells[:1] != (k.dt_root_size_cells,) or address_cells[:1] != (k.dt_root_addr_cells,):
        return -EINVAL
    return 0 if "ranges" in node.properties else -EINVAL


@traced
def fdt_scan_reserved_mem(k: Kernel) -> int:
    """Reserve what ``/reserved-memory`` gives addresses for; what has only a size comes after that.  Returns
    0 or an error."""
    parent = k.fdt.find("/reserved-memory")
    if parent is None:
        return -ENODEV
    if __reserved_mem_check_root(k, parent.path):
        k.pr_err(_message_prefix(k) + "Reserved memory: unsupported node format, ignoring")
        return -EINVAL
    count = 0
    dynamic: list[DTNode] = []
    for child in parent.children:
        if not of_fdt_device_is_available(child):
            continue
        error = __reserved_mem_reserve_reg(k, child.path)
        count += not error
        if error == -ENOENT and "size" in child.properties:
            dynamic.append(child)
            if k.release < (6, 12):
                fdt_reserved_mem_save_node(k, child.path, 0, 0)
    if k.release >= (6, 12):
        _allocate_dynamic(k, dynamic, count)
    return 0


def _allocate_dynamic(k: Kernel, nodes: list[DTNode], count: int) -> None:
    """Since 6.12 room for the nodes without an address is found here, and all regions are counted."""
    limit = k.sizes.constant("MAX_RESERVED_REGIONS")
    for node in nodes[limit:]:
        k.pr_err("OF: reserved mem: too many defined dynamic regions, skip '{}'", node.name)
    for node in nodes[:limit]:
        count += __reserved_mem_alloc_size(k, node.path) is not None
    k.total_reserved_mem_cnt = count


@traced
def alloc_reserved_mem_array(k: Kernel) -> int:
    """Allocate an array that holds every reserved region (6.12).  Returns 0 or an error."""
    if not k.total_reserved_mem_cnt:
        return 0
    size = k.total_reserved_mem_cnt * k.sizes.sizeof("struct reserved_mem")
    if memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES")):
        return 0
    k.pr_err("OF: reserved mem: Failed to allocate memory for reserved_mem array with err: {}", -12)
    k.of.reserved_mem.clear()
    return -12


@traced
def fdt_scan_reserved_mem_reg_nodes(k: Kernel) -> None:
    """Save the first range of every node that gives addresses (6.12), once there is an array to save them
    in."""
    parent = k.fdt.find("/reserved-memory")
    if parent is None:
        k.pr_info("OF: reserved mem: Reserved memory: No reserved-memory node in the DT")
        return
    if alloc_reserved_mem_array(k):
        return
    if __reserved_mem_check_root(k, parent.path):
        k.pr_err("OF: reserved mem: Reserved memory: unsupported node format, ignoring")
        return
    for child in parent.children:
        reg = child.properties.get("reg")
        if reg is not None and of_fdt_device_is_available(child):
            _save_first_range(k, child, reg)
    __rmem_check_for_overlap(k)


def _save_first_range(k: Kernel, node: DTNode, reg: bytes) -> None:
    count, rest = divmod(len(reg), _range_bytes(k))
    if rest:
        k.pr_err("OF: reserved mem: Reserved memory: invalid reg property in '{}', skipping node.", node.name)
        return
    if count > 1:
        k.pr_warn(
            "OF: reserved mem: {}() ignores {} regions in node '{}'",
            "fdt_scan_reserved_mem_reg_nodes",
            count - 1,
            node.name,
        )
    base, size = address_and_size(k, cells_of(reg), 0)
    if size:
        fdt_reserved_mem_save_node(k, node.path, base, size)


@traced
def fdt_reserve_elfcorehdr(k: Kernel) -> None:
    """Reserve the ELF header that describes a crashed kernel's memory."""
    if not k.config.enabled("CRASH_DUMP") or not k.elfcorehdr_size:
        return
    if memblock_is_region_reserved(k.memblock, k.elfcorehdr_addr, k.elfcorehdr_size):
        k.pr_warn("OF: fdt: elfcorehdr is overlapped")
        return
    memblock_reserve(k.memblock, k.elfcorehdr_addr, k.elfcorehdr_size)
    k.pr_info(
        "OF: fdt: Reserving {} KiB of memory at {:#x} for elfcorehdr",
        k.elfcorehdr_size >> 10,
        k.elfcorehdr_addr,
    )


def _reserve_memreserve(k: Kernel) -> None:
    """The blob's own list of reservations ends at the first without a size."""
    for base, size in k.fdt.memreserve:
        if not size:
            return
        memblock_reserve(k.memblock, base, size)


@traced
def early_init_fdt_scan_reserved_mem(k: Kernel) -> None:
    """Reserve all that the device tree says is not for the kernel to use freely."""
    if k.release >= (6, 12):
        # Since 6.12 /memreserve/ comes last, and regions are set up when their memory is known.
        fdt_reserve_elfcorehdr(k)
        fdt_scan_reserved_mem(k)
        _reserve_memreserve(k)
        return
    _reserve_memreserve(k)
    fdt_scan_reserved_mem(k)
    fdt_reserve_elfcorehdr(k)
    fdt_init_reserved_mem(k)

"""Turning the flat device tree into one of nodes and properties.  Mirrors drivers/of/fdt.c
(``unflatten_device_tree``) and drivers/of/base.c (``of_alias_scan``).

What matters to memory is the size: the kernel walks the flat tree once to learn it, allocates, and walks
again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....model.base.pfn import ALIGN
from ....model.firmware.devicetree.tree import DTNode
from ....model.memory.memblock import memblock_alloc
from ....model.trace.recorder import traced
from .base import of_fdt_device_is_available, of_find_node_by_path
from .reserved_mem import fdt_scan_reserved_mem_reg_nodes

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/of/fdt.c"

POINTER_ALIGNMENT = 8
"""``__alignof__`` of ``struct device_node``, ``struct property`` and ``struct alias_prop``: all hold
pointers."""
ALIAS_PROP_SIZE = 40
"""``sizeof(struct alias_prop)``: a list head, two pointers and an int before the flexible ``stem``,
padded."""
END_MARK = 4
"""Bytes that mark the end of the unflattened tree."""
INT_MAX = (1 << 31) - 1


def _base_name(name: str) -> str:
    """The node's name without its unit address."""
    return name.partition("@")[0]


def _populate_properties(k: Kernel, end: int, node: DTNode) -> int:
    """Where the properties of a node end if they start at `end`.  A ``name`` is made up where there is
    none."""
    property_size = k.sizes.sizeof("struct property")
    for _ in node.properties:
        end = ALIGN(end, POINTER_ALIGNMENT) + property_size
    if "name" not in node.properties:
        end = ALIGN(end, POINTER_ALIGNMENT) + property_size + len(_base_name(node.name)) + 1
    return end


def _populate_node(k: Kernel, end: int, node: DTNode) -> int:
    """Where a node, its full name and its properties end if they start at `end`."""
    end = ALIGN(end, POINTER_ALIGNMENT) + k.sizes.sizeof("struct device_node") + len(node.name) + 1
    return _populate_properties(k, end, node)


def unflattened_size(k: Kernel) -> int:
    """The size in bytes of the unflattened tree."""
    keep_all = k.config.enabled("OF_KOBJ")
    end = 0
    for node in k.fdt.nodes():
        if keep_all or of_fdt_device_is_available(node):
            end = _populate_node(k, end, node)
    return end


@traced
def unflatten_dt_nodes(k: Kernel) -> int:
    """Walk the flat tree to learn the size in bytes of the other."""
    return unflattened_size(k)


@traced
def early_init_dt_alloc_memory_arch(k: Kernel, size: int, align: int) -> int:
    """Allocate early memory for the tree, or panic.  Returns a physical address."""
    address = memblock_alloc(k.memblock, size, align)
    if not address:
        k.panic(f"early_init_dt_alloc_memory_arch: Failed to allocate {size} bytes align={align:#x}\n")
    return address


@traced
def __unflatten_device_tree(k: Kernel) -> int:
    """Allocate the tree, and the mark at its end.  Returns its physical address."""
    size = unflatten_dt_nodes(k)
    if size <= 0:
        return 0
    return early_init_dt_alloc_memory_arch(k, ALIGN(size, 4) + END_MARK, POINTER_ALIGNMENT)


@traced
def of_alias_scan(k: Kernel) -> None:
    """Allocate an entry for every alias such as ``serial0`` that ends in a number and names a node."""
    aliases = of_find_node_by_path(k.fdt, "/aliases")
    if aliases is None:
        return
    for name in aliases.properties:
        path = aliases.string(name) or ""
        if name in ("name", "phandle", "linux,phandle") or of_find_node_by_path(k.fdt, path) is None:
            continue
        stem = name.rstrip("0123456789")
        number = name[len(stem) :]
        if not re.fullmatch("[0-9]{1,99}", number) or int(number) > INT_MAX:
            continue
        early_init_dt_alloc_memory_arch(k, ALIAS_PROP_SIZE + len(stem) + 1, POINTER_ALIGNMENT)


@traced
def unflatten_device_tree(k: Kernel) -> None:
    """Make the unflattened tree and the table of aliases."""
    if k.release >= (6, 12):
        # Since 6.12 the reserved regions are listed once there is memory for the list.
        fdt_scan_reserved_mem_reg_nodes(k)
    __unflatten_device_tree(k)
    of_alias_scan(k)

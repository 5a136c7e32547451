"""Reading the flat device tree as 5.7 does: a visitor is shown every node.  Mirrors drivers/of/fdt.c of that
release, up to ``early_init_dt_scan``; since 5.17 the kernel goes straight to the nodes it wants (../fdt.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .....model.memory.memblock import memblock_mark_hotplug
from .....model.trace.recorder import traced
from ....lib.cmdline import U64
from ..base import ROOT_NODE_CELLS_DEFAULT, cells_of
from ..fdt import (
    address_and_size,
    bootargs_of,
    early_init_dt_add_memory_arch,
    early_init_dt_check_for_initrd,
    early_init_dt_verify,
)

if TYPE_CHECKING:
    from .....model.firmware.devicetree.tree import DTNode
    from ....core.kernel import Kernel

KERNEL_FILE = "drivers/of/fdt.c"

Visitor = Callable[[Any, str, str, int, str], int]
"""What is shown a node, with the kernel: its path (the kernel has an offset), its name, how deep it lies (the
root: 0), and what the caller of the scan passes on.  Anything but 0 ends the scan."""
CHOSEN = ("chosen", "chosen@0")


def depth_of(path: str) -> int:
    """How deep a node lies."""
    return path.count("/") if path != "/" else 0


def node_at(k: Kernel, path: str) -> DTNode:
    """The node that a visitor is shown, or was; in a damaged tree another may have the same path."""
    return k.of.scanned_nodes[path]


@traced
def of_scan_flat_dt(k: Kernel, it: str, data: str) -> int:
    """Show every node of the flat tree, in its order, to the visitor of the name `it`, until that has seen
    enough.  Returns what the visitor said last."""
    visit = VISITORS[it]
    for node in list(k.fdt.nodes()):
        path = node.path
        k.of.scanned_nodes[path] = node
        error = visit(k, path, node.name, depth_of(node.path), data)
        if error:
            return error
    return 0


@traced
def early_init_dt_scan_root(k: Kernel, node: str, uname: str, depth: int, data: str) -> int:
    """Learn from the root node how many cells an address and a size have."""
    if depth:
        return 0
    root = node_at(k, node)
    size_cells, address_cells = root.cells("#size-cells"), root.cells("#address-cells")
    k.dt_root_size_cells = size_cells[0] if size_cells else ROOT_NODE_CELLS_DEFAULT
    k.dt_root_addr_cells = address_cells[0] if address_cells else ROOT_NODE_CELLS_DEFAULT
    return 1


@traced
def early_init_dt_scan_memory(k: Kernel, node: str, uname: str, depth: int, data: str) -> int:
    """Give memblock the memory of a node, if it is a memory node: what ``linux,usable-memory`` says, else
    ``reg``."""
    memory = node_at(k, node)
    if memory.string("device_type") != "memory":
        return 0
    reg = memory.properties.get("linux,usable-memory", memory.properties.get("reg"))
    if reg is None:
        return 0
    cells, range_cells = cells_of(reg), k.dt_root_addr_cells + k.dt_root_size_cells
    for at in range(0, len(cells) - range_cells + 1, range_cells):
        base, size = address_and_size(k, cells, at)
        if not size:
            continue
        early_init_dt_add_memory_arch(k, base, size)
        if "hotpluggable" in memory.properties and early_init_dt_mark_hotplug_memory_arch(k, base, size):
            k.pr_warn("OF: fdt: failed to mark hotplug range {:#x} - {:#x}", base, (base + size) & U64)
    return 0


@traced
def early_init_dt_mark_hotplug_memory_arch(k: Kernel, base: int, size: int) -> int:
    """Mark memory (bytes) that can be unplugged.  Returns 0 or an error."""
    return memblock_mark_hotplug(k.memblock, base, size)


@traced
def early_init_dt_scan_chosen(k: Kernel, node: str, uname: str, depth: int, data: str) -> int:
    """Take initrd and command line from ``/chosen``."""
    if depth != 1 or uname not in CHOSEN:
        return 0
    early_init_dt_check_for_initrd(k)
    k.boot_command_line = bootargs_of(k, node_at(k, node))
    if node_at(k, node).properties.get("rng-seed"):
        # The kernel overwrites the seed once it is used, so the unflattened tree has no such property.
        k.fdt = k.fdt.with_properties(node, {"rng-seed": None})
    return 1


@traced
def early_init_dt_scan_nodes(k: Kernel) -> None:
    """Three scans of the whole tree: for the command line, the cell counts, and memory."""
    if not of_scan_flat_dt(k, "early_init_dt_scan_chosen", "boot_command_line"):
        k.pr_warn("OF: fdt: No chosen node found, continuing without")
    of_scan_flat_dt(k, "early_init_dt_scan_root", "")
    of_scan_flat_dt(k, "early_init_dt_scan_memory", "")


@traced
def early_init_dt_scan(k: Kernel) -> bool:
    """Check the flat device tree and scan it.  Returns whether it was good."""
    if not early_init_dt_verify(k):
        return False
    early_init_dt_scan_nodes(k)
    return True


VISITORS: dict[str, Visitor] = {
    "early_init_dt_scan_chosen": early_init_dt_scan_chosen,
    "early_init_dt_scan_root": early_init_dt_scan_root,
    "early_init_dt_scan_memory": early_init_dt_scan_memory,
}
"""The visitors by name; other modules add theirs."""


def visitor(visit: Visitor) -> Visitor:
    """Let `of_scan_flat_dt` find a visitor by its name."""
    VISITORS[visit.__name__] = visit
    return visit

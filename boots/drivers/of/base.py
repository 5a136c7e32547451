"""Finding one's way in a device tree.  Mirrors drivers/of/base.c (the unflattened tree), and of libfdt what
the kernel's early scans use (the flat one).  The trees hold the same nodes; only how a path is matched
differs.
"""

from __future__ import annotations

import struct

from ....model.firmware.devicetree.tree import DeviceTree, DTNode
from ...lib.cmdline import U64

ROOT_NODE_CELLS_DEFAULT = 1
"""``OF_ROOT_NODE_ADDR_CELLS_DEFAULT`` and ``OF_ROOT_NODE_SIZE_CELLS_DEFAULT``."""


def cells_of(value: bytes) -> tuple[int, ...]:
    """A property's value as big-endian 32-bit cells; what is left at its end is dropped."""
    count = len(value) // 4
    return struct.unpack(f">{count}I", value[: 4 * count])


def of_read_number(cells: tuple[int, ...]) -> int:
    """The number that some cells make, most significant first; a u64, so of many cells the last two count."""
    number = 0
    for cell in cells:
        number = (number << 32 | cell) & U64
    return number


def of_fdt_device_is_available(node: DTNode) -> bool:
    """Whether ``status`` is absent, ``ok`` or ``okay``."""
    return node.string("status") in (None, "ok", "okay")


def of_is_compatible(node: DTNode, compatible: str) -> bool:
    """Whether `compatible` is one of the node's compatible strings; case does not matter."""
    return compatible.lower() in (name.lower() for name in node.strings("compatible"))


def of_find_node_by_path(tree: DeviceTree, path: str) -> DTNode | None:
    """The node at a path, unit addresses included, or None.  A path that does not begin with ``/`` begins
    with the name of an alias."""
    node: DTNode | None = tree.root
    if not path.startswith("/"):
        alias, _, path = path.partition("/")
        aliases = of_find_node_by_path(tree, "/aliases")
        target = aliases.string(alias.partition(":")[0]) if aliases else None
        node = of_find_node_by_path(tree, target) if target and target.startswith("/") else None
    for name in path.partition(":")[0].strip("/").split("/"):
        if node is None or not name:
            return node
        node = node.child(name)
    return node


def of_property_read_u32(node: DTNode, name: str) -> int | None:
    """The first cell of a property, or None if it is missing or too short."""
    return next(iter(node.cells(name)), None)

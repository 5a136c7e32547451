"""A board's memory and CPUs divided among NUMA nodes, as QEMU divides those of its machine virt.

Mirrors hw/core/numa.c (``numa_default_auto_assign_ram``), hw/arm/boot.c (``fdt_add_memory_node``) and
hw/arm/virt.c of QEMU: every node but the last has the same number of whole 8 MiB, the nodes lie one behind
the other, the highest stands first in the tree, and no distances are given: the kernel takes 10 and 20.
CPUs go round the nodes, as with one socket each (``-smp N,sockets=N``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ....model.base.errors import InputError
from ....model.base.units import readable_size
from ....model.firmware.devicetree.tree import DeviceTree, DTNode, flatten

VIRT = "linux,dummy-virt"
"""What QEMU's machine virt calls itself."""
ALIGN = 8 << 20
"""Bytes that a node has a whole number of: ``numa_mem_align_shift``."""
MOST_NODES = 128
"""MAX_NODES of QEMU."""
NODE_ID, DISTANCES = "numa-node-id", "/distance-map"


def parse_nodes(text: str) -> int:
    """How many nodes.  Raises `InputError`."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_NODES:
        raise InputError(f"numa {text}: expected how many nodes, from 1 to {MOST_NODES}")
    return int(text)


def with_numa_nodes(fdt: DeviceTree, count: int) -> DeviceTree:
    """The same board with its memory and CPUs in `count` nodes.  Raises `InputError` if it is not QEMU's
    virt, or has too little memory."""
    if VIRT not in fdt.root.strings("compatible"):
        raise InputError(
            f"{fdt.filename}: only of QEMU's virt is it known how memory is divided among nodes; "
            f"set its nodes yourself, by 'set /memory@…:{NODE_ID}=<0>'"
        )
    changed = DeviceTree(fdt.raw, fdt.filename, fdt.assumed)
    root = changed.root
    old = [node for node in root.children if node.string("device_type") == "memory"]
    start, size = _memory(fdt, old)
    if size // count < ALIGN:
        whole, least = readable_size(size), readable_size(ALIGN)
        raise InputError(f"{count} nodes: each has at least {least}, and {fdt.filename} has {whole}")
    at = root.children.index(old[0])
    new = [_node(fdt, root, nid, base, end) for nid, (base, end) in enumerate(_shares(start, size, count))]
    kept = [node for node in root.children if node not in old and node.path != DISTANCES]
    root.children[:] = [*kept[:at], *reversed(new), *kept[at:]]
    for number, cpu in enumerate(_cpus(root)):
        cpu.properties[NODE_ID] = _cell(number % count)
    raw = flatten(root, changed.memreserve, changed.totalsize)
    return DeviceTree(raw, changed.filename, changed.assumed)


def _shares(start: int, size: int, count: int) -> Iterator[tuple[int, int]]:
    """The first address of each node's memory, and the one behind its last."""
    share = size // count // ALIGN * ALIGN
    for nid in range(count):
        base = start + nid * share
        yield base, base + share if nid < count - 1 else start + size


def _memory(fdt: DeviceTree, nodes: list[DTNode]) -> tuple[int, int]:
    """Where the memory of a board begins, and how large it is in bytes.  Raises `InputError` if it is not in
    one piece."""
    cells, width = _cells(fdt)
    banks: list[tuple[int, int]] = []
    for node in nodes:
        reg = node.properties.get("reg", b"")
        for at in range(0, len(reg) - width + 1, width):
            middle = at + 4 * cells[0]
            base, size = (
                int.from_bytes(reg[at:middle], "big"),
                int.from_bytes(reg[middle : at + width], "big"),
            )
            banks.append((base, base + size))
    banks.sort()
    if not banks or any(one[1] != other[0] for one, other in pairwise(banks)):
        raise InputError(f"{fdt.filename}: this board's memory is not in one piece that could be divided")
    return banks[0][0], banks[-1][1] - banks[0][0]


def _cells(fdt: DeviceTree) -> tuple[tuple[int, int], int]:
    """#address-cells and #size-cells of the root, and the bytes of an entry of ``reg``."""
    address = (fdt.root.cells("#address-cells") or (1,))[0]
    size = (fdt.root.cells("#size-cells") or (1,))[0]
    return (address, size), max(4 * (address + size), 1)


def _node(fdt: DeviceTree, root: DTNode, nid: int, base: int, end: int) -> DTNode:
    """A memory node as QEMU writes it."""
    (address, size), _ = _cells(fdt)
    reg = base.to_bytes(4 * address, "big") + (end - base).to_bytes(4 * size, "big")
    told = {"device_type": b"memory\0", "reg": reg, NODE_ID: _cell(nid)}
    return DTNode(f"memory@{base:x}", root, root.depth + 1, told)


def _cpus(root: DTNode) -> Iterator[DTNode]:
    cpus = root.child("cpus")
    found = [node for node in cpus.children if node.string("device_type") == "cpu"] if cpus else []
    yield from sorted(found, key=lambda node: node.cells("reg"))


def _cell(number: int) -> bytes:
    return number.to_bytes(4, "big")

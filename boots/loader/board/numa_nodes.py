"""A device tree's memory and CPUs divided among NUMA nodes, as QEMU divides those of its machine virt.

Mirrors hw/arm/boot.c (``fdt_add_memory_node``) and hw/arm/virt.c of QEMU: the highest node stands first in
the tree, and no distances are given: the kernel takes 10 and 20.  Where a node has memory in several banks,
it has a ``memory`` for each.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....model.base.errors import InputError
from ....model.firmware.devicetree.tree import DeviceTree, DTNode, flatten
from ....model.language.words import tr
from ...core.board import Span, joined, memory_banks
from .memory_shares import shares

NODE_ID, DISTANCES, USABLE = "numa-node-id", "/distance-map", "linux,usable-memory"


def with_numa_nodes(fdt: DeviceTree, count: int) -> DeviceTree:
    """The same board with its memory and CPUs in `count` nodes.  Raises `InputError` if the tree does not
    tell where memory is, or there is too little."""
    changed = DeviceTree(fdt.raw, fdt.filename, fdt.assumed)
    root = changed.root
    old = [node for node in root.children if node.string("device_type") == "memory"]
    banks = list(joined(bank for bank in memory_banks(fdt) if bank.size))
    if not banks:
        raise InputError(
            tr(
                "{board}: the device tree does not tell where memory is, which could be divided among nodes",
                board=fdt.filename,
            )
        )
    if any(USABLE in node.properties for node in old):
        raise InputError(
            tr(
                "{board}: {name} says which memory is used, so it cannot be divided among nodes",
                board=fdt.filename,
                name=USABLE,
            )
        )
    at = root.children.index(old[0])
    cut = enumerate(shares(banks, count, fdt.filename))
    new = [_node(fdt, root, nid, span) for nid, spans in cut for span in spans]
    kept = [node for node in root.children if node not in old and node.path != DISTANCES]
    root.children[:] = [*kept[:at], *reversed(new), *kept[at:]]
    for number, cpu in enumerate(_cpus(root)):
        cpu.properties[NODE_ID] = _cell(number % count)
    raw = flatten(root, changed.memreserve, changed.totalsize)
    return DeviceTree(raw, changed.filename, changed.assumed)


def _node(fdt: DeviceTree, root: DTNode, nid: int, span: Span) -> DTNode:
    """A memory node as QEMU writes it."""
    address = (fdt.root.cells("#address-cells") or (2,))[0]
    size = (fdt.root.cells("#size-cells") or (1,))[0]
    try:
        reg = span.start.to_bytes(4 * address, "big") + span.size.to_bytes(4 * size, "big")
    except OverflowError:
        raise InputError(
            tr(
                "{board}: {span} joined is too much memory for its #size-cells",
                board=fdt.filename,
                span=span,
            )
        ) from None
    told = {"device_type": b"memory\0", "reg": reg, NODE_ID: _cell(nid)}
    return DTNode(f"memory@{span.start:x}", root, root.depth + 1, told)


def _cpus(root: DTNode) -> Iterator[DTNode]:
    cpus = root.child("cpus")
    found = [node for node in cpus.children if node.string("device_type") == "cpu"] if cpus else []
    yield from sorted(found, key=lambda node: node.cells("reg"))


def _cell(number: int) -> bytes:
    return number.to_bytes(4, "big")

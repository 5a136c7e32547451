"""What lies where in a machine's memory before the first step, as its files tell.  Addresses are physical."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...model.build.image.image import Image
from ...model.firmware.devicetree.tree import DeviceTree, DTNode
from .inputs import Machine


class Span(NamedTuple):
    """Physical addresses from `start` up to, and without, `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether both have a byte in common."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Whether all of the other lies in it."""
        return self.start <= other.start and other.end <= self.end

    def __str__(self) -> str:
        return f"{self.start:#x}-{self.end - 1:#x}"


def image_span(image: Image, load: int) -> Span:
    """What an image takes up in memory when its ``_text`` is at `load`."""
    return Span(load, load + image.symbol("_end") - image.symbol("_text"))


def tree_span(machine: Machine, fdt: DeviceTree) -> Span:
    """What the device tree of a machine takes up."""
    return Span(machine.dtb_address, machine.dtb_address + fdt.totalsize)


def outside_memory(machine: Machine, span: Span, fdt: DeviceTree) -> str:
    """What is to be said of a span that is not in the memory which the device tree tells of; nothing if it
    is, or if the tree tells of none."""
    banks = [bank for bank in memory_banks(fdt) if bank.size]
    if machine.kind != "devicetree" or not banks or any(bank.holds(span) for bank in joined(banks)):
        return ""
    return f"{span} lies outside the memory of the board: {', '.join(map(str, banks))}"


def initrd_of(fdt: DeviceTree) -> tuple[int, int]:
    """Start and size of the initrd that a device tree tells of, (0, 0) if it tells of none."""
    chosen = fdt.find("/chosen")
    if chosen is None:
        return 0, 0
    start = int.from_bytes(chosen.properties.get("linux,initrd-start", b""), "big")
    end = int.from_bytes(chosen.properties.get("linux,initrd-end", b""), "big")
    return (start, end - start) if end > start else (0, 0)


def memory_banks(fdt: DeviceTree) -> list[Span]:
    """Every bank of memory, by its address."""
    nodes = [node for node in fdt.root.children if node.string("device_type") == "memory"]
    return sorted(_ranges(nodes, fdt.root))


def joined(banks: Iterable[Span]) -> Iterator[Span]:
    """Sorted banks, those that touch made one."""
    found: Span | None = None
    for bank in banks:
        if found and bank.start <= found.end:
            found = Span(found.start, max(found.end, bank.end))
            continue
        if found:
            yield found
        found = bank
    if found:
        yield found


def reserved_nodes(fdt: DeviceTree) -> Iterator[tuple[DTNode, Span]]:
    """Every range that a node of ``/reserved-memory`` gives an address of, with the node."""
    parent = fdt.find("/reserved-memory")
    for node in parent.children if parent else ():
        for span in _ranges([node], fdt.root):
            yield node, span


def _ranges(nodes: Iterable[DTNode], root: DTNode) -> Iterator[Span]:
    """The ranges in the ``reg`` of nodes, counted in cells as the root says."""
    address_cells = (root.cells("#address-cells") or (2,))[0]
    size_cells = (root.cells("#size-cells") or (1,))[0]
    width = 4 * (address_cells + size_cells)
    for node in nodes if width else ():
        reg = node.properties.get("reg", b"")
        for at in range(0, len(reg) - width + 1, width):
            split = at + 4 * address_cells
            start = int.from_bytes(reg[at:split], "big")
            yield Span(start, start + int.from_bytes(reg[split : at + width], "big"))

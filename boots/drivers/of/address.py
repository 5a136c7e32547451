"""Addresses on buses, translated to addresses of the CPU.  Mirrors drivers/of/address.c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ....model.firmware.devicetree.tree import DTNode
from ....model.trace.recorder import traced
from ...lib.cmdline import U64
from .base import ROOT_NODE_CELLS_DEFAULT, of_fdt_device_is_available, of_read_number

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/of/address.c"

OF_BAD_ADDR = U64
PHYS_ADDR_MAX = U64
OF_MAX_ADDR_CELLS = 4
PCI_TYPES = ("pci", "pciex", "vci", "ht")
PCI_SPACE_FLAGS = 0x43000000
"""Of a PCI address' first cell: which space it is in, and whether it is prefetchable."""

Cells = tuple[int, ...]


class Bus(NamedTuple):
    """How a bus writes addresses: in how many cells, how many for sizes, and which bits of the first cell are
    not address but flags (0: there is no such cell)."""

    na: int
    ns: int
    flags: int


class AddressResource(NamedTuple):
    """A ``struct resource``: first and last address."""

    start: int
    end: int


class BusRange(NamedTuple):
    """A ``struct of_range``: a piece of a bus and where the CPU sees it (OF_BAD_ADDR: nowhere); bytes."""

    flags: int
    bus_addr: int
    cpu_addr: int
    size: int


def _cell_count(node: DTNode | None, name: str) -> int:
    """A cell count as `node` or the nearest node above it gives it for its children."""
    while node is not None:
        cells = node.cells(name)
        if cells:
            return cells[0]
        node = node.parent
    return ROOT_NODE_CELLS_DEFAULT


def of_match_bus(node: DTNode) -> Bus:
    """The bus that a node's children are on."""
    if node.string("device_type") in PCI_TYPES or node.name.partition("@")[0] == "pcie":
        return Bus(3, 2, PCI_SPACE_FLAGS)
    if node.name.partition("@")[0] == "isa":
        return Bus(2, 1, 1)
    na, ns = _cell_count(node, "#address-cells"), _cell_count(node, "#size-cells")
    return Bus(na, ns, 0xFFFFFFFF if node.cells("#address-cells")[:1] == (3,) else 0)


def _map(bus: Bus, address: Cells, entry: Cells, pna: int) -> int:
    """How far into the range `entry` an address lies, or OF_BAD_ADDR."""
    first = 1 if bus.flags else 0
    if bus.flags and (address[0] ^ entry[0]) & bus.flags:
        return OF_BAD_ADDR
    start = of_read_number(entry[first : bus.na])
    size = of_read_number(entry[bus.na + pna : bus.na + pna + bus.ns])
    at = of_read_number(address[first : bus.na])
    return at - start if start <= at < start + size else OF_BAD_ADDR


def _moved(address: Cells, bus: Bus, offset: int) -> Cells:
    """`address` (in `bus`'s cells) plus an offset."""
    first = 1 if bus.flags else 0
    moved = (of_read_number(address[first:]) + offset) & U64
    count = len(address) - first
    return address[:first] + tuple(moved >> 32 * (count - 1 - at) & 0xFFFFFFFF for at in range(count))


def _translate_one(node: DTNode, bus: Bus, parent_bus: Bus, address: Cells, prop: str) -> Cells | None:
    """``of_translate_one``: an address on a node's bus as one on its parent's; None if no range covers it."""
    if prop not in node.properties and prop != "dma-ranges":
        return None
    ranges = node.cells(prop)
    if not ranges:
        return _moved((0,) * parent_bus.na, parent_bus._replace(flags=0), of_read_number(address))
    step = bus.na + parent_bus.na + bus.ns
    for at in range(0, len(ranges) - step + 1, step):
        entry = ranges[at : at + step]
        offset = _map(bus, address, entry, parent_bus.na)
        if offset != OF_BAD_ADDR:
            return _moved(entry[bus.na : bus.na + parent_bus.na], parent_bus, offset)
    return None


def of_translate_address(node: DTNode, address: Cells, prop: str = "ranges") -> int:
    """The CPU's address for one on the bus that `node` is on, or OF_BAD_ADDR.  With ``dma-ranges`` for `prop`
    it is ``of_translate_dma_address``."""
    parent = node.parent
    if parent is None:
        return OF_BAD_ADDR
    bus = of_match_bus(parent)
    address = address[: bus.na]
    while True:
        if not 0 < bus.na <= OF_MAX_ADDR_CELLS or bus.ns <= 0:
            return OF_BAD_ADDR
        node, parent = parent, parent.parent
        if parent is None:
            return of_read_number(address)
        parent_bus = of_match_bus(parent)
        translated = _translate_one(node, bus, parent_bus, address, prop)
        if translated is None:
            return OF_BAD_ADDR
        address, bus = translated, parent_bus


def of_address_to_resource(node: DTNode, index: int) -> AddressResource | None:
    """Where the CPU sees entry `index` of a node's ``reg``, or None."""
    if node.parent is None:
        return None
    bus = of_match_bus(node.parent)
    reg, step = node.cells("reg"), bus.na + bus.ns
    entry = reg[index * step : (index + 1) * step]
    if not 0 < bus.na <= OF_MAX_ADDR_CELLS or len(entry) < step:
        return None
    start = of_translate_address(node, entry)
    if start == OF_BAD_ADDR:
        return None
    return AddressResource(start, start + of_read_number(entry[bus.na :]) - 1)


def for_each_dma_range(node: DTNode) -> Iterator[BusRange]:
    """The ranges of a node's ``dma-ranges``; neighbours that continue each other are one."""
    bus = of_match_bus(node)
    pna = of_match_bus(node.parent).na if node.parent else _cell_count(node, "#address-cells")
    cells, step = node.cells("dma-ranges"), bus.na + pna + bus.ns
    current: BusRange | None = None
    for at in range(0, len(cells) - step + 1, step):
        found = _dma_range(node, bus, pna, cells[at : at + step])
        if current and _continues(current, found):
            current = current._replace(size=current.size + found.size)
            continue
        if current:
            yield current
        current = found
    if current:
        yield current


def _dma_range(node: DTNode, bus: Bus, pna: int, entry: Cells) -> BusRange:
    first = 1 if bus.flags else 0
    return BusRange(
        flags=entry[0] & bus.flags,
        bus_addr=of_read_number(entry[first : bus.na]),
        cpu_addr=of_translate_address(node, entry[bus.na : bus.na + pna], "dma-ranges"),
        size=of_read_number(entry[bus.na + pna :]),
    )


def _continues(current: BusRange, found: BusRange) -> bool:
    return (found.flags, found.bus_addr, found.cpu_addr) == (
        current.flags,
        current.bus_addr + current.size,
        current.cpu_addr + current.size,
    )


def max_dma_address(node: DTNode) -> int:
    """The highest CPU address that every DMA master at or below a node can reach."""
    limit = PHYS_ADDR_MAX
    if node.properties.get("dma-ranges"):
        end = 0
        for found in for_each_dma_range(node):
            after = (found.cpu_addr + found.size) & U64
            if after > end:
                end = after - 1
        limit = end
    for child in node.children:
        if of_fdt_device_is_available(child):
            limit = min(limit, max_dma_address(child))
    return limit


@traced
def of_dma_get_max_cpu_address(k: Kernel) -> int:
    """The highest address that all DMA masters of the device tree can reach; all ones if nothing limits
    them."""
    return max_dma_address(k.fdt.root)

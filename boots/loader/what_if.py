"""What if: the boot of a machine that is a little different from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec import Struct, structs

from ...model.base.errors import InputError
from ...model.base.units import hex_address, parse_size, readable_size
from ...model.firmware.devicetree.tree import DeviceTree, DTNode
from ..core.board import memory_banks
from ..core.inputs import Machine
from ..core.kernel import Kernel
from .architectures import architecture_of
from .board.map_changes import MapChange
from .board.numa_nodes import with_numa_nodes
from .board.tree_changes import Change
from .handover import Handover
from .load import device_tree, load_kernel

TREE, MAP = "device tree", "e820 map"
LACKING = {
    TREE: "this board has an e820 map, no device tree",
    MAP: "this board has a device tree, no e820 map",
}
"""What a board is, and what is said where it is not."""


class Variation(Struct, frozen=True):
    """What is different: None or () is not.

    `cmdline` takes the command line's place, `more` is put behind it; `initrd` is a physical address and a
    size, (0, 0) for none; `ram` is how many bytes of memory the board has, in the banks it has: the last ones
    shrink, or the very last grows; `numa` is how many nodes it and the CPUs are divided among; `load_address`
    and `dtb_address` are where kernel and device tree lie; `changes` are made to
    the device tree in their order, `entries` to the e820 map.
    """

    cmdline: str | None = None
    more: str = ""
    initrd: tuple[int, int] | None = None
    ram: int | None = None
    numa: int | None = None
    load_address: int | None = None
    dtb_address: int | None = None
    changes: tuple[Change, ...] = ()
    entries: tuple[MapChange, ...] = ()

    def __bool__(self) -> bool:
        return self != Variation()

    def words(self) -> str:
        """The differences in one line."""
        return ", ".join(self._words())

    def _words(self) -> Iterator[str]:
        if self.cmdline is not None:
            yield f"command line {self.cmdline!r}"
        if self.more:
            yield f"command line + {self.more!r}"
        if self.initrd is not None:
            start, size = self.initrd
            yield f"initrd of {readable_size(size)} at {hex_address(start)}" if size else "no initrd"
        if self.ram is not None:
            yield f"{readable_size(self.ram)} RAM"
        if self.numa is not None:
            yield f"{self.numa} nodes" if self.numa > 1 else "one node"
        if self.load_address is not None:
            yield f"kernel at {hex_address(self.load_address)}"
        if self.dtb_address is not None:
            yield f"device tree at {hex_address(self.dtb_address)}"
        yield from (change.words() for change in self.changes)
        yield from (change.words() for change in self.entries)


def parse_ram(text: str) -> int:
    """A size of memory such as ``2G``, in bytes.  Raises `InputError`."""
    try:
        size = parse_size(text)
    except ValueError as error:
        raise InputError(str(error)) from None
    if size <= 0 or size % (1 << 16):
        raise InputError(f"{text}: RAM comes in multiples of 64K")
    return size


def load_what_if(machine: Machine, variation: Variation) -> Kernel:
    """The kernel of a machine that differs, before its first step.  Raises `InputError`."""
    fdt = device_tree(machine)
    if variation.cmdline is not None or variation.more:
        machine = structs.replace(machine, cmdline=_cmdline(machine, fdt, variation))
    if variation.initrd is not None:
        machine = structs.replace(machine, initrd=variation.initrd)
    if variation.load_address is not None:
        machine = structs.replace(machine, load_address=variation.load_address)
    if architecture_of(machine).hand_over is not None:
        return _load_with_map(machine, variation)
    if variation.entries:
        raise InputError(f"{machine.name}: {LACKING[MAP]}")
    if variation.ram is not None:
        if machine.kind != "devicetree":
            raise InputError(f"{machine.name}: UEFI's memory map says how much RAM there is, not the board")
        fdt = _with_ram(fdt, variation.ram)
    if variation.numa is not None and (machine.kind == "devicetree" or memory_banks(fdt)):
        fdt = with_numa_nodes(fdt, variation.numa)
    if variation.dtb_address is not None:
        machine = structs.replace(machine, dtb_address=variation.dtb_address)
    for change in variation.changes:
        fdt = change.made(fdt)
    return load_kernel(machine, fdt, _with_nodes(machine, variation))


def _load_with_map(machine: Machine, variation: Variation) -> Kernel:
    """The kernel of a machine whose board is an e820 map."""
    if variation.changes or variation.dtb_address is not None:
        raise InputError(f"{machine.name}: {LACKING[TREE]}")

    with_nodes = _with_nodes(machine, variation)

    def varied(given: Handover) -> Handover:
        with_ram = architecture_of(machine).with_ram
        if variation.ram is not None and with_ram is not None:
            given = with_ram(given, variation.ram)
        given = with_nodes(given) if with_nodes else given
        e820 = given.firmware.e820
        for change in variation.entries:
            e820 = change.made(e820)
        page = given.firmware.boot_params.with_e820(e820)
        return structs.replace(given, firmware=structs.replace(given.firmware, e820=e820, boot_params=page))

    return load_kernel(machine, varied=varied)


def _with_nodes(machine: Machine, variation: Variation) -> Callable[[Handover], Handover] | None:
    """What divides a board with ACPI's tables among nodes, None if it has none or is to stay as it is."""
    count, with_nodes = variation.numa, architecture_of(machine).with_nodes
    if count is None or with_nodes is None or machine.kind == "devicetree":
        return None
    return lambda given: with_nodes(given, count)


def _cmdline(machine: Machine, fdt: DeviceTree, variation: Variation) -> str:
    words = variation.cmdline
    if words is None:
        chosen = fdt.find("/chosen")
        words = machine.cmdline
        if words is None:
            words = (chosen.string("bootargs") if chosen else None) or ""
    return f"{words} {variation.more}".strip()


class _Bank(NamedTuple):
    """One entry of a memory node's ``reg``: which, and its range in bytes."""

    base: int
    size: int
    node: DTNode
    index: int  # pyright: ignore[reportIncompatibleMethodOverride]


def _with_ram(fdt: DeviceTree, total: int) -> DeviceTree:
    """The same board with `total` bytes of memory."""
    address_cells = (fdt.root.cells("#address-cells") or (1,))[0]
    size_cells = (fdt.root.cells("#size-cells") or (1,))[0]
    banks = sorted(_banks(fdt, address_cells, size_cells), key=lambda bank: bank.base)
    if not banks:
        raise InputError(f"{fdt.filename}: the board has no memory node whose size could change")
    left, sizes = total, dict[tuple[str, int], int]()
    for bank in banks:
        size = left if bank is banks[-1] else min(bank.size, left)
        sizes[bank.node.path, bank.index] = size
        left -= size
    if banks[-1].base + sizes[banks[-1].node.path, banks[-1].index] > 1 << 48:
        raise InputError(f"{readable_size(total)} RAM: memory would end above 2^48")
    width = 4 * (address_cells + size_cells)
    for path in dict.fromkeys(bank.node.path for bank in banks):
        node = fdt.find(path)
        reg = bytearray(node.properties["reg"] if node else b"")
        for bank in banks:
            if bank.node.path == path:
                at = bank.index * width
                size = sizes[path, bank.index]
                if size >> 32 * size_cells:
                    raise InputError(f"{readable_size(total)} RAM: too much for this board's #size-cells")
                reg[at + 4 * address_cells : at + width] = size.to_bytes(4 * size_cells, "big")
        fdt = fdt.with_properties(path, {"reg": bytes(reg)})
    return fdt


def _banks(fdt: DeviceTree, address_cells: int, size_cells: int) -> Iterator[_Bank]:
    width = 4 * (address_cells + size_cells)
    for node in fdt.root.children:
        if node.string("device_type") != "memory" or not width:
            continue
        reg = node.properties.get("reg", b"")
        for at in range(0, len(reg) - width + 1, width):
            base = int.from_bytes(reg[at : at + 4 * address_cells], "big")
            size = int.from_bytes(reg[at + 4 * address_cells : at + width], "big")
            yield _Bank(base, size, node, at // width)

"""A model's state as the bytes that a real kernel would have in memory: for tests of what reads those."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from bootstep.model.build.sizes import Sizes
from bootstep.model.memory.memblock import Memblock, RegionArray

from .fake_memory import FakeTarget

DATA = 0xFFFF800009000000
"""Where the kernel's data are linked."""
LINEAR = 0xFFFF000000000000
"""Where physical memory is mapped."""
PLAIN: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "memblock": {"bottom_up": (0, 1), "current_limit": (8, 8), "memory": (16, 40), "reserved": (56, 40)},
    "memblock_type": {
        "cnt": (0, 8),
        "max": (8, 8),
        "total_size": (16, 8),
        "regions": (24, 8),
        "name": (32, 8),
    },
    "memblock_region": {"base": (0, 8), "size": (8, 8), "flags": (16, 4), "nid": (20, 4)},
}
"""Structures that all kernels lay out alike."""


def physical(va: int) -> int | None:
    """The physical address of one of the linear map."""
    return va - LINEAR if LINEAR <= va < LINEAR + (1 << 48) else None


def virtual(pa: int) -> int:
    return LINEAR + pa


class Writer:
    """Writes structures into the memory of a target, where `sizes` says; `symbols` has what is placed."""

    def __init__(self, target: FakeTarget, sizes: Sizes | None = None, moved: int = 0) -> None:
        self.target = target
        self.sizes = sizes
        self.moved = moved
        self.symbols: dict[str, int] = {}
        self._next = DATA

    def linked(self, symbol: str, size: int, align: int = 64) -> int:
        """A place for a variable of the kernel, at the address where it runs."""
        if symbol not in self.symbols:
            self._next = -(-self._next // align) * align
            self.symbols[symbol] = self._next
            self._next += size
        return self.symbols[symbol] + self.moved

    def number(self, symbol: str, value: int, size: int) -> None:
        """A variable that is a number."""
        mask = (1 << 8 * size) - 1
        self.target.put(self.linked(symbol, size, size), (value & mask).to_bytes(size, "little"))

    def size(self, structure: str) -> int:
        assert self.sizes is not None
        return self.sizes.structures[f"struct {structure}"]

    def place(self, structure: str, member: str) -> tuple[int, int]:
        if self.sizes is not None:
            for name, offset, size, _ in self.sizes.members.get(structure, ()):
                if name == member:
                    return offset, size
        return PLAIN[structure][member]

    def fill(self, data: bytearray, structure: str, values: Mapping[str, int], at: int = 0) -> None:
        """Write members that are numbers into a structure that begins `at` bytes into `data`."""
        for member, value in values.items():
            offset, size = self.place(structure, member)
            mask = (1 << 8 * size) - 1
            data[at + offset : at + offset + size] = (value & mask).to_bytes(size, "little")


def write_memblock(writer: Writer, memblock: Memblock) -> None:
    """``struct memblock``, its arrays and the variables beside it."""
    data = bytearray(96)
    values = {"bottom_up": memblock.bottom_up, "current_limit": memblock.current_limit}
    writer.fill(data, "memblock", values)
    for array in memblock.arrays.values():
        at, _ = writer.place("memblock", array.name)
        members = {"cnt": len(array), "max": array.max, "total_size": array.total_size}
        writer.fill(data, "memblock_type", {**members, "regions": _write_array(writer, array)}, at)
    writer.target.put(writer.linked("memblock", 96), data)
    for symbol, value, size in (
        ("memblock_can_resize", memblock.can_resize, 4),
        ("memblock_debug", memblock.debug, 4),
        ("movable_node_enabled", memblock.movable_node, 1),
        ("mirrored_kernelcore", memblock.mirrored_kernelcore, 1),
        ("system_has_some_mirror", memblock.system_has_some_mirror, 1),
    ):
        writer.number(symbol, int(value), size)
    rows = [
        struct.pack("<16sQQ", each.name.encode(), each.start, each.size)
        for each in memblock.reserved_mem_table
    ]
    writer.target.put(writer.linked("reserved_mem_table", 256), b"".join(rows).ljust(256, b"\0"))


def _write_array(writer: Writer, array: RegionArray) -> int:
    """The address of the array's regions."""
    first = 24 * 1024
    address = writer.linked(f"memblock_{array.name}_init_regions", first)
    if array.regions_pa:
        address = virtual(array.regions_pa)
    data = b"".join(struct.pack("<QQIi", *region) for region in array.regions)
    room = max(array.max, 32) * 24
    writer.target.put(address, data.ljust(room, b"\xaa")[: max(room, len(data))])
    return address

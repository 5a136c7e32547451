"""A device tree made as large as the log's: of what is not about memory, only the size is told, and where
memblock finds room for everything after it turns on that."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

from msgspec.structs import replace

from ...model.base.pfn import ALIGN
from ...model.logs.records.memblock import MemblockRequest
from ...model.logs.records.record import Record
from ..core.kernel import Kernel
from ..drivers.of.unflatten import END_MARK, POINTER_ALIGNMENT, unflattened_size
from ..loader.load import load_kernel
from ..loader.machine_file import read_machine
from .board import Board, Filler
from .reserved import function_of

FEWER_NODES = 4
PROPERTIES = range(4)
LETTERS = range(1, 9)
"""What is tried: any size is reached by some of it, if it is a few kilobytes larger."""


def unflattened_in_log(records: Sequence[Record]) -> int | None:
    """The bytes that ``unflatten_device_tree()`` asked memblock for, None if that is not told."""
    return next(
        (
            record.size
            for record in records
            if isinstance(record, MemblockRequest)
            and function_of(record.caller) in ("early_init_dt_alloc_memory_arch", "kernel_tree_alloc")
        ),
        None,
    )


def fitted(board: Board, machine: Path, size: int) -> Board:
    """The board of a machine file, with a tree that takes `size` bytes when it is unflattened; as it is if
    that cannot be reached."""
    kernel = load_kernel(read_machine(str(machine)))
    filler = _filler(kernel, unflattened_size(kernel), size - END_MARK)
    return replace(board, filler=filler) if filler else board


def _filler(kernel: Kernel, size: int, wanted: int) -> Filler | None:
    """What is missing between a tree's size and the one that is wanted, which is told as a multiple of 4."""
    node, field = kernel.sizes.sizeof("struct device_node"), kernel.sizes.sizeof("struct property")

    def after(end: int, filler: Filler) -> int:
        """How large a tree of size `end` is with a filler."""
        names = filler.names
        for name in names:
            end = ALIGN(end, POINTER_ALIGNMENT) + node + len(name) + 1
            if name == names[-1]:
                end = ALIGN(end, POINTER_ALIGNMENT) + filler.properties * ALIGN(field, POINTER_ALIGNMENT)
            end = ALIGN(end, POINTER_ALIGNMENT) + field + len(name.partition("@")[0]) + 1
        return ALIGN(end, END_MARK)

    least = after(size, Filler(0, 0, 0, 1))
    each = after(size, Filler(1, 0, 0, 1)) - least
    most = (wanted - least) // each
    for nodes, properties, letters in product(range(most, most - FEWER_NODES, -1), PROPERTIES, LETTERS):
        if nodes < 0:
            continue
        missing = wanted - after(size, Filler(nodes, 0, properties, letters))
        if missing % POINTER_ALIGNMENT == 0 and 0 <= missing // POINTER_ALIGNMENT <= nodes:
            return Filler(nodes, missing // POINTER_ALIGNMENT, properties, letters)
    return None

"""A state as the files of a running kernel show it: memblock's in debugfs, and /proc/iomem."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.base.errors import InputError
from ...model.debugger.debugger import Debugger
from ...model.language.words import tr, translatable
from ...model.text.debugfs import memblock_lines
from ...model.text.iomem import Resource, e820_tree, iomem_lines, iomem_tree

File = tuple[str, list[str]]
"""The name of a file, and its lines."""
LATER = translatable("/proc/iomem: what buses and drivers take comes after early boot, it is not shown")


def memblock_files(debugger: Debugger) -> list[File]:
    """``memory`` and ``reserved`` of debugfs, as the kernel's release prints them."""
    memblock, facts = debugger.state.memblock, debugger.facts
    return [
        (
            f"/sys/kernel/debug/memblock/{array.name}",
            list(memblock_lines(array.regions, facts.max_numnodes, facts.release)),
        )
        for array in (memblock.memory, memblock.reserved)
    ]


def iomem_files(debugger: Debugger) -> list[File]:
    """/proc/iomem, if the kernel made it of the memory it has now.  Raises `InputError` if nobody tells where
    the kernel lies."""
    memblock, facts = debugger.state.memblock, debugger.facts
    if not facts.parts:
        raise InputError(tr("{name}: where the kernel's code and data lie is not known", name=facts.name))
    kernel = [Resource(part.start, part.end - 1, part.name) for part in facts.parts]
    inside = [*kernel, *_crash_kernels(debugger)]
    if facts.can.e820:
        tree = e820_tree(debugger.state.e820.e820_table, inside)
    else:
        tree = iomem_tree(memblock.memory.regions, memblock.reserved.regions, facts.page_shift, inside)
    return [("/proc/iomem", list(iomem_lines(tree)))]


def _crash_kernels(debugger: Debugger) -> Iterator[Resource]:
    """The memory for crash kernels that is reserved by now."""
    for piece in debugger.owners.reserved(debugger.position):
        if piece.value.name.startswith("crash kernel"):
            yield Resource(piece.start, piece.end - 1, "Crash kernel")

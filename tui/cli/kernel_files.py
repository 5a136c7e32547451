"""A state as the files of a running kernel show it: memblock's in debugfs, and /proc/iomem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...boots.core.kernel import Kernel
from ...model.memory.memblock.regions import Region
from ...model.memory.state import State
from ...model.text.debugfs import memblock_lines
from ...model.text.iomem import Resource, iomem_lines, iomem_tree

File = tuple[str, list[str]]
"""The name of a file, and its lines."""
LATER = "/proc/iomem: what buses and drivers take comes after early boot, it is not shown"


def memblock_files(kernel: Kernel, state: State) -> list[File]:
    """``memory`` and ``reserved`` of debugfs, as the kernel's release prints them."""
    memblock = state.memblock
    return [
        (
            f"/sys/kernel/debug/memblock/{array.name}",
            list(memblock_lines(array.regions, kernel.layout.max_numnodes, kernel.release)),
        )
        for array in (memblock.memory, memblock.reserved)
    ]


def iomem_files(kernel: Kernel, state: State) -> list[File]:
    """/proc/iomem, if the kernel made it of the memory it has now."""
    memory, reserved = state.memblock.memory.regions, state.memblock.reserved.regions
    inside = [*_kernel_resources(kernel), *_crash_kernels(kernel, reserved)]
    tree = iomem_tree(memory, reserved, kernel.layout.page_shift, inside)
    return [("/proc/iomem", list(iomem_lines(tree)))]


def _kernel_resources(kernel: Kernel) -> Iterator[Resource]:
    for name, first, after in kernel.arch.kernel_resources(kernel):
        yield Resource(kernel.pa_symbol(first), kernel.pa_symbol(after) - 1, name)


def _crash_kernels(kernel: Kernel, reserved: Iterable[Region]) -> Iterator[Resource]:
    """The memory for crash kernels, as far as it is reserved by now."""
    taken = list(reserved)
    for area in (kernel.crashk_res, kernel.crashk_low_res):
        if area and any(region.base <= area[0] and area[1] <= region.end for region in taken):
            yield Resource(area[0], area[1] - 1, "Crash kernel")

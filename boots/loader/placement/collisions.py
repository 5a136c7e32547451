"""What cannot be where it was put, found before the first step, and what the kernel makes of it.

Mirrors Documentation/arch/arm64/booting.rst and what arch/arm64/kernel/head.S, arch/arm64/kernel/setup.c
(``setup_machine_fdt``) and drivers/of/fdt.c do with memory that is not as they expect.  What is said here of
kernels that stop was seen of real ones of 6.1 and 6.12, whose blobs QEMU's loader put at such places.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.base.units import hex_address, readable_size
from ....model.build.address_map import AddressMap
from ....model.build.image.image import Image
from ....model.build.kconfig import Config
from ....model.firmware.devicetree.tree import DeviceTree, DTNode
from ...core.inputs import Machine
from .placement import Span, image_span, memory_banks, outside_memory, reserved_nodes, tree_span

TWO_MIB = 2 << 20
MIN_FDT_ALIGN = 8
MIN_THREAD_SHIFT = 14
NOTHING_PRINTED = "no console is set up yet, so nothing is printed anywhere"
OUTSIDE = (
    "it is reserved all the same, but its init memory is not in the linear map: a real 6.1 went on, a real"
    " 6.12 panicked after the per-CPU areas, at 'alternatives: applying boot alternatives'"
)
NO_MAP_REFUSED = (
    "that memory is in use, so no-map is refused ('failed to reserve memory for node'; before 5.12 the kernel"
    " loses that memory)"
)


class Area(NamedTuple):
    """What lies somewhere, in words, and where."""

    what: str
    span: Span

    def touches(self, other: Area) -> bool:
        """Whether both have a byte in common."""
        return self.span.overlaps(other.span)

    def __str__(self) -> str:
        return f"{self.what} at {self.span}"


class Board(NamedTuple):
    """What is in memory before the first step, as far as it can be in its own way."""

    machine: Machine
    image: Image
    fdt: DeviceTree
    config: Config
    layout: AddressMap


def cleared_span(machine: Machine, image: Image) -> Span:
    """The part of the image that no file fills and the kernel uses before it reads the device tree: BSS,
    which it clears, its first page tables, and since 6.9 a first stack."""
    offset = machine.load_address - image.symbol("_text")
    end = image.symbols.get("early_init_stack", image.symbol("init_pg_end"))
    return Span(image.symbol("__bss_start") + offset, end + offset)


def cannot_start(board: Board) -> str:
    """Why the kernel's first instructions lead nowhere, or nobody can know where; nothing if they do not."""
    machine, image, layout = board.machine, board.image, board.layout
    load = machine.load_address
    if load % layout.page_size:
        page = readable_size(layout.page_size)
        return (
            f"the kernel at {hex_address(load)} is not at a multiple of {page}: its first instructions count"
            f" on that, it is lost before it can print anything"
        )
    # Until 6.8 small pages are all that an image needs which does not relocate itself.
    align = TWO_MIB if machine.release >= (6, 9) else Arm64Layout(layout).swapper_block_size
    if (load - Arm64Layout(layout).text_offset) % align and not board.config.enabled("RELOCATABLE"):
        return (
            f"the kernel at {hex_address(load)} is not at a multiple of {readable_size(align)}, and without"
            f" CONFIG_RELOCATABLE it runs nowhere else: it is lost before it can print anything"
        )
    if not {"__bss_start", "init_pg_end"} <= image.symbols.keys():
        return ""
    tree, loaded = _tree_area(board), _loaded(machine, image)
    if tree.touches(loaded):
        return (
            f"{tree} lies over code or data of {_kernel_area(board)}: whichever was loaded last has"
            f" destroyed the other, and nobody can know what that kernel does"
        )
    return ""


def _loaded(machine: Machine, image: Image) -> Area:
    """The part of the image that a file fills; all of it, if its symbols do not tell."""
    start = machine.load_address
    if "__bss_start" not in image.symbols:
        return Area("the kernel", image_span(image, start))
    return Area("the kernel", Span(start, start + image.symbol("__bss_start") - image.symbol("_text")))


def _kernel_area(board: Board) -> Area:
    return Area("the kernel", image_span(board.image, board.machine.load_address))


def _tree_area(board: Board) -> Area:
    return Area("the device tree", tree_span(board.machine, board.fdt))


def _initrd_area(board: Board) -> Area | None:
    start, size = board.machine.initrd_start, board.machine.initrd_size
    return Area("the initrd", Span(start, start + size)) if size else None


def collisions(board: Board) -> Iterator[str]:
    """A sentence for everything that lies where it cannot, or where the kernel minds."""
    fatal = cannot_start(board)
    if fatal:
        yield fatal
        return
    yield from _kernel(board)
    yield from _device_tree(board)
    yield from _initrd(board)
    yield from _reserved(board)


def _kernel(board: Board) -> Iterator[str]:
    machine, layout = board.machine, board.layout
    align = _thread_align(board)
    if machine.load_address % align:
        yield (
            f"the kernel at {hex_address(machine.load_address)} is not at a multiple of"
            f" {readable_size(align)}, so neither is its first stack: after the boot shown here it panics,"
            f" with 'kernel stack overflow'"
        )
    kernel = _kernel_area(board)
    outside = outside_memory(machine, kernel.span, board.fdt)
    if outside:
        yield f"{kernel.what} at {outside}; {OUTSIDE}"
    pa_bits = Arm64Layout(layout).pa_bits
    if kernel.span.end > 1 << pa_bits:
        yield f"{kernel} ends above what this kernel can address, 2^{pa_bits}"


def _thread_align(board: Board) -> int:
    """``THREAD_ALIGN`` (arch/arm64/include/asm/memory.h)."""
    shift = MIN_THREAD_SHIFT + (
        board.config.enabled("KASAN_GENERIC") or board.config.enabled("KASAN_SW_TAGS")
    )
    is_virtual = board.config.enabled("VMAP_STACK")
    shift = max(shift, board.layout.page_shift) if is_virtual else shift
    return 2 << shift if is_virtual else 1 << shift


def _device_tree(board: Board) -> Iterator[str]:
    machine, image, fdt = board.machine, board.image, board.fdt
    tree = tree_span(machine, fdt)
    invalid = f"'Error: invalid device tree blob', and the kernel waits for ever; {NOTHING_PRINTED}"
    if not tree.start:
        yield f"the device tree at address 0 counts as none: {invalid}"
        return
    if tree.start % MIN_FDT_ALIGN:
        yield f"the device tree at {hex_address(tree.start)} is not at a multiple of 8: {invalid}"
        return
    largest = Arm64Layout(board.layout).max_fdt_size
    if fdt.totalsize > largest:
        size = readable_size(fdt.totalsize)
        yield f"the device tree has {size}, more than {readable_size(largest)}: {invalid}"
        return
    if {"__bss_start", "init_pg_end"} <= image.symbols.keys():
        cleared = cleared_span(machine, image)
        if cleared.start <= tree.start < cleared.end:
            where = f"the device tree at {tree} lies in the kernel's BSS"
            yield f"{where}, which the kernel clears before it reads it: {invalid}"
            return
    outside = outside_memory(machine, tree, fdt)
    if outside:
        yield f"the device tree at {outside}; it is read and reserved all the same"


def _initrd(board: Board) -> Iterator[str]:
    initrd, kernel, tree = _initrd_area(board), _kernel_area(board), _tree_area(board)
    if initrd is None:
        return
    if initrd.touches(kernel):
        is_cleared = initrd.span.end > _loaded(board.machine, board.image).span.end
        bss = " (what is in BSS is cleared)" if is_cleared else ""
        yield (
            f"{initrd} lies over {kernel}: whichever was loaded last has destroyed the other{bss}; the boot"
            f" shown is that of a kernel which was, it finds no initramfs"
        )
    if initrd.touches(tree):
        yield (
            f"{initrd} lies over {tree}: whichever was loaded last has destroyed the other; the boot shown is"
            f" that of a device tree which was, without it: 'Error: invalid device tree blob'"
        )
    outside = outside_memory(board.machine, initrd.span, board.fdt)
    if outside:
        yield f"{initrd.what} at {outside}; {_without_memory(board, initrd.span)}"


def _without_memory(board: Board, initrd: Span) -> str:
    """What becomes of an initrd that is not in memory."""
    start_of_memory = memory_banks(board.fdt)[0].start
    linear_map = board.layout.direct_map.end + (1 << Arm64Layout(board.layout).vabits_actual) - (1 << 64)
    if initrd.start < start_of_memory or initrd.end > start_of_memory + linear_map:
        return "the kernel does without it ('initrd not fully accessible via the linear mapping')"
    return "the kernel makes its pages memory, whether there is any or not"


def _reserved(board: Board) -> Iterator[str]:
    """Nodes of ``/reserved-memory`` that lay claim to what is in use already."""
    parts = [_kernel_area(board), _tree_area(board), _initrd_area(board)]
    for node, span in reserved_nodes(board.fdt):
        claimed = Area(f"node {node.path}", span)
        for part in filter(None, parts):
            if span.size and claimed.touches(part):
                yield f"{claimed} lies over {part}: {_claim(node)}"


def _claim(node: DTNode) -> str:
    if "no-map" in node.properties:
        return NO_MAP_REFUSED
    return "both are reserved, whoever uses the node's memory destroys the other"

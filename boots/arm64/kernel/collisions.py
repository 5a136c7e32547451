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
from ....model.build.image.image import Image
from ....model.firmware.devicetree.tree import DTNode
from ...core.board import Span, image_span, memory_banks, outside_memory, reserved_nodes, tree_span
from ...core.inputs import Machine
from ..variables import Kernel

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


def cleared_span(machine: Machine, image: Image) -> Span:
    """The part of the image that no file fills and the kernel uses before it reads the device tree: BSS,
    which it clears, its first page tables, and since 6.9 a first stack."""
    offset = machine.load_address - image.symbol("_text")
    end = image.symbols.get("early_init_stack", image.symbol("init_pg_end"))
    return Span(image.symbol("__bss_start") + offset, end + offset)


def cannot_start(k: Kernel) -> str:
    """Why the kernel's first instructions lead nowhere, or nobody can know where; nothing if they do not."""
    machine, image, layout = k.machine, k.image, k.layout
    load = machine.load_address
    if load % layout.page_size:
        page = readable_size(layout.page_size)
        return (
            f"the kernel at {hex_address(load)} is not at a multiple of {page}: its first instructions count"
            f" on that, it is lost before it can print anything"
        )
    # Until 6.8 small pages are all that an image needs which does not relocate itself.
    align = TWO_MIB if machine.release >= (6, 9) else Arm64Layout(layout).swapper_block_size
    if (load - Arm64Layout(layout).text_offset) % align and not k.config.enabled("RELOCATABLE"):
        return (
            f"the kernel at {hex_address(load)} is not at a multiple of {readable_size(align)}, and without"
            f" CONFIG_RELOCATABLE it runs nowhere else: it is lost before it can print anything"
        )
    if not {"__bss_start", "init_pg_end"} <= image.symbols.keys():
        return ""
    tree, loaded = _tree_area(k), _loaded(machine, image)
    if tree.touches(loaded):
        return (
            f"{tree} lies over code or data of {_kernel_area(k)}: whichever was loaded last has"
            f" destroyed the other, and nobody can know what that kernel does"
        )
    return ""


def _loaded(machine: Machine, image: Image) -> Area:
    """The part of the image that a file fills; all of it, if its symbols do not tell."""
    start = machine.load_address
    if "__bss_start" not in image.symbols:
        return Area("the kernel", image_span(image, start))
    return Area("the kernel", Span(start, start + image.symbol("__bss_start") - image.symbol("_text")))


def _kernel_area(k: Kernel) -> Area:
    return Area("the kernel", image_span(k.image, k.machine.load_address))


def _tree_area(k: Kernel) -> Area:
    return Area("the device tree", tree_span(k.machine, k.fdt))


def _initrd_area(k: Kernel) -> Area | None:
    start, size = k.machine.initrd_start, k.machine.initrd_size
    return Area("the initrd", Span(start, start + size)) if size else None


def collisions(k: Kernel) -> Iterator[str]:
    """A sentence for everything that lies where it cannot, or where the kernel minds."""
    fatal = cannot_start(k)
    if fatal:
        yield fatal
        return
    yield from _kernel(k)
    yield from _device_tree(k)
    yield from _initrd(k)
    yield from _reserved(k)


def _kernel(k: Kernel) -> Iterator[str]:
    machine, layout = k.machine, k.layout
    align = _thread_align(k)
    if machine.load_address % align:
        yield (
            f"the kernel at {hex_address(machine.load_address)} is not at a multiple of"
            f" {readable_size(align)}, so neither is its first stack: after the boot shown here it panics,"
            f" with 'kernel stack overflow'"
        )
    kernel = _kernel_area(k)
    outside = outside_memory(machine, kernel.span, k.fdt)
    if outside:
        yield f"{kernel.what} at {outside}; {OUTSIDE}"
    pa_bits = Arm64Layout(layout).pa_bits
    if kernel.span.end > 1 << pa_bits:
        yield f"{kernel} ends above what this kernel can address, 2^{pa_bits}"


def _thread_align(k: Kernel) -> int:
    """``THREAD_ALIGN`` (arch/arm64/include/asm/memory.h)."""
    shift = MIN_THREAD_SHIFT + (k.config.enabled("KASAN_GENERIC") or k.config.enabled("KASAN_SW_TAGS"))
    is_virtual = k.config.enabled("VMAP_STACK")
    shift = max(shift, k.layout.page_shift) if is_virtual else shift
    return 2 << shift if is_virtual else 1 << shift


def _device_tree(k: Kernel) -> Iterator[str]:
    machine, image, fdt = k.machine, k.image, k.fdt
    tree = tree_span(machine, fdt)
    invalid = f"'Error: invalid device tree blob', and the kernel waits for ever; {NOTHING_PRINTED}"
    if not tree.start:
        yield f"the device tree at address 0 counts as none: {invalid}"
        return
    if tree.start % MIN_FDT_ALIGN:
        yield f"the device tree at {hex_address(tree.start)} is not at a multiple of 8: {invalid}"
        return
    largest = Arm64Layout(k.layout).max_fdt_size
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


def _initrd(k: Kernel) -> Iterator[str]:
    initrd, kernel, tree = _initrd_area(k), _kernel_area(k), _tree_area(k)
    if initrd is None:
        return
    if initrd.touches(kernel):
        is_cleared = initrd.span.end > _loaded(k.machine, k.image).span.end
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
    outside = outside_memory(k.machine, initrd.span, k.fdt)
    if outside:
        yield f"{initrd.what} at {outside}; {_without_memory(k, initrd.span)}"


def _without_memory(k: Kernel, initrd: Span) -> str:
    """What becomes of an initrd that is not in memory."""
    start_of_memory = memory_banks(k.fdt)[0].start
    linear_map = k.layout.direct_map.end + (1 << Arm64Layout(k.layout).vabits_actual) - (1 << 64)
    if initrd.start < start_of_memory or initrd.end > start_of_memory + linear_map:
        return "the kernel does without it ('initrd not fully accessible via the linear mapping')"
    return "the kernel makes its pages memory, whether there is any or not"


def _reserved(k: Kernel) -> Iterator[str]:
    """Nodes of ``/reserved-memory`` that lay claim to what is in use already."""
    parts = [_kernel_area(k), _tree_area(k), _initrd_area(k)]
    for node, span in reserved_nodes(k.fdt):
        claimed = Area(f"node {node.path}", span)
        for part in filter(None, parts):
            if span.size and claimed.touches(part):
                yield f"{claimed} lies over {part}: {_claim(node)}"


def _claim(node: DTNode) -> str:
    if "no-map" in node.properties:
        return NO_MAP_REFUSED
    return "both are reserved, whoever uses the node's memory destroys the other"

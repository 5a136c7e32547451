"""Reading the flat device tree early: memory, command line, initrd.  Mirrors drivers/of/fdt.c, up to
``early_init_dt_scan``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.pfn import ALIGN, IS_ALIGNED
from ....model.firmware.devicetree.tree import DTNode
from ....model.memory.memblock import memblock_add, memblock_cap_memory_range, memblock_mark_hotplug
from ....model.trace.recorder import traced
from ...lib.cmdline import U64
from .base import ROOT_NODE_CELLS_DEFAULT, cells_of, of_fdt_device_is_available, of_read_number

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/of/fdt.c"

ENODEV = 19
MAX_USABLE_RANGES = 2


def chosen_node(k: Kernel) -> DTNode | None:
    """The node ``/chosen``."""
    return k.fdt.find("/chosen")


def address_and_size(k: Kernel, cells: tuple[int, ...], at: int) -> tuple[int, int]:
    """The address and the size (bytes) that cells `at` and on describe, in the root node's cell counts."""
    size_at = at + k.dt_root_addr_cells
    return of_read_number(cells[at:size_at]), of_read_number(cells[size_at : size_at + k.dt_root_size_cells])


@traced
def early_init_dt_check_for_initrd(k: Kernel) -> None:
    """``linux,initrd-start`` and ``linux,initrd-end`` tell where the boot loader put the initrd."""
    chosen = chosen_node(k)
    if not k.config.enabled("BLK_DEV_INITRD") or chosen is None:
        return
    start_property = chosen.properties.get("linux,initrd-start")
    end_property = chosen.properties.get("linux,initrd-end")
    if start_property is None or end_property is None:
        return
    start, end = of_read_number(cells_of(start_property)), of_read_number(cells_of(end_property))
    if start > end:
        return
    k.phys_initrd_start = start
    k.phys_initrd_size = end - start


@traced
def early_init_dt_check_for_elfcorehdr(k: Kernel) -> None:
    """``linux,elfcorehdr`` tells a crash kernel where the ELF header of the crashed kernel's memory is."""
    chosen = chosen_node(k)
    if not k.config.enabled("CRASH_DUMP") or chosen is None:
        return
    found = chosen.properties.get("linux,elfcorehdr")
    # The kernel compares a length in bytes with a number of cells.
    if found is None or len(found) < k.dt_root_addr_cells + k.dt_root_size_cells:
        return
    k.elfcorehdr_addr, k.elfcorehdr_size = address_and_size(k, cells_of(found), 0)


@traced
def early_init_dt_check_for_usable_mem_range(k: Kernel) -> None:
    """``linux,usable-memory-range`` leaves a crash kernel the first range, and a second one if it has any."""
    chosen = chosen_node(k)
    found = chosen.properties.get("linux,usable-memory-range") if chosen else None
    range_cells = k.dt_root_addr_cells + k.dt_root_size_cells
    if found is None or len(found) % range_cells:
        return
    cells = cells_of(found)
    ranges = [address_and_size(k, cells, at) for at in range(0, len(cells), range_cells)][:MAX_USABLE_RANGES]
    if not ranges:
        ranges = [(0, 0)]
    memblock_cap_memory_range(k.memblock, *ranges[0])
    for base, size in ranges[1:]:
        if not size:
            break
        memblock_add(k.memblock, base, size)


@traced
def early_init_dt_scan_root(k: Kernel) -> int:
    """Learn from the root node how many cells an address and a size have."""
    size_cells, address_cells = k.fdt.root.cells("#size-cells"), k.fdt.root.cells("#address-cells")
    k.dt_root_size_cells = size_cells[0] if size_cells else ROOT_NODE_CELLS_DEFAULT
    k.dt_root_addr_cells = address_cells[0] if address_cells else ROOT_NODE_CELLS_DEFAULT
    return 0


@traced
def early_init_dt_scan_memory(k: Kernel) -> int:
    """Give memblock the ``reg`` of every memory node.  Returns whether there was any."""
    found_memory = 0
    for node in k.fdt.root.children:
        if node.string("device_type") != "memory" or not of_fdt_device_is_available(node):
            continue
        reg = node.properties.get("linux,usable-memory", node.properties.get("reg"))
        if reg is None:
            continue
        cells, range_cells = cells_of(reg), k.dt_root_addr_cells + k.dt_root_size_cells
        for at in range(0, len(cells) - range_cells + 1, range_cells):
            base, size = address_and_size(k, cells, at)
            if not size:
                continue
            early_init_dt_add_memory_arch(k, base, size)
            found_memory = 1
            if "hotpluggable" in node.properties and memblock_mark_hotplug(k.memblock, base, size):
                k.pr_warn("OF: fdt: failed to mark hotplug range {:#x} - {:#x}", base, (base + size) & U64)
    return found_memory


@traced
def early_init_dt_add_memory_arch(k: Kernel, base: int, size: int) -> None:
    """Add the whole pages of a range (bytes) to memblock.  On arm64 any address will do
    (``MIN_MEMBLOCK_ADDR`` is 0, ``MAX_MEMBLOCK_ADDR`` all ones): what is too high is cut off later, by
    ``arm64_memblock_init``."""
    page_size = k.layout.page_size
    offset = base & (page_size - 1)
    if size < page_size - offset:
        k.pr_warn("OF: fdt: Ignoring memory block {:#x} - {:#x}", base, (base + size) & U64)
        return
    if not IS_ALIGNED(base, page_size):
        size -= page_size - offset
        base = ALIGN(base, page_size) & U64
    memblock_add(k.memblock, base, size & -page_size)


def _combined_command_line(k: Kernel, bootargs: str) -> str:
    """What becomes of the boot loader's arguments, given ``CONFIG_CMDLINE``."""
    built_in = k.config.string("CMDLINE")
    if k.config.enabled("CMDLINE_EXTEND"):
        return f"{bootargs} {built_in}"
    if k.config.enabled("CMDLINE_FORCE"):
        return built_in
    return bootargs or built_in


def bootargs_of(k: Kernel, chosen: DTNode | None) -> str:
    """The command line, given what ``/chosen`` and the configuration say of it."""
    limit = k.sizes.constant("COMMAND_LINE_SIZE")
    bootargs = chosen.properties.get("bootargs") if chosen else None
    cmdline = k.boot_command_line
    if bootargs:
        text = bootargs.partition(b"\0")[0].decode("latin-1")
        cmdline = text[: min(len(bootargs), limit) - 1]
    return _combined_command_line(k, cmdline)[: limit - 1]


@traced
def early_init_dt_scan_chosen(k: Kernel) -> int:
    """Take initrd, crash dump header and command line from ``/chosen``."""
    chosen = chosen_node(k)
    if chosen is not None:
        early_init_dt_check_for_initrd(k)
        early_init_dt_check_for_elfcorehdr(k)
        if chosen.properties.get("rng-seed"):
            # The kernel overwrites the seed once it is used, so the unflattened tree has no such property.
            k.fdt = k.fdt.with_properties("/chosen", {"rng-seed": None})
    k.boot_command_line = bootargs_of(k, chosen)
    return 0


@traced
def early_init_dt_verify(k: Kernel) -> bool:
    """Accept the device tree.  A machine always has one, and its header was checked when it was read."""
    if k.release >= (6, 12):
        # Since 6.12 the cell counts are known before anything else is scanned.
        early_init_dt_scan_root(k)
    return True


@traced
def early_init_dt_scan_nodes(k: Kernel) -> None:
    """Read what is needed before there is an allocator: the command line, and where memory is."""
    if k.release < (6, 12):
        early_init_dt_scan_root(k)
    early_init_dt_scan_chosen(k)
    early_init_dt_scan_memory(k)
    early_init_dt_check_for_usable_mem_range(k)


@traced
def early_init_dt_scan(k: Kernel) -> bool:
    """Check the flat device tree and scan it.  Returns whether it was good."""
    if not early_init_dt_verify(k):
        return False
    early_init_dt_scan_nodes(k)
    return True

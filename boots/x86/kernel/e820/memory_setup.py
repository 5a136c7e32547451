"""The e820 map is read: from the zero page, from setup_data.  Mirrors arch/x86/kernel/e820.c."""

from __future__ import annotations

from collections.abc import Sequence

from .....model.firmware.boot_params import (
    SETUP_DATA_SIZE,
    SETUP_EFI,
    SETUP_IMA,
    SETUP_INDIRECT,
    SETUP_RNG_SEED,
    SetupData,
)
from .....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED_KERN, E820Entry
from .....model.trace.recorder import traced
from ....core.kernel import U64
from ....mm.early_ioremap import early_memremap, early_memunmap
from ...variables import Kernel
from .ranges import e820__range_update, e820__range_update_kexec
from .table import (
    TABLE,
    TABLE_FIRMWARE,
    TABLE_KEXEC,
    e820__print_table,
    e820__range_add,
    e820__update_table,
    entries_of,
    put_all,
)

KERNEL_FILE = "arch/x86/kernel/e820.c"

LOWMEMSIZE = 0x9F000
HIGH_MEMORY = 0x100000
SETUP_DATA_LENGTH = 12
"""``offsetof(struct setup_data, len)``."""
FROM_KEXEC = (SETUP_EFI, SETUP_IMA, SETUP_RNG_SEED)
"""What kexec makes anew for each kernel it starts."""


@traced
def __append_e820_table(k: Kernel, entries: Sequence[E820Entry]) -> int:
    """Append entries of a boot loader's table.  Returns 0, or -1 at the first that has no end."""
    for entry in entries:
        last = (entry.addr + entry.size - 1) & U64
        if entry.addr > last and entry.size:
            return -1
        e820__range_add(k, entry.addr, entry.size, entry.type)
    return 0


@traced
def append_e820_table(k: Kernel, entries: Sequence[E820Entry]) -> int:
    """Append the zero page's table; a single entry cannot be right.  Returns 0 or -1."""
    if len(entries) < 2:
        return -1
    return __append_e820_table(k, entries)


@traced
def e820__memory_setup_default(k: Kernel) -> str:
    """Read the zero page's table; without one, what older calls of the BIOS said of the memory above 1 MiB.
    Returns what the lines of the map begin with."""
    who = "BIOS-e820"
    params = k.firmware.boot_params
    if append_e820_table(k, params.e820_table) < 0:
        if params.number("alt_mem_k") < params.number("ext_mem_k"):
            mem_size, who = params.number("ext_mem_k"), "BIOS-88"
        else:
            mem_size, who = params.number("alt_mem_k"), "BIOS-e801"
        put_all(k, TABLE, ())
        e820__range_add(k, 0, LOWMEMSIZE, E820_TYPE_RAM)
        e820__range_add(k, HIGH_MEMORY, mem_size << 10, E820_TYPE_RAM)
    e820__update_table(k, TABLE)
    return who


def _copy(k: Kernel) -> None:
    """Let the other two tables be as the map is."""
    put_all(k, TABLE_KEXEC, tuple(entries_of(k)))
    put_all(k, TABLE_FIRMWARE, tuple(entries_of(k)))


@traced
def e820__memory_setup(k: Kernel) -> bool:
    """Read the map, sort it and print it.  Returns True: the kernel takes what it gets."""
    who = e820__memory_setup_default(k)
    _copy(k)
    k.pr_info("BIOS-provided physical RAM map:")
    e820__print_table(k, who)
    return True


@traced
def e820__memory_setup_extended(k: Kernel, node: SetupData) -> None:
    """Add the entries that had no room in the zero page."""
    size = SETUP_DATA_SIZE + node.length
    data = early_memremap(k, node.address, size)
    if not data:
        k.null_dereference(SETUP_DATA_LENGTH)
    __append_e820_table(k, node.e820_entries())
    e820__update_table(k, TABLE)
    _copy(k)
    early_memunmap(k, data, size)
    k.pr_info("extended physical RAM map:")
    e820__print_table(k, "extended")


def _keep(k: Kernel, start: int, size: int, in_kexec: bool) -> None:
    """Mark memory of setup_data: it stays usable, and is not lost sight of."""
    e820__range_update(k, start, size, E820_TYPE_RAM, E820_TYPE_RESERVED_KERN)
    # Since 6.10 the next kernel is not told of this one's setup_data.
    if in_kexec and k.release < (6, 10):
        e820__range_update_kexec(k, start, size, E820_TYPE_RAM, E820_TYPE_RESERVED_KERN)


@traced
def e820__reserve_setup_data(k: Kernel) -> None:
    """Mark setup_data in the map, and what indirect nodes of it point to; print the map."""
    if not k.setup_data:
        return
    for node in k.setup_data:
        size = SETUP_DATA_SIZE
        data = early_memremap(k, node.address, size)
        if not data:
            k.pr_warn("e820: failed to memremap setup_data entry")
            return
        _keep(k, node.address, SETUP_DATA_SIZE + node.length, node.type not in FROM_KEXEC)
        if node.type == SETUP_INDIRECT:
            early_memunmap(k, data, size)
            size += node.length
            data = early_memremap(k, node.address, size)
            if not data:
                k.pr_warn("e820: failed to memremap indirect setup_data")
                return
            target = node.indirect()
            if target.type != SETUP_INDIRECT:
                _keep(k, target.address, target.length, True)
        early_memunmap(k, data, size)
    e820__update_table(k, TABLE)
    if k.release < (6, 10):
        e820__update_table(k, TABLE_KEXEC)
    k.pr_info("extended physical RAM map:")
    e820__print_table(k, "reserve setup_data")

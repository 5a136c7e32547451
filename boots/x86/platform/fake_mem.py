"""``efi_fake_mem=``: memory with other attributes than firmware told, for tests, until 6.9.  Mirrors
drivers/firmware/efi/fake_mem.c and x86_fake_mem.c."""

from __future__ import annotations

from ....model.firmware.efi_memmap import EFI_CONVENTIONAL_MEMORY, EFI_MEMORY_SP
from ....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_SOFT_RESERVED
from ....model.trace.recorder import traced
from ...core.params import early_param
from ...drivers.efi.efi import efi_soft_reserve_enabled
from ...drivers.efi.flags import EFI_MEMMAP
from ...lib.cmdline import memparse, simple_strtoull
from ...lib.sort import sort
from ...mm.early_ioremap import early_memremap, early_memunmap
from ..kernel.e820.ranges import e820__range_remove
from ..kernel.e820.table import e820__range_add, e820__update_table
from ..variables import Kernel
from .map_checks import efi_print_memmap
from .memmap import (
    EfiMemRange,
    __efi_memmap_free,
    efi_memmap_alloc,
    efi_memmap_insert,
    efi_memmap_install,
    efi_memmap_split_count,
)

KERNEL_FILE = "drivers/firmware/efi/fake_mem.c"

EINVAL = 22
U64 = (1 << 64) - 1


def _asked_for(text: str, room: int) -> tuple[list[EfiMemRange], str]:
    """At most `room` ranges of ``size@start:attribute,...``, and the rest that is none."""
    found: list[EfiMemRange] = []
    while text:
        size, text = memparse(text)
        if not text.startswith("@"):
            break
        start, text = memparse(text[1:])
        if not text.startswith(":"):
            break
        attribute, text = simple_strtoull(text[1:])
        if len(found) >= room:
            break
        found.append(EfiMemRange(start, (start + size - 1) & U64, attribute))
        text = text.removeprefix(",")
    return found, text


@early_param("efi_fake_mem")
@traced
def setup_fake_mem(k: Kernel, p: str | None) -> int:
    """``efi_fake_mem=nn@ss:aa``: add the attributes aa to nn bytes from ss on."""
    if p is None:
        return -EINVAL
    mems = k.efi.fake_mems
    found, rest = _asked_for(p, k.config.integer("EFI_MAX_FAKE_MEM", 8) - len(mems))
    mems.extend(found)
    sort(k.release, mems, lambda one, other: (one[0] > other[0]) - (one[0] < other[0]))
    for start, end, attribute in mems:
        k.pr_info("efi_fake_mem: add attr=0x{:016x} to [mem 0x{:016x}-0x{:016x}]", attribute, start, end)
    return -EINVAL if rest else 0


@traced
def efi_fake_memmap_early(k: Kernel) -> None:
    """Take memory that is to be set aside for special purposes out of what e820 calls usable.

    The map itself is changed later, when there is memory for another one.
    """
    if not efi_soft_reserve_enabled(k) or not k.efi.enabled(EFI_MEMMAP):
        return
    for first, last, attribute in k.efi.fake_mems:
        if not attribute & EFI_MEMORY_SP:
            continue
        for md in k.efi.memmap:
            start = max(md.phys_addr, first)
            end = min((md.end - 1) & U64, last)
            if md.type == EFI_CONVENTIONAL_MEMORY and start < end:
                e820__range_remove(k, start, end - start + 1, E820_TYPE_RAM, True)
                e820__range_add(k, start, end - start + 1, E820_TYPE_SOFT_RESERVED)
                e820__update_table(k, "e820_table")


@traced
def efi_fake_range(k: Kernel, efi_range: EfiMemRange) -> None:
    """Let a map count in which a range has its attributes."""
    more = sum(efi_memmap_split_count(k, md, efi_range) for md in k.efi.memmap)
    data = efi_memmap_alloc(k, len(k.efi.memmap) + more)
    if data is None:
        return
    new_memmap = early_memremap(k, data.phys_map, data.size)
    if not new_memmap:
        __efi_memmap_free(k, data)
        return
    found = efi_memmap_insert(k, efi_range)
    early_memunmap(k, new_memmap, data.size)
    efi_memmap_install(k, data, found)


@traced
def efi_fake_memmap(k: Kernel) -> None:
    """Change the map as the command line asks, and print it."""
    if not k.efi.enabled(EFI_MEMMAP) or not k.efi.fake_mems:
        return
    for mem in k.efi.fake_mems:
        efi_fake_range(k, EfiMemRange(*mem))
    efi_print_memmap(k)

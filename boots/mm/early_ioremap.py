"""Memory looked at before there is a vmalloc area, through the fixmap.  Mirrors mm/early_ioremap.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import ALIGN
from ...model.trace.recorder import traced
from ..core.subsystems import FIX_BTMAPS_SLOTS

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/early_ioremap.c"

U64 = (1 << 64) - 1
FIXMAP_PAGE_CLEAR = 0


def _slot_begin(k: Kernel, slot: int) -> int:
    """The fixmap index of the first page of a slot; the next page has the index before it."""
    return k.layout.fixmap_slots["FIX_BTMAP_BEGIN"] - _pages_a_slot(k) * slot


def _pages_a_slot(k: Kernel) -> int:
    """``NR_FIX_BTMAPS``: 256 KiB, and one page more since a mapping may begin inside a page (6.1.178)."""
    fixmap = k.layout.fixmap_slots
    return (fixmap["FIX_BTMAP_BEGIN"] - fixmap["FIX_BTMAP_END"] + 1) // FIX_BTMAPS_SLOTS


@traced
def __early_ioremap(k: Kernel, phys_addr: int, size: int, prot: int) -> int:
    """Map `size` bytes in the first free slot.  Returns a virtual address, 0 if that is not possible."""
    slot = k.ioremap.prev_map.index(None) if None in k.ioremap.prev_map else -1
    if slot < 0:
        k.warn("__early_ioremap({:#018x}, {:08x}) not found slot", phys_addr, size)
        return 0
    last_addr = (phys_addr + size - 1) & U64
    if not size or last_addr < phys_addr:
        k.warn_on("!size || last_addr < phys_addr")
        return 0
    page_size = k.layout.page_size
    first = phys_addr & -page_size
    nrpages = (ALIGN(last_addr + 1, page_size) - first) >> k.layout.page_shift
    if nrpages > _pages_a_slot(k):
        k.warn_on("nrpages > NR_FIX_BTMAPS")
        return 0
    begin = _slot_begin(k, slot)
    for page in range(nrpages):
        k.arch.set_fixmap(k, begin - page, first + page * page_size, prot)
    address = k.layout.fix_to_virt(begin) + phys_addr % page_size
    k.ioremap.prev_map[slot] = address, size
    return address


@traced
def early_iounmap(k: Kernel, addr: int, size: int) -> None:
    """Clear the slot that maps `addr`."""
    slot = next((at for at, used in enumerate(k.ioremap.prev_map) if used and used[0] == addr), -1)
    used = k.ioremap.prev_map[slot] if slot >= 0 else None
    if used is None:
        k.warn("early_iounmap({:016x}, {:08x}) not found slot", addr, size)
        return
    if used[1] != size:
        k.warn("early_iounmap({:016x}, {:08x}) [{}] size not consistent {:08x}", addr, size, slot, used[1])
        return
    begin = _slot_begin(k, slot)
    page_size = k.layout.page_size
    for page in range(ALIGN(addr % page_size + size, page_size) // page_size):
        k.arch.set_fixmap(k, begin - page, 0, FIXMAP_PAGE_CLEAR)
    k.ioremap.prev_map[slot] = None


@traced
def early_memremap(k: Kernel, phys_addr: int, size: int) -> int:
    """Map memory (bytes) to read and write it.  Returns a virtual address or 0."""
    return __early_ioremap(k, phys_addr, size, k.arch.prot(k, "PAGE_KERNEL"))


@traced
def early_memremap_ro(k: Kernel, phys_addr: int, size: int) -> int:
    """Map memory (bytes) to read it.  Returns a virtual address or 0."""
    return __early_ioremap(k, phys_addr, size, k.arch.prot(k, "PAGE_KERNEL_RO"))


@traced
def early_memremap_prot(k: Kernel, phys_addr: int, size: int, prot_val: int) -> int:
    """Map memory (bytes) with the bits of a protection.  Returns a virtual address or 0."""
    return __early_ioremap(k, phys_addr, size, prot_val)


@traced
def early_memunmap(k: Kernel, addr: int, size: int) -> None:
    """Take back such a mapping."""
    early_iounmap(k, addr, size)

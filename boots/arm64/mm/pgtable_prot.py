"""What protections and addresses of kernel mappings depend on.  Mirrors
arch/arm64/include/asm/pgtable-prot.h."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import (
    FIXMAP_PAGE_IO,
    PAGE_KERNEL,
    PAGE_KERNEL_RO,
    PTE_NG,
    PTE_SHARED,
    TABLE_UXN,
    TYPE_TABLE,
)
from ...core.arch import Protection

if TYPE_CHECKING:
    from ..variables import Kernel


def lpa2_is_enabled(k: Kernel) -> bool:
    """Whether descriptors of 4K and 16K pages hold 52-bit addresses (FEAT_LPA2), which takes the two bits
    that say how memory is shared."""
    layout = Arm64Layout(k.layout)
    return k.config.enabled("ARM64_LPA2") and layout.vabits_actual > layout.va_bits_min


def phys_mask_shift(k: Kernel) -> int:
    """``PHYS_MASK_SHIFT``: how many bits a physical address may have."""
    return k.layout.max_physmem_bits


def maybe_ng(k: Kernel, prot: int) -> int:
    """A protection of kernel memory, non-global if the kernel needs that from the start
    (``PTE_MAYBE_NG``), not marked shared if there is no room for that (``PTE_MAYBE_SHARED``)."""
    if lpa2_is_enabled(k):
        prot &= ~PTE_SHARED
    return prot | PTE_NG if k.arm64_use_ng_mappings else prot


PROTECTIONS: Mapping[Protection, int] = {
    "PAGE_KERNEL": PAGE_KERNEL,
    "PAGE_KERNEL_RO": PAGE_KERNEL_RO,
    "FIXMAP_PAGE_IO": FIXMAP_PAGE_IO,
}


def prot(k: Kernel, name: Protection) -> int:
    """What a protection that generic code names comes to."""
    return maybe_ng(k, PROTECTIONS[name])


def table_prot(k: Kernel) -> int:
    """What an entry that points to a table of kernel mappings says (asm/pgalloc.h: ``pud_populate`` and its
    kin): since 5.13 that nothing below it is executed by user space."""
    return TYPE_TABLE | TABLE_UXN if k.release >= (5, 13) else TYPE_TABLE

"""What protections and addresses of kernel mappings depend on.  Mirrors
arch/arm64/include/asm/pgtable-prot.h."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import PTE_NG, PTE_SHARED

if TYPE_CHECKING:
    from ...core.kernel import Kernel


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

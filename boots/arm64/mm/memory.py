"""Physical and virtual addresses.  Mirrors arch/arm64/include/asm/memory.h, and what generic headers ask of
asm/dma.h and asm/processor.h."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.kernel import U64
from ..variables import Kernel


def phys_to_virt(k: Kernel, pa: int) -> int:
    """The linear-map address of a physical address (``__phys_to_virt``)."""
    return ((pa - k.memstart_addr) & U64) | k.layout.page_offset


def virt_to_phys(k: Kernel, va: int) -> int:
    """The physical address of a linear-map address (``__lm_to_phys``)."""
    return (va - k.layout.page_offset + k.memstart_addr) & U64


def arch_pfn_offset(k: Kernel) -> int:
    """``ARCH_PFN_OFFSET``: the pfn where the linear map begins, and with it vmemmap."""
    return k.memstart_addr >> k.layout.page_shift


def max_dma_address(k: Kernel) -> int:
    """``__pa(MAX_DMA_ADDRESS)``: that of PAGE_OFFSET, where the linear map begins."""
    return virt_to_phys(k, k.layout.page_offset)


def arch_low_address_limit(k: Kernel) -> int:
    """``ARCH_LOW_ADDRESS_LIMIT``: the last byte that all devices reach."""
    return (k.arm64_dma_phys_limit - 1) & U64


def do_early_exception(k: Kernel, pa: int, size: int) -> bool:
    """Whether tables that are not the kernel's own see to an access to memory: none do."""
    return False


def compiled_in(k: Kernel) -> Mapping[str, int | str]:
    """The variables of arm64 whose first value the configuration decides."""
    # Since 6.9 init_mm is on swapper_pg_dir from the start.
    found: dict[str, int | str] = {
        "kfence_early_init": k.config.integer("KFENCE_SAMPLE_INTERVAL", 0) != 0,
        "rodata_full": k.config.enabled("RODATA_FULL_DEFAULT_ENABLED"),
        "init_mm_pgd": "swapper_pg_dir" if k.release >= (6, 9) else "init_pg_dir",
    }
    has_dma_zones = k.config.enabled("ZONE_DMA") or k.config.enabled("ZONE_DMA32")
    if (5, 18) <= k.release < (6, 7) and not has_dma_zones:
        # Without such zones the crash kernel's memory is reserved before there are any zones.
        found["arm64_dma_phys_limit"] = 1 << k.layout.max_physmem_bits
    return found
